"""Working time, around the clock and in office hours."""

import dataclasses
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.loader import load_rules
from config.rules import CalendarRules, Coverage, Holiday, HolidayDate, OpenHours, Weekday
from core.calendar import WorkingCalendar

ALWAYS = load_rules().calendar
OFFICE = (OpenHours(9 * 60, 12 * 60), OpenHours(13 * 60, 17 * 60))
NIGHT_SHIFT = (OpenHours(20 * 60, 24 * 60), OpenHours(0, 12 * 60))
CHRISTMAS = Holiday(HolidayDate(12, 25), "Christmas Day")
WORKDAYS = list(Weekday)[:5]
NIGHT = OpenHours(90, 210)
"""01:30 to 03:30, across the hour that daylight saving skips or repeats."""


def office(zone: str = "Europe/Berlin", **changes: object) -> CalendarRules:
    week = {day: OFFICE if day in WORKDAYS else () for day in Weekday}
    rules = CalendarRules(zone, week, (OpenHours(600, 720),), Coverage.NONE, ())
    return dataclasses.replace(rules, **changes)  # type: ignore[arg-type]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


calendars = st.sampled_from(
    [
        WorkingCalendar(ALWAYS),
        WorkingCalendar(office()),
        WorkingCalendar(office("America/New_York", holidays=(CHRISTMAS,))),
        WorkingCalendar(
            office("Asia/Kolkata", week=dict.fromkeys(Weekday, (OpenHours(0, 720), OpenHours(1200, 1440))))
        ),
        WorkingCalendar(office("Europe/Berlin", week=dict.fromkeys(Weekday, (NIGHT,)))),
        WorkingCalendar(
            office(
                "America/New_York",
                week=dict.fromkeys(Weekday, (OpenHours(0, 1440),)),
                holidays=(Holiday(HolidayDate(11, 26, 2026), "Thanksgiving", Coverage.REDUCED),),
            )
        ),
        WorkingCalendar(office("Australia/Lord_Howe", week=dict.fromkeys(Weekday, (NIGHT,)))),
    ]
)
moments = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
durations = st.timedeltas(timedelta(0), timedelta(days=9))


def test_the_default_is_around_the_clock() -> None:
    calendar = WorkingCalendar(ALWAYS)
    assert calendar.is_always_open
    assert calendar.add(utc("2026-12-24T22:00"), timedelta(hours=4)) == utc("2026-12-25T02:00")
    assert calendar.between(utc("2026-12-25T02:00"), utc("2026-12-24T22:00")) == -timedelta(hours=4)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-23T08:30", 2, "2026-11-23T10:30"),
        ("2026-11-23T10:30", 1, "2026-11-23T12:30"),
        ("2026-11-23T15:30", 1, "2026-11-24T08:30"),
        ("2026-11-23T05:00", 3, "2026-11-23T11:00"),
        ("2026-11-27T15:00", 2, "2026-11-30T09:00"),
        ("2026-11-28T12:00", 7, "2026-11-30T16:00"),
        ("2026-11-23T08:00", 35, "2026-11-27T16:00"),
    ],
)
def test_office_hours_in_berlin(start: str, hours: int, end: str) -> None:
    calendar = WorkingCalendar(office())
    assert calendar.add(utc(start), timedelta(hours=hours)) == utc(end)
    assert calendar.between(utc(start), utc(end)) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("coverage", "due"),
    [(Coverage.FULL, "2026-12-25T09:00"), (Coverage.REDUCED, "2026-12-25T10:00"), (Coverage.NONE, "2026-12-28T09:00")],
)
def test_a_holiday_is_covered_in_full_reduced_or_not_at_all(coverage: Coverage, due: str) -> None:
    calendar = WorkingCalendar(office(holiday_coverage=coverage, holidays=(CHRISTMAS,)))
    assert calendar.add(utc("2026-12-24T15:00"), timedelta(hours=2)) == utc(due)


def test_the_holiday_of_one_year_goes_before_that_of_every_year() -> None:
    open_once = (
        Holiday(HolidayDate(12, 25), "Christmas Day", Coverage.NONE),
        Holiday(HolidayDate(12, 25, 2026), "Open this once", Coverage.FULL),
    )
    calendar = WorkingCalendar(office(holidays=open_once))
    assert calendar.add(utc("2026-12-24T15:00"), timedelta(hours=2)) == utc("2026-12-25T09:00")


def test_a_weekday_that_is_closed_stays_closed_on_a_reduced_holiday() -> None:
    saturday = Holiday(HolidayDate(11, 28, 2026), "Fair", Coverage.REDUCED)
    calendar = WorkingCalendar(office(holidays=(saturday,)))
    assert calendar.add(utc("2026-11-27T16:00"), timedelta(hours=1)) == utc("2026-11-30T09:00")


