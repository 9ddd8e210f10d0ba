"""What was measured of a model on held-out messages (`models.evaluation.report` writes it), and what is asked of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

TARGETS: Final = {
    "language": 0.99,
    "category": 0.88,
    "macro F1": 0.86,
    "intent": 0.75,
    "sentiment": 0.78,
    "3 levels": 0.90,
    "QWK": 0.85,
    "urgent": 0.75,
    "human": 0.85,
    "ECE category": 0.04,
    "ECE sentiment": 0.04,
}
"""Higher is better, but for the two calibration errors."""
AT_MOST: Final = frozenset({"ECE category", "ECE sentiment"})
HEADS: Final = ("category", "intent", "sentiment")


def headline(one: Mapping[str, Any]) -> dict[str, float]:
    """The figures of a group that have targets, by their names in TARGETS; raises KeyError where a label was not
    measured."""
    return {
        "language": one["language"]["accuracy"],
        "category": one["category"]["accuracy"],
        "macro F1": one["category"]["macro_f1"],
        "intent": one["intent"]["accuracy"],
        "sentiment": one["sentiment"]["accuracy"],
        "3 levels": one["sentiment"]["three_levels"],
        "QWK": one["sentiment"]["quadratic_kappa"],
        "urgent": one["urgent"]["f1"],
        "human": one["wants_human"]["f1"],
        "ECE category": one["category"]["calibration_error"],
        "ECE sentiment": one["sentiment"]["calibration_error"],
    }


def meets(name: str, value: float) -> bool:
    """Whether a figure reaches its target, to the two decimals in which targets are given."""
    return value <= TARGETS[name] if name in AT_MOST else value >= TARGETS[name]


@dataclass(frozen=True, slots=True)
class Group:
    messages: int
    values: Mapping[str, float]
    """By the names in TARGETS."""


@dataclass(frozen=True, slots=True)
class Confusion:
    """Rows are what people labelled, columns what the model said."""

    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    @property
    def messages(self) -> int:
        return sum(map(sum, self.counts))

    def mistakes(self, most: int) -> list[tuple[str, str, int]]:
        """(label, said instead, messages), the most frequent first."""
        found = [
            (self.labels[row], self.labels[column], count)
            for row, counts in enumerate(self.counts)
            for column, count in enumerate(counts)
            if row != column and count
        ]
        return sorted(found, key=lambda one: -one[2])[:most]


@dataclass(frozen=True, slots=True)
class Bin:
    """Messages of like confidence: how sure on average, how often right."""

    start: float
    messages: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Reliability:
    head: str
    bins: tuple[Bin, ...]
    error: float
    coverage: Mapping[str, float]
    """By a precision such as "0.95": the largest share of messages that reaches it."""

    def curve(self) -> list[tuple[float, float, float]]:
        """(threshold, share of messages at or above it, share of those that is right), the highest threshold first."""
        total = sum(one.messages for one in self.bins)
        points, taken, right = [], 0, 0.0
        for one in reversed(self.bins):
            taken += one.messages
            right += one.messages * one.accuracy
            points.append((one.start, taken / total, right / taken))
        return points


@dataclass(frozen=True, slots=True)
class Figures:
    all: Group
    interval: tuple[float, float]
    """Of the category's accuracy, 95 %."""
    languages: Mapping[str, Group]
    confusion: Confusion
    reliability: tuple[Reliability, ...]

    @classmethod
    def read(cls, metrics: Mapping[str, Any]) -> "Figures":
        """Of a metrics.json; raises KeyError, TypeError or ValueError for another shape."""
        held_out = metrics["held_out"]
        whole = held_out["all"]
        category = whole["category"]
        low, high = category["interval"]
        return cls(
            all=_group(whole),
            interval=(float(low), float(high)),
            languages={str(name): _group(one) for name, one in held_out["languages"].items()},
            confusion=_confusion(category["labels"], category["confusion"]),
            reliability=tuple(_reliability(head, whole[head]) for head in HEADS),
        )

    @property
    def missed(self) -> int:
        """How many targets are missed, over all languages."""
        return sum(not meets(name, value) for one in self.languages.values() for name, value in one.values.items())


def _group(one: Mapping[str, Any]) -> Group:
    return Group(int(one["messages"]), {name: float(value) for name, value in headline(one).items()})


def _confusion(labels: Sequence[str], table: Sequence[Sequence[int]]) -> Confusion:
    counts = tuple(tuple(int(count) for count in row) for row in table)
    if {len(labels)} != {len(counts), *map(len, counts)}:
        raise ValueError("the confusion table has other sides than labels")
    return Confusion(tuple(map(str, labels)), counts)


def _reliability(head: str, one: Mapping[str, Any]) -> Reliability:
    bins = tuple(
        Bin(float(each["from"]), int(each["count"]), float(each["confidence"]), float(each["accuracy"]))
        for each in one["reliability"]
    )
    if not bins or any(a.start >= b.start for a, b in pairwise(bins)):
        raise ValueError("the bins of reliability are not in order")
    coverage = {str(name): float(share) for name, share in one["coverage_at_precision"].items()}
    return Reliability(head, bins, float(one["calibration_error"]), coverage)
