"""The second stage of search: how probably an article answers a message, given its rivals."""

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.codes import codes_of
from core.domain.analysis import Analysis, Candidate
from models.labels import CATEGORY_OF
from models.stopwords import CJK_STOPWORDS, STOPWORDS
from models.text import clean

SIGNS: Final = (
    "likeness",
    "passage",
    "sentence",
    "question",
    "has_questions",
    "lead",
    "passage_lead",
    "sentence_lead",
    "above_mean",
    "best",
    "intent",
    "category",
    "category_doubt",
    "intent_sureness",
    "shared_words",
    "covered_words",
    "title_words",
    "rare_words",
    "rare_words_lead",
    "own_words",
    "missing_codes",
    "shared_codes",
    "length",
    "asks_nothing",
    "other_language",
    "tokens",
    "telling_tokens",
    "worst_tokens",
    "tokens_lead",
    "telling_tokens_lead",
    "worst_tokens_lead",
)
_NO_QUESTIONS: Final = ("thanks", "greeting", "contact_human", "spam", "unclear", "partnership_or_job")
_WORD: Final = re.compile(r"[^\W\d_]{3,}|\d{2,}")
_CJK: Final = re.compile(r"[\u3041-\u30ff\u3400-\u9fff]+")
_STOPWORDS: Final = frozenset().union(*STOPWORDS.values(), *CJK_STOPWORDS.values())
_STEM: Final = 5
"""Words are compared by their first letters: crude, but it joins the forms of a word in four languages."""
_WORST: Final = 3
_LONE_LEAD: Final = 0.1
_MOST_LEAD: Final = 0.3


@dataclass(frozen=True, slots=True)
class AnswerScorer:
    """Logistic regression on SIGNS; `weights` are on the signs' own scale."""

    weights: tuple[float, ...]
    bias: float

    @classmethod
    def load(cls, path: Path) -> "AnswerScorer":
        """Raises ValueError when the file is not a scorer for these signs."""
        try:
            stored = json.loads(path.read_text("utf-8"))
            weights = stored["weights"]
            if tuple(weights) != SIGNS:
                raise ValueError(f"{path.name} was trained for other signs")
            return cls(tuple(float(weights[name]) for name in SIGNS), float(stored["bias"]))
        except (KeyError, TypeError) as error:
            raise ValueError(f"{path.name} is not an answer scorer ({error!r})") from error

    def save(self, path: Path) -> None:
        """Rounded, so that the file is the same whatever the order in which a machine adds up."""
        weights = {name: round(weight, 5) for name, weight in zip(SIGNS, self.weights, strict=True)}
        path.write_text(json.dumps({"weights": weights, "bias": round(self.bias, 5)}, indent=2) + "\n", "utf-8")

    def probabilities(self, question: str, analysis: Analysis, candidates: Sequence[Candidate]) -> list[float]:
        """For each candidate the calibrated probability in [0, 1] that it answers the question; 0 for an empty one."""
        if not question.strip():
            return [0.0] * len(candidates)
        weights = np.array(self.weights)
        scores = signs_of(question, analysis, candidates) @ weights + self.bias
        return [1.0 / (1.0 + math.exp(-max(-40.0, min(40.0, float(score))))) for score in scores]


def signs_of(question: str, analysis: Analysis, candidates: Sequence[Candidate]) -> NDArray[np.float64]:
    """Values of SIGNS, a row for each candidate. What is compared within the list needs all that come near."""
    near = [one.nearness for one in candidates]
    leads = _leads(near)
    passage_leads, sentence_leads = (
        _leads([one.passage_cosine for one in candidates]),
        _leads([one.sentence_cosine for one in candidates]),
    )
    asked, codes = _stems(question), codes_of(question)
    numbers = {stem for stem in asked if stem.isdigit()}
    said = [_stems(f"{one.title}\n{one.body}") for one in candidates]
    holders = Counter(word for words in said for word in asked & words)
    rarity = [sum(1 / holders[word] for word in asked & words) / max(1, len(asked)) for words in said]
    rarity_leads = _leads(rarity)
    met = _token_signs([one.token_cosines for one in candidates])
    met_leads = [_leads(column) for column in met.T.tolist()]
    rows = []
    for place, one in enumerate(candidates):
        named, shared = _stems(one.title), asked & said[place]
        category = {str(CATEGORY_OF[intent]) for intent in one.intents if intent in CATEGORY_OF} | {one.category}
        is_of_category = analysis.category.value in category
        rows.append(
            (
                near[place],
                one.passage_cosine,
                one.sentence_cosine,
                one.question_cosine if one.has_questions else near[place],
                float(one.has_questions),
                leads[place],
                passage_leads[place],
                sentence_leads[place],
                near[place] - sum(near) / len(near),
                max(near),
                analysis.intent_confidence if analysis.intent in one.intents else 0.0,
                analysis.category_confidence if is_of_category else 0.0,
                1.0 - analysis.category_confidence,
                analysis.intent_confidence,
                min(len(shared), 6) / 6,
                len(shared) / len(asked) if asked else 0.0,
                len(asked & named) / len(named) if named else 0.0,
                rarity[place],
                rarity_leads[place],
                min(sum(holders[word] == 1 for word in shared), 4) / 4,
                float(bool(numbers - said[place])),
                float(bool(codes and codes & _codes(f"{one.title}\n{one.body}"))),
                min(len(asked), 40) / 40,
                float(analysis.intent in _NO_QUESTIONS),
                float(one.language != analysis.language),
                *met[place],
                *(leads_of[place] for leads_of in met_leads),
            )
        )
    return np.array(rows, dtype=np.float64).reshape(len(candidates), len(SIGNS))


def _token_signs(cosines: Sequence[Sequence[float]]) -> NDArray[np.float64]:
    """How well each candidate meets the question's tokens (candidates, 3): all of them, those by which candidates
    differ most, and the third that is met worst. Zeros where nothing is known of the tokens."""
    found = np.zeros((len(cosines), 3))
    if not cosines or not all(cosines):
        return found
    met = np.array(cosines)
    telling = met.max(0) - np.median(met, 0)
    found[:, 0] = met.mean(1)
    found[:, 1] = (met * telling).sum(1) / telling.sum() if telling.sum() > 0 else found[:, 0]
    found[:, 2] = np.sort(met, 1)[:, : max(1, met.shape[1] // _WORST)].mean(1)
    return found


def _leads(values: Sequence[float]) -> list[float]:
    """By how much each is above the best of the others."""
    if len(values) < 2:
        return [_LONE_LEAD] * len(values)
    second, first = sorted(values)[-2:]
    return [max(-_MOST_LEAD, min(value - (second if value == first else first), _MOST_LEAD)) for value in values]


# The same articles are judged for every message, and each message against several of them.
@lru_cache(maxsize=16384)
def _stems(raw: str) -> frozenset[str]:
    text = clean(raw)
    words: Iterable[str] = (word for word in _WORD.findall(text.lower()) if not _CJK.search(word))
    latin = {word[:_STEM] for word in words if word not in _STOPWORDS}
    pairs = {run[place : place + 2] for run in _CJK.findall(text) for place in range(len(run) - 1)}
    return frozenset(latin | pairs)


_codes = lru_cache(maxsize=16384)(codes_of)
