"""How probably a passage answers a question: a logistic scorer over a few signs, fit on hand-written pairs."""

import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from models.stopwords import CJK_STOPWORDS, STOPWORDS
from models.text import clean

FEATURES: Final = ("cosine", "margin", "cosine_x_margin", "shared_words", "covered_words", "question_length", "codes")

_WORD: Final = re.compile(r"[^\W\d_]{3,}|\d{2,}")
_CJK: Final = re.compile(r"[\u3041-\u30ff\u3400-\u9fff]+")
_STOPWORDS: Final = frozenset().union(*STOPWORDS.values(), *CJK_STOPWORDS.values())
_STEM: Final = 5
"""Words are compared by their first letters: crude, but it joins the forms of a word in four languages."""


@dataclass(frozen=True, slots=True)
class AnswerScorer:
    """Logistic regression on FEATURES; `weights` are on the features' own scale."""

    weights: tuple[float, ...]
    bias: float

    @classmethod
    def load(cls, path: Path) -> "AnswerScorer":
        """Raises ValueError when the file is not a scorer for these features."""
        try:
            stored = json.loads(path.read_text("utf-8"))
            weights = stored["weights"]
            if tuple(weights) != FEATURES:
                raise ValueError(f"{path.name} was trained for other features")
            return cls(tuple(float(weights[name]) for name in FEATURES), float(stored["bias"]))
        except (KeyError, TypeError) as error:
            raise ValueError(f"{path.name} is not an answer scorer ({error!r})") from error

    def probability(self, question: str, passage: str, cosine: float, margin: float) -> float:
        """Calibrated probability in [0, 1]; 0 for an empty question or passage."""
        if not question.strip() or not passage.strip():
            return 0.0
        signs = features(question, passage, cosine, margin)
        score = self.bias + sum(weight * sign for weight, sign in zip(self.weights, signs, strict=True))
        return 1.0 / (1.0 + math.exp(-max(-40.0, min(40.0, score))))


def features(question: str, passage: str, cosine: float, margin: float) -> tuple[float, ...]:
    """Values of FEATURES, in that order."""
    asked, said = _stems(question), _stems(passage)
    shared = asked & said
    numbers = {stem for stem in asked if stem.isdigit()}
    return (
        cosine,
        max(-0.3, min(margin, 0.3)),
        cosine * max(-0.3, min(margin, 0.3)),
        min(len(shared), 6) / 6,
        len(shared) / len(asked) if asked else 0.0,
        min(len(asked), 30) / 30,
        float(bool(numbers - said)),
    )


# The same articles are judged for every message, and each message against several of them.
@lru_cache(maxsize=4096)
def _stems(raw: str) -> frozenset[str]:
    text = clean(raw)
    words: Iterable[str] = (word for word in _WORD.findall(text.lower()) if not _CJK.search(word))
    latin = {word[:_STEM] for word in words if word not in _STOPWORDS}
    pairs = {run[place : place + 2] for run in _CJK.findall(text) for place in range(len(run) - 1)}
    return frozenset(latin | pairs)
