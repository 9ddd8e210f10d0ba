"""Working time: adds it and measures it. Around the clock it is plain arithmetic; else day by day in the local zone.

Daylight saving: time is counted as it passes, so a day of 23 hours has 23. An hour of the clock that a day skips is the
moment of the skip; of an hour that comes twice, the first one is meant.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from config.rules import CalendarRules, Coverage, OpenHours, Weekday

Span = tuple[datetime, datetime]
"""From and until, in UTC."""

HORIZON_DAYS = 36_600
"""How far ahead is looked: what a calendar of too many holidays can't finish in a century is due in a century."""

_ZERO = timedelta(0)
_ONE_DAY = timedelta(days=1)
_MAX_DAYS_KEPT = 4096
_WEEKDAYS = tuple(Weekday)
_MINUTES_OF_DAY = 1440


class WorkingCalendar:
    """Keep one for as long as its rules are in force: it remembers the days that it has worked out.

    All times must be aware; results are in UTC.
    """

    def __init__(self, rules: CalendarRules) -> None:
        self._rules = rules
        self._zone = ZoneInfo(rules.time_zone)
        self._days: dict[date, tuple[Span, ...]] = {}
        self.is_always_open = _is_always_open(rules)

    def add(self, start: datetime, working: timedelta) -> datetime:
        """The earliest moment with `working` time since `start`; when negative, the latest with so much until it."""
        start = _utc(start)
        if self.is_always_open or not working:
            return start + working
        return self._forward(start, working) if working > _ZERO else self._backward(start, -working)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from `start` to `end`; negative when `end` is earlier."""
        start, end = _utc(start), _utc(end)
        if self.is_always_open:
            return end - start
        return self._measure(start, end) if start <= end else -self._measure(end, start)

    def _forward(self, start: datetime, working: timedelta) -> datetime:
        day = self._local_day(start)
        for _ in range(HORIZON_DAYS):
            for opens, closes in self._open_spans(day):
                begin = max(opens, start)
                if begin < closes and closes - begin >= working:
                    return begin + working
                working -= max(_ZERO, closes - begin)
            day += _ONE_DAY
        return start + timedelta(days=HORIZON_DAYS)

    def _backward(self, end: datetime, working: timedelta) -> datetime:
        day = self._local_day(end)
        for _ in range(HORIZON_DAYS):
            for opens, closes in reversed(self._open_spans(day)):
                finish = min(closes, end)
                if finish > opens and finish - opens >= working:
                    return finish - working
                working -= max(_ZERO, finish - opens)
            day -= _ONE_DAY
        return end - timedelta(days=HORIZON_DAYS)

    def _measure(self, start: datetime, end: datetime) -> timedelta:
        total = _ZERO
        day, last = self._local_day(start), self._local_day(end)
        while day <= last:
            for opens, closes in self._open_spans(day):
                total += max(_ZERO, min(closes, end) - max(opens, start))
            day += _ONE_DAY
        return total

    def _local_day(self, moment: datetime) -> date:
        return moment.astimezone(self._zone).date()

    def _open_spans(self, day: date) -> tuple[Span, ...]:
        spans = self._days.get(day)
        if spans is None:
            if len(self._days) >= _MAX_DAYS_KEPT:
                self._days.clear()
            spans = tuple((self._moment(day, hours.start), self._moment(day, hours.end)) for hours in self._hours(day))
            self._days[day] = spans
        return spans

    def _hours(self, day: date) -> tuple[OpenHours, ...]:
        """Ordered, whichever way the rules file has them."""
        hours = self._rules.week[_WEEKDAYS[day.weekday()]]
        holiday = self._rules.holiday_on(day)
        if holiday and hours:
            coverage = self._rules.coverage_of(holiday)
            if coverage is Coverage.NONE:
                return ()
            if coverage is Coverage.REDUCED:
                hours = self._rules.reduced_hours
        return tuple(sorted(hours, key=lambda open_hours: open_hours.start))

    def _moment(self, day: date, minutes: int) -> datetime:
        """The moment at which local clocks show `minutes` after midnight of `day`."""
        local = datetime(day.year, day.month, day.day, tzinfo=self._zone) + timedelta(minutes=minutes)
        moment = local.astimezone(UTC)
        if moment.astimezone(self._zone).replace(tzinfo=None) == local.replace(tzinfo=None):
            return moment
        return self._skip(local.replace(fold=1).astimezone(UTC), moment)

    def _skip(self, before: datetime, after: datetime) -> datetime:
        """The moment between the two at which the clocks jump, to the second."""
        offset = after.astimezone(self._zone).utcoffset()
        while after - before > timedelta(seconds=1):
            middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
            if middle.astimezone(self._zone).utcoffset() == offset:
                after = middle
            else:
                before = middle
        return after


def _is_always_open(rules: CalendarRules) -> bool:
    days = [*rules.week.values()]
    coverages = {rules.coverage_of(holiday) for holiday in rules.holidays}
    if Coverage.REDUCED in coverages:
        days.append(rules.reduced_hours)
    return Coverage.NONE not in coverages and all(_fills_the_day(hours) for hours in days)


def _fills_the_day(hours: tuple[OpenHours, ...]) -> bool:
    return sum(open_hours.end - open_hours.start for open_hours in hours) == _MINUTES_OF_DAY


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is UTC:
        return moment
    if moment.utcoffset() is None:
        raise ValueError("a time without a zone can't be placed in a calendar")
    return moment.astimezone(UTC)
