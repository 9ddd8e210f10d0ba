"""Optional public sets, read from a folder given on the command line; none of their rows is part of this project.

Each mapping names only labels that mean the same as one of our intents. Anything else is left out.
"""

import csv
import gzip
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from core.domain.enums import Sentiment
from models.training.corpus import Example

_WEIGHT: Final = 0.03
"""One public row counts for less than a row of the corpus: it is narrow in style or in trade."""
_PER_LABEL: Final = 25

_BITEXT: Final = {
    "track_order": "track_order",
    "change_shipping_address": "change_delivery",
    "check_invoice": "invoice_request",
    "get_invoice": "invoice_request",
    "check_payment_methods": "payment_method",
    "contact_human_agent": "contact_human",
    "create_account": "create_account",
    "delete_account": "delete_account",
    "delivery_options": "delivery_options",
    "edit_account": "update_details",
    "get_refund": "request_refund",
    "payment_issue": "payment_failed",
    "recover_password": "password_reset",
    "registration_problems": "create_account",
    "track_refund": "refund_status",
}
_BANKING: Final = {
    "edit_personal_details": "update_details",
    "passcode_forgotten": "password_reset",
    "terminate_account": "delete_account",
    "declined_card_payment": "payment_failed",
    "top_up_failed": "payment_failed",
    "transaction_charged_twice": "wrong_charge",
    "card_payment_not_recognised": "wrong_charge",
    "direct_debit_payment_not_recognised": "wrong_charge",
    "extra_charge_on_statement": "wrong_charge",
    "card_payment_fee_charged": "wrong_charge",
    "Refund_not_showing_up": "refund_status",
    "request_refund": "request_refund",
    "compromised_card": "account_security",
}
_CLINC: Final = {
    "thank_you": "thanks",
    "greeting": "greeting",
    "account_blocked": "account_locked",
    "order_status": "track_order",
    "report_fraud": "account_security",
}
_HWU: Final = {"general_praise": "thanks"}
_INTENT_SETS: Final = {
    "bitext_intents": _BITEXT,
    "banking77": _BANKING,
    "clinc150": _CLINC,
    "hwu64": _HWU,
}
_SENTIMENT_FILES: Final = ("amazonReviewSnippets.csv.gz", "tweets.csv.gz")
_SENTIMENT_ROWS: Final = 400

LICENCES: Final = {
    "banking77": "PolyAI-LDN/task-specific-datasets, CC BY 4.0",
    "bitext_intents": "bitext/customer-support-intent-detection-training-dataset, CDLA-Sharing-1.0",
    "clinc150": "clinc/oos-eval, CC BY 3.0",
    "hwu64": "xliuhw/NLU-Evaluation-Data, CC BY 4.0",
    "vader_groundtruth": "cjhutto/vaderSentiment, MIT",
}


def read_public(folder: Path, seed: int) -> list[Example]:
    """A fixed sample of the sets found in `folder`; sets that are absent are left out."""
    chance = random.Random(seed)
    examples = []
    for name, mapping in _INTENT_SETS.items():
        path = folder / name / "train.csv.gz"
        if path.exists():
            examples += _sampled(list(_intent_rows(path, name, mapping)), chance)
    for name in _SENTIMENT_FILES:
        path = folder / "vader_groundtruth" / name
        if path.exists():
            rows = list(_sentiment_rows(path))
            examples += chance.sample(rows, min(_SENTIMENT_ROWS, len(rows)))
    return examples


def sets_used(examples: list[Example]) -> list[str]:
    return sorted({example.batch for example in examples})


def _sampled(rows: list[Example], chance: random.Random) -> list[Example]:
    by_intent: dict[str | None, list[Example]] = {}
    for row in rows:
        by_intent.setdefault(row.intent, []).append(row)
    return [row for group in by_intent.values() for row in chance.sample(group, min(_PER_LABEL, len(group)))]


def _intent_rows(path: Path, name: str, mapping: dict[str, str]) -> Iterator[Example]:
    for number, row in enumerate(_rows(path)):
        intent = mapping.get(row["intent"])
        if intent:
            yield Example(f"{name}-{number}", row["text"], "en", name, intent=intent, weight=_WEIGHT)


def _sentiment_rows(path: Path) -> Iterator[Example]:
    for number, row in enumerate(_rows(path)):
        level = _level(float(row["mean_rating"]))
        yield Example(f"{path.stem}-{number}", row["text"], "en", "vader_groundtruth", sentiment=level, weight=_WEIGHT)


def _level(rating: float) -> Sentiment:
    """Five levels from the mean of ratings in [-4, 4]."""
    if abs(rating) < 0.5:
        return Sentiment.NEUTRAL
    if rating > 0:
        return Sentiment.VERY_POSITIVE if rating >= 2.5 else Sentiment.POSITIVE
    return Sentiment.VERY_NEGATIVE if rating <= -2.5 else Sentiment.NEGATIVE


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
