"""Value types that the business rules are made of; each refuses what it does not allow with a plain sentence."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, PlainValidator
from pydantic_core import PydanticCustomError

from core.domain.intents import CATEGORY_OF_INTENT, INTENTS

K = TypeVar("K")
V = TypeVar("V")

NAME_PATTERN = r"^[a-z][a-z0-9_]{0,62}$"


def refusal(allowed: str) -> PydanticCustomError:
    """The error of a value type. `allowed` completes the sentence "... is not allowed; give ..."."""
    return PydanticCustomError("not_allowed", "{allowed}", {"allowed": allowed})


_AMOUNT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")


def _money(value: Any) -> Decimal:
    if not isinstance(value, str) or not _AMOUNT.fullmatch(value):
        raise refusal('an amount in quotes, not negative, with at most two decimals, such as "100.00"')
    return Decimal(value)


def _intent(value: str) -> str:
    if value not in CATEGORY_OF_INTENT:
        near = difflib.get_close_matches(value, INTENTS, n=3, cutoff=0.5)
        hint = f", perhaps {' or '.join(near)}" if near else ""
        raise refusal(f"one of the {len(INTENTS)} intents{hint}")
    return value


def _time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (OSError, ValueError, LookupError) as error:
        raise refusal("a time zone of the IANA list, such as Europe/Berlin or UTC") from error
    return value


Table = Annotated[Mapping[K, V], AfterValidator(MappingProxyType)]
"""A read-only table."""

Name = Annotated[str, Field(pattern=NAME_PATTERN)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]
Count = Annotated[int, Field(ge=1, le=1_000_000)]
CountOrNone = Annotated[int, Field(ge=0, le=1_000_000)]
"""A count that may be 0."""
Hours = Annotated[float, Field(gt=0, le=8760)]
Seconds = Annotated[float, Field(gt=0, le=86_400)]
Share = Annotated[float, Field(ge=0, le=1)]
Percent = Annotated[float, Field(ge=0, le=100)]
Money = Annotated[Decimal, PlainValidator(_money)]
"""US dollars, written in quotes so that no binary fraction ever touches them."""
Intent = Annotated[str, AfterValidator(_intent)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]


class Weekday(StrEnum):
    """In the order of `datetime.weekday()`."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


@dataclass(frozen=True, slots=True)
class OpenHours:
    """Minutes after local midnight, `start` inclusive, `end` exclusive; 1440 is the end of the day."""

    start: int
    end: int


_OPEN_HOURS = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|(24):(00))$")


def _open_hours(value: Any) -> OpenHours:
    match = _OPEN_HOURS.match(value) if isinstance(value, str) else None
    if match:
        hour, minute, until_hour, until_minute = (int(part) for part in match.groups() if part is not None)
        hours = OpenHours(hour * 60 + minute, until_hour * 60 + until_minute)
        if hours.start < hours.end:
            return hours
    raise refusal('hours such as "09:00-17:30", the end after the start, at most "24:00"')


OpenHoursText = Annotated[OpenHours, PlainValidator(_open_hours)]


@dataclass(frozen=True, slots=True)
class HolidayDate:
    """A day of one year, or of every year when `year` is None."""

    month: int
    day: int
    year: int | None = None

    def is_on(self, day: date) -> bool:
        return (day.month, day.day) == (self.month, self.day) and self.year in (None, day.year)


_HOLIDAY = re.compile(r"^(?:(\d{4})-)?(\d{2})-(\d{2})$")
_ANY_LEAP_YEAR = 2000


def _holiday_date(value: Any) -> HolidayDate:
    match = _HOLIDAY.match(value) if isinstance(value, str) else None
    if match:
        year, month, day = (int(part) if part else None for part in match.groups())
        try:
            real = date(_ANY_LEAP_YEAR if year is None else year, month or 0, day or 0)
        except ValueError:
            pass
        else:
            return HolidayDate(real.month, real.day, year)
    raise refusal('a day such as "2026-04-03", or "12-25" for every year')


HolidayDateText = Annotated[HolidayDate, PlainValidator(_holiday_date)]
