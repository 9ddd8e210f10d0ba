"""Figures on messages that the heads did not see: per language, with calibration, and the reports they make."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.features import Floats
from models.heads import FLAG_SPAN, INTENT_SPAN, SENTIMENT_SPAN, Heads, categories_of, sigmoid, softmax
from models.labels import CATEGORIES, FLAGS, INTENTS, LANGUAGES, SENTIMENTS
from models.training.corpus import Example
from models.training.inputs import Inputs

_BINS: Final = 10
_CAUTION_ABROAD: Final = 1.3
"""Factor on the category temperature outside English: there batches resemble each other more than real traffic."""
Integers = NDArray[np.int64]


def evaluate(heads: Heads, examples: Sequence[Example], inputs: Inputs) -> dict[str, Any]:
    """Metrics of all heads for each language and for all together."""
    judged = heads.judge(inputs.dense, inputs.grams, inputs.languages)
    rows_of = {code: [row for row, e in enumerate(examples) if e.language == code] for code in LANGUAGES}
    rows_of["all"] = list(range(len(examples)))
    report = {}
    for code, rows in rows_of.items():
        if not rows:
            continue
        gold = [examples[row] for row in rows]
        said = [judged[row] for row in rows]
        category = np.array([CATEGORIES.index(j.category) for j in said])
        category_gold = np.array([CATEGORIES.index(e.category) for e in gold if e.category])
        sentiment = np.array([SENTIMENTS.index(j.sentiment) for j in said])
        sentiment_gold = np.array([SENTIMENTS.index(e.sentiment) for e in gold if e.sentiment])
        report[code] = {
            "messages": len(rows),
            "language_accuracy": _mean([inputs.languages[row] == examples[row].language for row in rows]),
            "category_accuracy": _mean(category == category_gold),
            "category_macro_f1": macro_f1(category, category_gold, len(CATEGORIES)),
            "intent_accuracy": _mean([j.intent == e.intent for j, e in zip(said, gold, strict=True)]),
            "sentiment_accuracy": _mean(sentiment == sentiment_gold),
            "sentiment_3_levels": _mean(np.sign(sentiment - 2) == np.sign(sentiment_gold - 2)),
            "sentiment_qwk": quadratic_kappa(sentiment, sentiment_gold, len(SENTIMENTS)),
            "category_ece": calibration_error([j.category_confidence for j in said], category == category_gold),
            "sentiment_ece": calibration_error([j.sentiment_confidence for j in said], sentiment == sentiment_gold),
            "category_accuracy_when_confident": _confident_accuracy(
                [j.category_confidence for j in said], category == category_gold
            ),
            **{
                flag: binary_scores([j.flags[flag] for j in said], [bool(getattr(e, flag)) for e in gold])
                for flag in FLAGS
            },
        }
    return report


def calibrate(heads: Heads, logits: Floats, examples: Sequence[Example], languages: Sequence[str]) -> Heads:
    """The same heads with temperatures and thresholds fit on out-of-fold `logits` (n, OUTPUTS) of the training part."""
    temperatures = np.ones((2, 2), dtype=np.float32)
    groups = np.array([0 if language == "en" else 1 for language in languages])
    intents = np.array([INTENTS.index(e.intent) if e.intent else -1 for e in examples])
    sentiments = np.array([SENTIMENTS.index(e.sentiment) if e.sentiment else -1 for e in examples])
    for group in (0, 1):
        known = (groups == group) & (intents >= 0)
        temperatures[group, 0] = _temperature(logits[known, INTENT_SPAN], intents[known], _category_loss)
        temperatures[group, 1] = _temperature(logits[known, SENTIMENT_SPAN], sentiments[known], _label_loss)
    temperatures[1, 0] *= _CAUTION_ABROAD
    probabilities = sigmoid(logits[:, FLAG_SPAN])
    thresholds = np.array(
        [
            _threshold(
                probabilities[:, column],
                np.array([bool(getattr(e, flag)) for e in examples]),
                beta=0.3 if flag == "thanks_only" else 1.0,
            )
            for column, flag in enumerate(FLAGS)
        ],
        dtype=np.float32,
    )
    return Heads(heads.dense, heads.ngram, heads.rarity, heads.bias, temperatures, thresholds)


def macro_f1(said: Integers, gold: Integers, classes: int) -> float:
    scores = [binary_scores(said == label, gold == label)["f1"] for label in range(classes) if (gold == label).any()]
    return _mean(scores)


def binary_scores(said: Any, gold: Any) -> dict[str, float]:
    """Precision, recall and F1 of true; a ratio without cases is 0, and 1 for precision when nothing is claimed."""
    claimed, true = np.asarray(said, dtype=bool), np.asarray(gold, dtype=bool)
    hits = int((claimed & true).sum())
    precision = hits / int(claimed.sum()) if claimed.any() else 1.0
    recall = hits / int(true.sum()) if true.any() else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"precision": round(precision, 3), "recall": round(recall, 3), "f1": round(f1, 3)}


def quadratic_kappa(said: Integers, gold: Integers, classes: int) -> float:
    """Cohen's kappa with quadratic weights."""
    observed = np.zeros((classes, classes))
    np.add.at(observed, (gold, said), 1.0)
    expected = np.outer(observed.sum(1), observed.sum(0)) / max(1.0, observed.sum())
    distance = np.square(np.subtract.outer(np.arange(classes), np.arange(classes)))
    disagreement = float((distance * expected).sum())
    return round(1.0 - float((distance * observed).sum()) / disagreement, 3) if disagreement else 1.0


def calibration_error(confidences: Sequence[float], right: Any) -> float:
    """Expected calibration error over ten bins of equal width."""
    confidence, correct = np.asarray(confidences), np.asarray(right, dtype=float)
    bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    gaps = [
        abs(float(confidence[bins == b].mean() - correct[bins == b].mean())) * float((bins == b).mean())
        for b in range(_BINS)
        if (bins == b).any()
    ]
    return round(sum(gaps), 3)


def _confident_accuracy(confidences: Sequence[float], right: Any) -> dict[str, float]:
    chosen = np.asarray(confidences) >= 0.7
    return {"share": _mean(chosen), "accuracy": _mean(np.asarray(right)[chosen]) if chosen.any() else 1.0}


def _label_loss(probabilities: Floats, labels: Integers) -> float:
    return float(-np.log(probabilities[np.arange(len(labels)), labels] + 1e-9).mean())


def _category_loss(probabilities: Floats, labels: Integers) -> float:
    gold = np.eye(len(INTENTS), dtype=np.float32)[labels]
    return _label_loss(categories_of(probabilities), categories_of(gold).argmax(axis=1))


def _temperature(logits: Floats, labels: Integers, loss: Any) -> float:
    """The temperature of least loss on a grid; 1 when there is nothing to fit on."""
    if not len(labels):
        return 1.0
    grid = np.exp(np.linspace(np.log(0.3), np.log(5.0), 80))
    return float(min(grid, key=lambda temperature: loss(softmax(logits / np.float32(temperature)), labels)))


def _threshold(probabilities: Floats, gold: NDArray[np.bool_], beta: float) -> float:
    """The threshold of best F-beta; a beta below 1 prefers precision."""

    def score(threshold: float) -> float:
        result = binary_scores(probabilities >= threshold, gold)
        precision, recall = result["precision"], result["recall"]
        return (1 + beta**2) * precision * recall / max(1e-9, beta**2 * precision + recall)

    return float(max(np.linspace(0.02, 0.97, 96), key=score))


def _mean(values: Any) -> float:
    return round(float(np.mean(values)), 3) if len(values) else 0.0
