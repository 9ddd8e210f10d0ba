"""What is told of a model on labelled messages: all heads, for all messages and for each language and channel."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from core.domain.analysis import Analysis
from core.domain.enums import Sentiment
from models.evaluation.metrics import (
    calibration_error,
    confusion,
    coverage,
    f1,
    macro_f1,
    quadratic_kappa,
    reliability,
    wilson,
)
from models.labels import CATEGORIES, INTENTS, SENTIMENTS
from models.training.corpus import Example

_PRECISIONS: Final = (0.90, 0.95)
_NEUTRAL: Final = SENTIMENTS.index(Sentiment.NEUTRAL)
Pairs = Sequence[tuple[Example, Analysis]]


def evaluate(examples: Sequence[Example], analyses: Sequence[Analysis]) -> dict[str, Any]:
    """Figures for all, and by language and channel. Rows that do not say a label are left out of its figures."""
    pairs = list(zip(examples, analyses, strict=True))
    return {
        "all": _figures(pairs, with_details=True),
        "languages": _by(pairs, lambda example: example.language),
        "channels": _by(pairs, lambda example: example.channel),
    }


def _by(pairs: Pairs, name: Callable[[Example], str]) -> dict[str, Any]:
    groups: dict[str, list[tuple[Example, Analysis]]] = {}
    for example, analysis in pairs:
        groups.setdefault(name(example), []).append((example, analysis))
    return {key: _figures(groups[key]) for key in sorted(groups)}


def _figures(pairs: Pairs, with_details: bool = False) -> dict[str, Any]:
    found: dict[str, Any] = {"messages": len(pairs)}
    named = [(e, a) for e, a in pairs if e.language]
    found["language"] = _share([e.language == a.language for e, a in named])
    if told := [(e, a) for e, a in pairs if e.category]:
        found["category"] = _labels(
            [CATEGORIES.index(e.category) for e, _ in told if e.category],
            [CATEGORIES.index(a.category) for _, a in told],
            [a.category_confidence for _, a in told],
            [str(category) for category in CATEGORIES],
            with_details,
        )
    if told := [(e, a) for e, a in pairs if e.intent]:
        found["intent"] = _labels(
            [INTENTS.index(e.intent) for e, _ in told if e.intent],
            [INTENTS.index(a.intent) for _, a in told],
            [a.intent_confidence for _, a in told],
            list(INTENTS),
            with_details,
        )
    if told := [(e, a) for e, a in pairs if e.sentiment and e.intent != "spam"]:
        found["sentiment"] = _sentiment(told, with_details)
    for flag in ("urgent", "wants_human"):
        if marked := [(e, a) for e, a in pairs if getattr(e, flag) is not None]:
            truth = [bool(getattr(e, flag)) for e, _ in marked]
            said = [bool(getattr(a, flag)) for _, a in marked]
            found[flag] = {"count": sum(truth), "said": sum(said), "f1": round(f1(truth, said), 4)}
    return found


def _sentiment(told: Pairs, with_details: bool) -> dict[str, Any]:
    truth = [SENTIMENTS.index(e.sentiment) for e, _ in told if e.sentiment]
    said = [SENTIMENTS.index(a.sentiment) for _, a in told]
    found = _labels(
        truth, said, [a.sentiment_confidence for _, a in told], [str(level) for level in SENTIMENTS], with_details
    )
    same_side = [_side(a) == _side(b) for a, b in zip(truth, said, strict=True)]
    found["three_levels"] = _share(same_side)["accuracy"]
    found["quadratic_kappa"] = round(quadratic_kappa(confusion(truth, said, len(SENTIMENTS))), 4)
    return found


def _side(level: int) -> int:
    return (level > _NEUTRAL) - (level < _NEUTRAL)


def _labels(
    truth: list[int], said: list[int], confidence: list[float], names: list[str], with_details: bool
) -> dict[str, Any]:
    table = confusion(truth, said, len(names))
    right = [a == b for a, b in zip(truth, said, strict=True)]
    found = _share(right) | {
        "macro_f1": round(macro_f1(table), 4),
        "calibration_error": round(calibration_error(confidence, right), 4),
        "coverage_at_precision": {
            key: round(value, 4) for key, value in coverage(confidence, right, _PRECISIONS).items()
        },
    }
    if with_details:
        found["labels"] = names
        found["confusion"] = table.tolist()
        found["reliability"] = [
            {key: round(value, 4) for key, value in one.items()} for one in reliability(confidence, right)
        ]
    return found


def _share(right: Sequence[bool]) -> dict[str, Any]:
    low, high = wilson(sum(right), len(right))
    accuracy = sum(right) / len(right) if right else 0.0
    return {"accuracy": round(accuracy, 4), "interval": [round(low, 4), round(high, 4)]}
