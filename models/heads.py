"""The linear heads: one layer over embedding, surface signs, concepts and n-grams gives every answer of one pass."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from core.domain.enums import Category, Sentiment
from models.features import BUCKETS, SURFACE_SIZE, Floats, NGrams, surface
from models.labels import CATEGORIES, CATEGORY_OF, FLAGS, INTENTS, SENTIMENTS
from models.lexicon import LEXICON, LEXICON_SIZE

INTENT_SPAN: Final = slice(0, len(INTENTS))
SENTIMENT_SPAN: Final = slice(len(INTENTS), len(INTENTS) + len(SENTIMENTS))
FLAG_SPAN: Final = slice(len(INTENTS) + len(SENTIMENTS), len(INTENTS) + len(SENTIMENTS) + len(FLAGS))
OUTPUTS: Final = FLAG_SPAN.stop
LABELS: Final = (*INTENTS, *SENTIMENTS, *FLAGS)

_MEMBERSHIP: Final = np.array(
    [[float(CATEGORY_OF[intent] is category) for category in CATEGORIES] for intent in INTENTS], dtype=np.float32
)
_CATEGORY_INDEX: Final = np.array([CATEGORIES.index(CATEGORY_OF[intent]) for intent in INTENTS])


@dataclass(frozen=True, slots=True)
class Judgement:
    """The heads' answer on one message; confidences are calibrated probabilities of the label beside them."""

    category: Category
    category_confidence: float
    intent: str
    intent_confidence: float
    sentiment: Sentiment
    sentiment_confidence: float
    flags: dict[str, bool]


@dataclass(frozen=True, slots=True)
class Heads:
    """Weights of all heads.

    dense (dimension + SURFACE_SIZE + LEXICON_SIZE, OUTPUTS), ngram (BUCKETS, OUTPUTS), rarity (BUCKETS,),
    bias (OUTPUTS,).
    `temperatures` divides the logits: rows are English and all other languages, columns intent and sentiment.
    `thresholds` are the probabilities from which each flag of FLAGS counts as true.
    """

    dense: Floats
    ngram: Floats
    rarity: Floats
    bias: Floats
    temperatures: Floats
    thresholds: Floats

    @classmethod
    def load(cls, path: Path, dimension: int) -> "Heads":
        """Reads and checks the artefact; raises ValueError when it is not one of this program's heads."""
        try:
            with safe_open(path, framework="numpy") as file:
                labels = json.loads((file.metadata() or {}).get("labels", "[]"))
                tensors = {name: file.get_tensor(name).astype(np.float32) for name in file.keys()}  # noqa: SIM118
            heads = cls(**tensors)
        except (SafetensorError, TypeError) as error:
            raise ValueError(f"{path.name} is not a heads file ({error})") from error
        expected = {
            "dense": (dimension + SURFACE_SIZE + LEXICON_SIZE, OUTPUTS),
            "ngram": (BUCKETS, OUTPUTS),
            "rarity": (BUCKETS,),
            "bias": (OUTPUTS,),
            "temperatures": (2, 2),
            "thresholds": (len(FLAGS),),
        }
        wrong = [name for name, shape in expected.items() if tensors[name].shape != shape]
        if wrong or tuple(labels) != LABELS:
            raise ValueError(f"{path.name} was trained for other labels or another encoder ({', '.join(wrong)})")
        return heads

    def save(self, path: Path) -> None:
        """Half precision for the large matrix; metadata names the outputs in order."""
        tensors: dict[str, NDArray[Any]] = {
            "dense": self.dense,
            "ngram": self.ngram.astype(np.float16),
            "rarity": self.rarity,
            "bias": self.bias,
            "temperatures": self.temperatures,
            "thresholds": self.thresholds,
        }
        path.write_bytes(save(tensors, metadata={"labels": json.dumps([str(label) for label in LABELS])}))

    def logits(self, dense: Floats, grams: NGrams) -> Floats:
        """Scores of shape (n, OUTPUTS) for n messages."""
        scores = dense @ self.dense + self.bias
        for row in range(len(dense)):
            buckets = grams.buckets[grams.offsets[row] : grams.offsets[row + 1]]
            if len(buckets):
                weights = self.rarity[buckets]
                scores[row] += (weights / max(float(np.linalg.norm(weights)), 1e-6)) @ self.ngram[buckets]
        return np.asarray(scores, dtype=np.float32)

    def judge(self, dense: Floats, grams: NGrams, languages: Sequence[str]) -> list[Judgement]:
        """One Judgement a message. The intent is the best one within the most probable category."""
        return self.judge_logits(self.logits(dense, grams), languages)

    def judge_logits(self, logits: Floats, languages: Sequence[str]) -> list[Judgement]:
        """The same from scores of shape (n, OUTPUTS)."""
        groups = np.array([0 if language == "en" else 1 for language in languages], dtype=np.int64)
        intents = softmax(logits[:, INTENT_SPAN] / self.temperatures[groups, 0:1])
        sentiments = softmax(logits[:, SENTIMENT_SPAN] / self.temperatures[groups, 1:2])
        flags = sigmoid(logits[:, FLAG_SPAN]) >= self.thresholds
        categories = intents @ _MEMBERSHIP
        return [
            _judgement(categories[row], intents[row], sentiments[row], flags[row].tolist())
            for row in range(len(logits))
        ]


def dense_signs(vectors: Floats, texts: Sequence[str], languages: Sequence[str]) -> Floats:
    """What the dense matrix reads: embeddings, surface signs and concepts of cleaned texts, side by side."""
    return np.concatenate([vectors, surface(texts, languages), LEXICON.signs(texts, languages)], axis=1)


def _judgement(categories: Floats, intents: Floats, sentiments: Floats, flags: list[bool]) -> Judgement:
    category, intent = best_category_and_intent(categories, intents)
    sentiment = int(sentiments.argmax())
    return Judgement(
        category=CATEGORIES[category],
        category_confidence=_probability(categories[category]),
        intent=INTENTS[intent],
        intent_confidence=_probability(intents[intent]),
        sentiment=SENTIMENTS[sentiment],
        sentiment_confidence=_probability(sentiments[sentiment]),
        flags=dict(zip(FLAGS, flags, strict=True)),
    )


def best_category_and_intent(categories: Floats, intents: Floats) -> tuple[int, int]:
    category = int(categories.argmax())
    return category, int(np.where(category == _CATEGORY_INDEX, intents, -1.0).argmax())


def categories_of(intents: Floats) -> Floats:
    """Category probabilities (n, 9) from intent probabilities (n, 45)."""
    return np.asarray(intents @ _MEMBERSHIP, dtype=np.float32)


def softmax(logits: Floats) -> Floats:
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), dtype=np.float32)


def sigmoid(logits: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -40.0, 40.0))), dtype=np.float32)


def _probability(value: np.float32) -> float:
    return min(1.0, max(0.0, float(value)))
