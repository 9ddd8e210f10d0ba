"""Drift of inputs and confidence: four weeks by day, and how far the last week is from the first."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from core.domain.access import Actor, Permission
from core.domain.drift import Confidence, Drift, DriftDay, Shift, Signal, Window
from core.storage.database import Database
from dashboards import queries
from dashboards.queries import Tally
from dashboards.stability import BINS, grouped, quantile, stability_index, tenths

DAYS: Final = 28
WINDOW: Final = 7
_HALF: Final = BINS // 2
_CONFIDENCES: Final = (Signal.CATEGORY_CONFIDENCE, Signal.SENTIMENT_CONFIDENCE)


class DriftBoard:
    """Fills core.domain.ports.DriftReader from the stored analyses."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, actor: Actor) -> Drift:
        """The last 28 days up to today, in UTC; the first seven are the reference."""
        actor.require(Permission.ADMINISTER)
        today = self._database.clock.now().astimezone(UTC).date()
        days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
        since = datetime.combine(days[0], time(), UTC)
        async with self._database.read() as tx:
            tallies = await queries.tallies(tx, since)
            unknown = await queries.unknown_by_day(tx, since)
            corrected = await queries.corrected_by_day(tx, since)
        seen = _Seen(tallies)
        return Drift(
            days=tuple(_day(seen, day, unknown.get(day, 0), corrected.get(day, 0)) for day in days),
            reference=seen.window(days[:WINDOW]),
            recent=seen.window(days[-WINDOW:]),
            shifts=tuple(_shift(seen, signal, days) for signal in Signal),
        )


class _Seen:
    """Tallies by signal and day."""

    def __init__(self, tallies: Sequence[Tally]) -> None:
        self._counts: defaultdict[tuple[Signal, date], Counter[str]] = defaultdict(Counter)
        self._totals: Counter[tuple[Signal, date]] = Counter()
        for one in tallies:
            self._counts[one.signal, one.day][one.value] += one.messages
            self._totals[one.signal, one.day] += one.total  # type: ignore[assignment]

    def counts(self, signal: Signal, days: Iterable[date]) -> Counter[str]:
        """Of all these days together."""
        found: Counter[str] = Counter()
        for day in days:
            found.update(self._counts.get((signal, day), {}))
        return found

    def hundredths(self, signal: Signal, days: Iterable[date]) -> dict[int, int]:
        return {int(value): count for value, count in self.counts(signal, days).items()}

    def confidence(self, signal: Signal, day: date) -> Confidence | None:
        counts = self.hundredths(signal, [day])
        messages = sum(counts.values())
        if not messages:
            return None
        unsure = sum(count for place, count in counts.items() if place < _HALF)
        return Confidence(self._totals[signal, day] / messages, quantile(counts, 0.1), unsure / messages)

    def window(self, days: Sequence[date]) -> Window:
        return Window(days[0], days[-1], self.counts(Signal.CATEGORY, days).total())


def _day(seen: _Seen, day: date, unknown: int, corrected: int) -> DriftDay:
    messages = seen.counts(Signal.CATEGORY, [day]).total()
    return DriftDay(
        day=day,
        messages=messages,
        languages=_shares(seen.counts(Signal.LANGUAGE, [day])),
        categories=_shares(seen.counts(Signal.CATEGORY, [day])),
        category_confidence=seen.confidence(Signal.CATEGORY_CONFIDENCE, day),
        sentiment_confidence=seen.confidence(Signal.SENTIMENT_CONFIDENCE, day),
        unknown=unknown / (messages + unknown) if messages + unknown else None,
        corrected=corrected / messages if messages else None,
    )


def _shares(counts: Counter[str]) -> Mapping[str, float]:
    total = counts.total()
    return {value: count / total for value, count in counts.most_common()}


def _shift(seen: _Seen, signal: Signal, days: Sequence[date]) -> Shift:
    def index(window: Sequence[date]) -> float | None:
        return _index(seen, signal, days[:WINDOW], window)

    ends = range(2 * WINDOW, len(days) + 1)
    by_day = tuple((days[end - 1], index(days[end - WINDOW : end])) for end in ends)
    return Shift(signal, by_day[-1][1], by_day)


def _index(seen: _Seen, signal: Signal, reference: Sequence[date], window: Sequence[date]) -> float | None:
    if signal in _CONFIDENCES:
        was, now = seen.hundredths(signal, reference), seen.hundredths(signal, window)
        starts = tenths(was)
        return stability_index(grouped(was, starts), grouped(now, starts))
    known, found = seen.counts(signal, reference), seen.counts(signal, window)
    values = sorted(known.keys() | found.keys())
    return stability_index([known[value] for value in values], [found[value] for value in values])