def test_a_holiday_with_less_than_full_coverage_is_not_around_the_clock() -> None:
    holidays = (Holiday(HolidayDate(1, 1), "New Year's Day", Coverage.NONE),)
    calendar = WorkingCalendar(dataclasses.replace(ALWAYS, holidays=holidays))
    assert not calendar.is_always_open
    assert calendar.add(utc("2026-12-31T23:00"), timedelta(hours=2)) == utc("2027-01-02T01:00")


def test_office_hours_keep_the_local_clock_when_daylight_saving_ends() -> None:
    calendar = WorkingCalendar(office())
    friday, monday = utc("2026-10-23T07:00"), utc("2026-10-26T08:00")
    assert calendar.add(friday, timedelta(hours=7, microseconds=1)) == monday + timedelta(microseconds=1)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)])
def test_a_day_counts_the_hours_that_pass_in_it(day: str, hours: int) -> None:
    rules = dataclasses.replace(ALWAYS, time_zone="Europe/Berlin", holiday_coverage=Coverage.NONE)
    calendar = WorkingCalendar(rules)
    spans = calendar._open_spans(datetime.fromisoformat(day).date())
    assert sum((until - since for since, until in spans), timedelta(0)) == timedelta(hours=hours)


def test_a_clock_time_that_daylight_saving_skips_is_the_moment_of_the_skip() -> None:
    half_past_two = (OpenHours(150, 240),)
    calendar = WorkingCalendar(office(week=dict.fromkeys(Weekday, half_past_two)))
    assert calendar.add(utc("2026-03-29T00:00"), timedelta(minutes=30)) == utc("2026-03-29T01:30")
    assert calendar.between(utc("2026-03-29T00:00"), utc("2026-03-29T12:00")) == timedelta(hours=1)


def test_a_day_that_a_country_skipped_has_no_working_time() -> None:
    calendar = WorkingCalendar(office("Pacific/Apia", week=dict.fromkeys(Weekday, (OpenHours(540, 1020),))))
    assert calendar.between(utc("2011-12-29T12:00"), utc("2012-01-01T12:00")) == timedelta(hours=8 * 3)


def test_a_calendar_that_hardly_ever_opens_is_due_at_the_horizon() -> None:
    once = (OpenHours(0, 1),)
    holidays = (Holiday(HolidayDate(1, 1), "New Year's Day", Coverage.NONE),)
    week = {day: once if day is Weekday.MONDAY else () for day in Weekday}
    calendar = WorkingCalendar(office("UTC", week=week, holidays=holidays))
    start = utc("2026-01-01T00:00")
    assert calendar.add(start, timedelta(hours=8760)).year == 2126
    assert calendar.add(start, timedelta(hours=-8760)).year == 1925


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        WorkingCalendar(ALWAYS).add(datetime(2026, 1, 1), timedelta(hours=1))  # noqa: DTZ001


def test_many_days_are_not_kept_for_ever() -> None:
    calendar = WorkingCalendar(office())
    calendar.between(utc("2000-01-01T00:00"), utc("2026-01-01T00:00"))
    assert len(calendar._days) <= 4096


@given(calendars, moments, durations)
def test_time_added_is_time_between(calendar: WorkingCalendar, start: datetime, working: timedelta) -> None:
    end = calendar.add(start, working)
    assert calendar.between(start, end) == working
    assert calendar.between(end, start) == -working


@given(calendars, moments, durations)
def test_time_taken_back_is_time_between(calendar: WorkingCalendar, end: datetime, working: timedelta) -> None:
    start = calendar.add(end, -working)
    assert start <= end
    assert calendar.between(start, end) == working


@given(calendars, moments, durations, durations)
def test_more_time_is_never_due_earlier(
    calendar: WorkingCalendar, start: datetime, first: timedelta, second: timedelta
) -> None:
    shorter, longer = sorted([first, second])
    assert start <= calendar.add(start, shorter) <= calendar.add(start, longer)


@given(calendars, st.lists(moments, min_size=2, max_size=5))
def test_working_time_adds_up_and_never_exceeds_the_time_that_passed(
    calendar: WorkingCalendar, times: list[datetime]
) -> None:
    times.sort()
    parts = [calendar.between(first, second) for first, second in pairwise(times)]
    assert sum(parts, timedelta(0)) == calendar.between(times[0], times[-1])
    assert all(
        timedelta(0) <= part <= second - first for part, (first, second) in zip(parts, pairwise(times), strict=True)
    )
