"""Rules of the service level: targets for each channel and priority, and the hours in which clocks run."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from config.values import (
    HolidayDate,
    HolidayDateText,
    Hours,
    OpenHours,
    OpenHoursText,
    Percent,
    Table,
    Text,
    TimeZone,
    Weekday,
)
from core.domain.enums import Channel, Priority, TicketStatus


@dataclass(frozen=True, slots=True)
class SlaTarget:
    """`first_response_minutes` of 0 means at once."""

    first_response_minutes: Annotated[float, Field(ge=0, le=525_600)]
    resolution_hours: Hours
    escalate_after_hours: Hours

    @property
    def first_response(self) -> timedelta:
        return timedelta(minutes=self.first_response_minutes)

    @property
    def resolution(self) -> timedelta:
        return timedelta(hours=self.resolution_hours)

    @property
    def escalate_after(self) -> timedelta:
        return timedelta(hours=self.escalate_after_hours)


@dataclass(frozen=True, slots=True)
class SlaRules:
    """Every channel has targets of its own in `targets`, or those of the channel it `follows`."""

    targets: Table[Channel, Table[Priority, SlaTarget]]
    follows: Table[Channel, Channel]
    warn_percent: Annotated[float, Field(ge=1, le=99)]
    compliance_target_percent: Percent
    pause_statuses: frozenset[TicketStatus]

    @property
    def warn_ratio(self) -> float:
        return self.warn_percent / 100

    def target(self, channel: Channel, priority: Priority) -> SlaTarget:
        return self.targets[channel if channel in self.targets else self.follows[channel]][priority]


class Coverage(StrEnum):
    """How a holiday is staffed: as any day, in the reduced hours, or not at all."""

    FULL = "full"
    REDUCED = "reduced"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Holiday:
    """A holiday without a coverage of its own has the calendar's `holiday_coverage`."""

    date: HolidayDateText
    name: Text
    coverage: Coverage | None = None


@dataclass(frozen=True, slots=True)
class CalendarRules:
    """When clocks count. A weekday with an empty list is closed, also on a holiday with reduced hours."""

    time_zone: TimeZone
    week: Table[Weekday, tuple[OpenHoursText, ...]]
    reduced_hours: tuple[OpenHoursText, ...]
    holiday_coverage: Coverage
    holidays: tuple[Holiday, ...]

    def holiday_on(self, day: date) -> Holiday | None:
        """The day's holiday; one of this year goes before one of every year."""
        found = [holiday for holiday in self.holidays if holiday.date.is_on(day)]
        return max(found, key=lambda holiday: holiday.date.year or 0, default=None)

    def coverage_of(self, holiday: Holiday) -> Coverage:
        return holiday.coverage or self.holiday_coverage


__all__ = [
    "CalendarRules",
    "Coverage",
    "Holiday",
    "HolidayDate",
    "OpenHours",
    "SlaRules",
    "SlaTarget",
    "Weekday",
]
