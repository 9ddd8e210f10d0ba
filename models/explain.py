"""Why a label: each word is left out in turn, and what the label loses by it is what the word carried.

Leaving out is slower than looking at weights or gradients, but it says what it seems to say (occlusion, Zeiler and
Fergus 2014; Li, Monroe and Jurafsky 2016).
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from core.domain.analysis import Carrier, Explained, Explanation
from models.encoder import Encoder
from models.heads import Floats, Heads, best_category_and_intent
from models.labels import CATEGORIES, FLAGS, INTENTS, SENTIMENTS
from models.windows import parts_of

MOST_UNITS: Final = 60
"""Longer texts are left out in groups of neighbouring words, so that the cost is bounded."""
SHOWN: Final = 5
LEAST_EFFECT: Final = 0.01
_URGENT: Final = FLAGS.index("urgent")


def explain(encoder: Encoder, heads: Heads, text: str, language: str, model: str = "") -> Explanation:
    """The labels of a raw message as the analysis gives them, and the words that carried each; none where no single
    word did. Of a message that is longer than a window the words of the first one are left out in turn."""
    features, groups = _without_each(encoder, text)
    said = heads.probabilities(heads.logits(features), [language] * len(features))
    category, intent = best_category_and_intent(said.categories[0], said.intents[0])
    sentiment = int(said.sentiments[0].argmax())
    words = [word for word, _ in groups]
    urgent = said.flags[:, _URGENT]
    is_urgent = bool(urgent[0] >= heads.thresholds[_URGENT])
    return Explanation(
        category=_explained(CATEGORIES[category], words, said.categories[:, category]),
        intent=_explained(INTENTS[intent], words, said.intents[:, intent]),
        sentiment=_explained(SENTIMENTS[sentiment], words, said.sentiments[:, sentiment]),
        urgent=_explained("true", words, urgent) if is_urgent else Explained("false", float(1 - urgent[0]), ()),
        model=model,
    )


def _without_each(encoder: Encoder, text: str) -> tuple[Floats, list[tuple[str, frozenset[int]]]]:
    """Features of the whole message, then of the message without each group of words; and the groups."""
    windows = encoder.windows(text)
    first, share, _ = windows[0]
    groups = _grouped(encoder.units_of(parts_of(text)[0]))
    shortened = [[number for place, number in enumerate(first) if place not in left] for _, left in groups]
    read = encoder.read_tokens([*(window.ids for window in windows), *shortened]).features
    weights = np.array([window.share for window in windows], dtype=np.float32)
    whole = weights @ read[: len(windows)]
    return np.vstack([whole, whole + share * (read[len(windows) :] - read[0])]), groups


def _grouped(units: Sequence[tuple[str, tuple[int, ...]]]) -> list[tuple[str, frozenset[int]]]:
    words = [(word, places) for word, places in units if any(character.isalnum() for character in word)]
    size = -(-len(words) // MOST_UNITS) or 1
    groups = [words[start : start + size] for start in range(0, len(words), size)]
    joint = "" if _has_no_blanks(words) else " "
    return [
        (joint.join(word for word, _ in group), frozenset(place for _, places in group for place in places))
        for group in groups
    ]


def _has_no_blanks(units: Sequence[tuple[str, tuple[int, ...]]]) -> bool:
    return any(ord(character) >= 0x2E80 for word, _ in units for character in word)


def _explained(label: str, words: list[str], probabilities: Floats) -> Explained:
    """`probabilities` of the label: of the whole text first, then without each word."""
    effects = probabilities[0] - probabilities[1:]
    strongest = np.argsort(-np.abs(effects))[:SHOWN]
    carriers = tuple(
        Carrier(words[place], round(float(effects[place]), 3))
        for place in strongest
        if abs(effects[place]) >= LEAST_EFFECT
    )
    return Explained(str(label), min(1.0, float(probabilities[0])), carriers)
