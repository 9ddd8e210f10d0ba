"""The heads: one linear layer over the features of a message gives every answer of one pass.

They are apart from the body, in numpy, so that corrections can train them anew in minutes and put them in place.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from core.domain.enums import Category, Sentiment
from models.labels import CATEGORIES, CATEGORY_OF, FLAGS, INTENTS, LANGUAGES, SENTIMENTS

Floats = NDArray[np.float32]

INTENT_SPAN: Final = slice(0, len(INTENTS))
SENTIMENT_SPAN: Final = slice(len(INTENTS), len(INTENTS) + len(SENTIMENTS))
FLAG_SPAN: Final = slice(len(INTENTS) + len(SENTIMENTS), len(INTENTS) + len(SENTIMENTS) + len(FLAGS))
OUTPUTS: Final = FLAG_SPAN.stop
LABELS: Final = (*INTENTS, *SENTIMENTS, *FLAGS)

_MEMBERSHIP: Final = np.array(
    [[float(CATEGORY_OF[intent] is category) for category in CATEGORIES] for intent in INTENTS], dtype=np.float32
)
_CATEGORY_INDEX: Final = np.array([CATEGORIES.index(CATEGORY_OF[intent]) for intent in INTENTS])
_OTHER_LANGUAGE: Final = len(LANGUAGES)


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
    """Weights of all heads: weight (features, OUTPUTS), bias (OUTPUTS,).

    `temperatures` divides the logits: a row for each of LANGUAGES and one for any other, columns category, intent,
    sentiment. `thresholds` are the probabilities from which each flag of FLAGS counts as true.
    """

    weight: Floats
    bias: Floats
    temperatures: Floats
    thresholds: Floats

    @classmethod
    def load(cls, path: Path, features: int) -> "Heads":
        """Reads and checks the artefact; raises ValueError when it is not one of this program's heads."""
        return cls.read(path.read_bytes(), features, path.name)

    @classmethod
    def read(cls, raw: bytes, features: int, name: str = "this") -> "Heads":
        """As `load`, of a file's bytes."""
        try:
            labels = json.loads(metadata_of(raw).get("labels", "[]"))
            tensors = {key: tensor.astype(np.float32) for key, tensor in load(raw).items()}
            heads = cls(**tensors)
        except (SafetensorError, TypeError, ValueError) as error:
            raise ValueError(f"{name} is not a heads file ({error})") from error
        expected = {
            "weight": (features, OUTPUTS),
            "bias": (OUTPUTS,),
            "temperatures": (len(LANGUAGES) + 1, 3),
            "thresholds": (len(FLAGS),),
        }
        wrong = [name for name, shape in expected.items() if tensors[name].shape != shape]
        if wrong or tuple(labels) != LABELS:
            raise ValueError(f"{name} was trained for other labels or another body ({', '.join(wrong)})")
        return heads

    def save(self, path: Path) -> None:
        """The metadata names the outputs in order."""
        path.write_bytes(self.packed())

    def packed(self, body: str = "") -> bytes:
        """The file's bytes; `body` names what the heads were made for where they travel without it."""
        tensors = {name: getattr(self, name) for name in ("weight", "bias", "temperatures", "thresholds")}
        metadata = {"labels": json.dumps([str(label) for label in LABELS])}
        return save(tensors, metadata=metadata | ({"body": body} if body else {}))

    def logits(self, features: Floats) -> Floats:
        """Scores of shape (n, OUTPUTS) for n messages."""
        return np.asarray(standardised(features) @ self.weight + self.bias, dtype=np.float32)

    def judge(self, logits: Floats, languages: Sequence[str]) -> list[Judgement]:
        """One Judgement a message. The intent is the best one within the most probable category."""
        probabilities = self.probabilities(logits, languages)
        flags = probabilities.flags >= self.thresholds
        return [
            _judgement(
                probabilities.categories[row],
                probabilities.intents[row],
                probabilities.sentiments[row],
                flags[row].tolist(),
            )
            for row in range(len(logits))
        ]

    def probabilities(self, logits: Floats, languages: Sequence[str]) -> "Probabilities":
        rows = [LANGUAGES.index(code) if code in LANGUAGES else _OTHER_LANGUAGE for code in languages]
        warmth = self.temperatures[rows]
        return Probabilities(
            categories=categories_of(softmax(logits[:, INTENT_SPAN] / warmth[:, 0:1])),
            intents=softmax(logits[:, INTENT_SPAN] / warmth[:, 1:2]),
            sentiments=softmax(logits[:, SENTIMENT_SPAN] / warmth[:, 2:3]),
            flags=sigmoid(logits[:, FLAG_SPAN]),
        )


@dataclass(frozen=True, slots=True)
class Probabilities:
    """Of n messages: categories (n, 9), intents (n, 45), sentiments (n, 5), flags (n, 2)."""

    categories: Floats
    intents: Floats
    sentiments: Floats
    flags: Floats


def metadata_of(raw: bytes) -> dict[str, str]:
    """What a safetensors file says of itself; raises ValueError on bytes that are none."""
    size = int.from_bytes(raw[:8], "little")
    if not 0 < size <= len(raw) - 8:
        raise ValueError("the header is cut off")
    header = json.loads(raw[8 : 8 + size])
    if not isinstance(header, dict):
        raise ValueError("the header is no object")
    return dict(header.get("__metadata__") or {})


def features_of(raw: bytes) -> int:
    """How many features the heads in these bytes read."""
    return int(load(raw)["weight"].shape[0])


def standardised(features: Floats) -> Floats:
    """Each row with mean 0 and variance 1, as the heads were trained to read it."""
    centred = features - features.mean(axis=1, keepdims=True)
    return np.asarray(centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + 1e-5), dtype=np.float32)


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
