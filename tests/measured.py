"""A model's folder with figures, as training leaves it: measured on a few invented messages."""

import json
from itertools import product
from pathlib import Path

from core.domain.analysis import Analysis
from core.domain.enums import Category, Language, Sentiment
from core.domain.intents import CATEGORY_OF_INTENT
from models.evaluation import evaluate
from models.training.corpus import Example

_INTENTS = ("wrong_charge", "track_order", "error_report")


def an_example(number: int, language: str, intent: str) -> Example:
    return Example(
        id=str(number), text="…", language=language, batch="b", channel="email", intent=intent,
        sentiment=tuple(Sentiment)[number % 5], urgent=number % 2 == 0, wants_human=number % 3 == 0,
    )  # fmt: skip


def said_of(example: Example, *, wrong: bool) -> Analysis:
    """The truth, or another category with half the confidence."""
    assert example.intent is not None
    assert example.sentiment is not None
    intent = "thanks" if wrong else example.intent
    sure = 0.45 if wrong else 0.95
    return Analysis(
        language=example.language, language_confidence=0.99, sentiment=example.sentiment, sentiment_confidence=0.9,
        category=Category(CATEGORY_OF_INTENT[intent]), category_confidence=sure, intent=intent, intent_confidence=sure,
        urgent=bool(example.urgent), wants_human=bool(example.wants_human), thanks_only=False, keywords=(),
        embedding=b"", model="test",
    )  # fmt: skip


def write_model(folder: Path) -> Path:
    """All right in English; in the other languages one in six has a wrong category."""
    examples = [
        an_example(number, language.value, intent)
        for number, (language, intent, _) in enumerate(product(Language, _INTENTS, range(10)))
    ]
    analyses = [said_of(one, wrong=one.language != "en" and place % 6 == 0) for place, one in enumerate(examples)]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "metrics.json").write_text(json.dumps({"held_out": evaluate(examples, analyses)}))
    (folder / "heads.safetensors").write_bytes(b"heads")
    manifest = {"name": "abc+def", "body": "abc", "files": {"heads.safetensors": "12" * 32, "gone.json": "34" * 32}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "MODEL_CARD.md").write_text("# Model card: abc+def\n\nWith <b>limits</b>.")
    return folder
