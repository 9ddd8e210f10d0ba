"""How what comes in, and how sure the model is of it, moves away from how it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

WATCH: Final = 0.1
DRIFTED: Final = 0.25
"""The usual marks of the population stability index: below the first nothing has happened, above the second the
population is another one."""


class Signal(StrEnum):
    LANGUAGE = "language"
    CATEGORY = "category"
    CATEGORY_CONFIDENCE = "category_confidence"
    SENTIMENT_CONFIDENCE = "sentiment_confidence"


class Mark(StrEnum):
    STEADY = "steady"
    WATCH = "watch"
    DRIFTED = "drifted"
    TOO_FEW = "too_few"
    """Chance alone would move the index; it is not given."""


@dataclass(frozen=True, slots=True)
class Confidence:
    """Of one label on one day: the mean, the 10th percentile, and the share below 0.5."""

    mean: float
    tenth: float
    below_half: float


@dataclass(frozen=True, slots=True)
class DriftDay:
    """One day in UTC, by when the model read. Shares are of the messages that it read; None on a day without any.

    `unknown` is the share that it could not read when they came; `corrected` is the tickets whose labels people changed
    that day for each message read.
    """

    day: date
    messages: int
    languages: Mapping[str, float]
    categories: Mapping[str, float]
    category_confidence: Confidence | None
    sentiment_confidence: Confidence | None
    unknown: float | None
    corrected: float | None


@dataclass(frozen=True, slots=True)
class Window:
    """Days from `first` to `last`, both included."""

    first: date
    last: date
    messages: int


@dataclass(frozen=True, slots=True)
class Shift:
    """The index of one signal: of the recent window, and of the window that ends on each day after the reference."""

    signal: Signal
    index: float | None
    by_day: tuple[tuple[date, float | None], ...]

    @property
    def mark(self) -> Mark:
        return mark_of(self.index)


@dataclass(frozen=True, slots=True)
class Drift:
    days: tuple[DriftDay, ...]
    reference: Window
    recent: Window
    shifts: tuple[Shift, ...]

    @property
    def messages(self) -> int:
        return sum(day.messages for day in self.days)


def mark_of(index: float | None) -> Mark:
    if index is None:
        return Mark.TOO_FEW
    if index < WATCH:
        return Mark.STEADY
    return Mark.WATCH if index < DRIFTED else Mark.DRIFTED
