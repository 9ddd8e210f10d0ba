"""Why a label: each word is left out in turn, and what the label loses by it is what the word carried.

Leaving out is slower than looking at weights or gradients, but it says what it seems to say (occlusion, Zeiler and
Fergus 2014; Li, Monroe and Jurafsky 2016).
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from core.domain.analysis import Carrier, Explanation
from models.encoder import Encoder
from models.heads import Floats, Heads, best_category_and_intent
from models.labels import FLAGS

MOST_UNITS: Final = 48
"""Longer texts are left out in groups of neighbouring words, so that the cost is bounded."""
SHOWN: Final = 5
LEAST_EFFECT: Final = 0.01
_URGENT: Final = FLAGS.index("urgent")


def explain(encoder: Encoder, heads: Heads, text: str, language: str) -> Explanation:
    """The words that carried each label of a cleaned text; empty where no single word did."""
    ids = encoder.tokens_of(text)
    groups = _grouped(encoder.units_of(text))
    rows = [ids, *([number for place, number in enumerate(ids) if place not in left] for _, left in groups)]
    features = encoder.read_tokens(rows).features
    said = heads.probabilities(heads.logits(features), [language] * len(rows))
    category, intent = best_category_and_intent(said.categories[0], said.intents[0])
    sentiment = int(said.sentiments[0].argmax())
    words = [word for word, _ in groups]
    urgent = said.flags[:, _URGENT]
    is_urgent = urgent[0] >= heads.thresholds[_URGENT]
    return Explanation(
        category=_carriers(words, said.categories[:, category]),
        intent=_carriers(words, said.intents[:, intent]),
        sentiment=_carriers(words, said.sentiments[:, sentiment]),
        urgent=_carriers(words, urgent) if is_urgent else (),
    )


def _grouped(units: Sequence[tuple[str, tuple[int, ...]]]) -> list[tuple[str, frozenset[int]]]:
    size = -(-len(units) // MOST_UNITS) or 1
    groups = [units[start : start + size] for start in range(0, len(units), size)]
    joint = "" if _has_no_blanks(units) else " "
    return [
        (joint.join(word for word, _ in group), frozenset(place for _, places in group for place in places))
        for group in groups
        if any(character.isalnum() for word, _ in group for character in word)
    ]


def _has_no_blanks(units: Sequence[tuple[str, tuple[int, ...]]]) -> bool:
    return any(ord(character) >= 0x2E80 for word, _ in units for character in word)


def _carriers(words: list[str], probabilities: Floats) -> tuple[Carrier, ...]:
    """`probabilities` of the label: of the whole text first, then without each word."""
    effects = probabilities[0] - probabilities[1:]
    strongest = np.argsort(-np.abs(effects))[:SHOWN]
    return tuple(
        Carrier(words[place], round(float(effects[place]), 3))
        for place in strongest
        if abs(effects[place]) >= LEAST_EFFECT
    )
