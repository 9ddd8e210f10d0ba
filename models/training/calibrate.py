"""Makes confidences mean what they say: a temperature for each head and language, a threshold for each flag."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.heads import FLAG_SPAN, INTENT_SPAN, SENTIMENT_SPAN, Floats, Heads, categories_of, sigmoid, softmax
from models.labels import CATEGORIES, FLAGS, INTENTS, LANGUAGES, SENTIMENTS
from models.training.corpus import Example

_GRID: Final = np.exp(np.linspace(np.log(0.5), np.log(4.0), 71))
_TOGETHER: Final = 60.0
"""Messages that a language must bring before its own temperature weighs as much as that of all languages."""
_LEAST: Final = 1e-6

_Bools = NDArray[np.bool_]


def calibrated(heads: Heads, features: Floats, examples: Sequence[Example]) -> Heads:
    """The same heads with temperatures and thresholds that fit these messages, which they were not trained on."""
    logits = heads.logits(features)
    languages = np.array([example.language for example in examples])
    intents = np.array([INTENTS.index(example.intent or "unclear") for example in examples])
    categories = np.array([CATEGORIES.index(example.category) for example in examples if example.category])
    moods = np.array([SENTIMENTS.index(example.sentiment) for example in examples if example.sentiment])

    def category(warmth: float) -> Floats:
        return categories_of(softmax(logits[:, INTENT_SPAN] / warmth))

    def intent(warmth: float) -> Floats:
        return softmax(logits[:, INTENT_SPAN] / warmth)

    def sentiment(warmth: float) -> Floats:
        return softmax(logits[:, SENTIMENT_SPAN] / warmth)

    temperatures = np.ones_like(heads.temperatures)
    for column, (said, truth) in enumerate(((category, categories), (intent, intents), (sentiment, moods))):
        costs = np.stack([_surprise(said(float(warmth)), truth) for warmth in _GRID])
        common = int(costs.mean(1).argmin())
        temperatures[:, column] = _GRID[common]
        for row, language in enumerate(LANGUAGES):
            own = costs[:, languages == language].sum(1)
            held_back = _TOGETHER * np.log(_GRID / _GRID[common]) ** 2
            temperatures[row, column] = _GRID[int((own + held_back).argmin())]
    thresholds = [
        _threshold(
            sigmoid(logits[:, FLAG_SPAN.start + place]),
            np.array([bool(getattr(example, flag)) for example in examples]),
        )
        for place, flag in enumerate(FLAGS)
    ]
    return replace(heads, temperatures=temperatures, thresholds=np.array(thresholds, dtype=np.float32))


def _surprise(probabilities: Floats, truth: NDArray[np.int64]) -> NDArray[np.float64]:
    chosen = probabilities[np.arange(len(truth)), truth]
    return -np.log(np.maximum(chosen, _LEAST)).astype(np.float64)


def _threshold(probabilities: Floats, truth: _Bools) -> float:
    """Where F1 is highest; of several such places the middle one."""
    grid = np.linspace(0.15, 0.85, 71)
    scores = np.array([_f1(truth, probabilities >= place) for place in grid])
    best = np.flatnonzero(scores >= scores.max() - 0.005)
    return float(grid[best[len(best) // 2]])


def _f1(truth: _Bools, said: _Bools) -> float:
    named = int(truth.sum() + said.sum())
    return 2 * int((truth & said).sum()) / named if named else 1.0
