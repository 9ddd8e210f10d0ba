"""Targets and clocks."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.loader import load_rules
from config.rules import Coverage, OpenHours, Weekday
from core.calendar import WorkingCalendar
from core.domain.enums import Channel, CustomerTier, Priority
from core.sla import ClockPlan, duration_words, plan, resumed, retargeted, targets

RULES = load_rules()
AROUND_THE_CLOCK = WorkingCalendar(RULES.calendar)
OFFICE_HOURS = WorkingCalendar(
    dataclasses.replace(
        RULES.calendar,
        time_zone="Europe/Berlin",
        week={day: (OpenHours(540, 1020),) if day.value not in ("saturday", "sunday") else () for day in Weekday},
        holiday_coverage=Coverage.NONE,
    )
)
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)

# First response in minutes, resolution and escalation in hours: critical, high, medium, low.
TABLE = {
    Channel.CHAT: [(1, 2, 1), (2, 4, 2), (5, 8, 4), (15, 24, 12)],
    Channel.EMAIL: [(15, 4, 2), (30, 8, 4), (60, 24, 12), (240, 48, 24)],
    Channel.PHONE: [(0, 2, 1), (0, 4, 2), (5, 8, 4), (10, 24, 12)],
    Channel.SOCIAL_MEDIA: [(5, 4, 2), (15, 8, 4), (30, 24, 12), (60, 48, 24)],
}
TABLE |= {Channel.SMS: TABLE[Channel.CHAT], Channel.SELF_SERVICE: TABLE[Channel.EMAIL]}
MULTIPLIERS = {
    CustomerTier.ENTERPRISE: 0.5,
    CustomerTier.PLATINUM: 0.75,
    CustomerTier.GOLD: 1,
    CustomerTier.STANDARD: 1,
}
BY_URGENCY = [Priority.CRITICAL, Priority.HIGH, Priority.MEDIUM, Priority.LOW]

calendars = st.sampled_from([AROUND_THE_CLOCK, OFFICE_HOURS])
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
spans = st.timedeltas(timedelta(0), timedelta(days=5))
lengths = st.timedeltas(timedelta(minutes=1), timedelta(days=3))


@pytest.mark.parametrize("tier", CustomerTier)
@pytest.mark.parametrize("channel", Channel)
def test_every_target_of_the_table_for_every_tier(channel: Channel, tier: CustomerTier) -> None:
    for priority, (minutes, hours, escalate) in zip(BY_URGENCY, TABLE[channel], strict=True):
        owed = targets(channel, priority, tier, None, RULES)
        assert owed.first_response == minutes * MINUTE * MULTIPLIERS[tier]
        assert owed.resolution == hours * HOUR * MULTIPLIERS[tier]
        assert owed.escalate_after == escalate * HOUR * MULTIPLIERS[tier]


def test_the_stricter_of_channel_and_rule_wins_then_the_multiplier_shortens_it() -> None:
    owed = targets(Channel.EMAIL, Priority.CRITICAL, CustomerTier.ENTERPRISE, 4, RULES)
    assert owed.resolution == 2 * HOUR
    assert owed.reasons == ("E-mail, critical: 4 h", "Routing rule: 4 h, the stricter wins", "Enterprise × 0.5: 2 h")


def test_a_rule_that_is_laxer_than_the_channel_changes_nothing() -> None:
    owed = targets(Channel.CHAT, Priority.HIGH, CustomerTier.STANDARD, 24, RULES)
    assert owed.resolution == 4 * HOUR
    assert owed.reasons == ("Chat, high: 4 h", "Routing rule: 24 h, the channel is stricter")


def test_escalation_comes_before_a_resolution_that_a_rule_shortened() -> None:
    owed = targets(Channel.EMAIL, Priority.LOW, CustomerTier.STANDARD, 4, RULES)
    assert (owed.resolution, owed.escalate_after) == (4 * HOUR, 2 * HOUR)


def test_the_first_response_is_never_later_than_the_resolution() -> None:
    assert targets(Channel.EMAIL, Priority.LOW, CustomerTier.STANDARD, 1, RULES).first_response == HOUR


@given(
    st.sampled_from(Channel),
    st.sampled_from(Priority),
    st.sampled_from(CustomerTier),
    st.none() | st.floats(0.1, 100, allow_nan=False),
    st.floats(0.1, 100, allow_nan=False),
)
def test_a_rule_and_a_higher_priority_never_give_more_time(
    channel: Channel, priority: Priority, tier: CustomerTier, hours: float | None, stricter: float
) -> None:
    owed = targets(channel, priority, tier, hours, RULES)
    with_rule = targets(channel, priority, tier, min(stricter, hours or stricter), RULES)
    raised = targets(channel, priority.raised(1), tier, hours, RULES)
    for tighter in (with_rule, raised):
        assert tighter.first_response <= owed.first_response
        assert tighter.resolution <= owed.resolution
        assert tighter.escalate_after <= owed.escalate_after
    assert owed.escalate_after <= owed.resolution
    assert owed.first_response <= owed.resolution


def test_a_clock_is_fine_then_at_risk_then_breached() -> None:
    clock = plan(NOON, 5 * HOUR, AROUND_THE_CLOCK, RULES.sla.warn_ratio)
    assert (clock.warn_at, clock.due_at) == (NOON + 4 * HOUR, NOON + 5 * HOUR)
    states = [
        (clock.is_at_risk(NOON + hours * HOUR), clock.is_breached(NOON + hours * HOUR)) for hours in (3.9, 4, 5, 5.1)
    ]
    assert states == [(False, False), (True, False), (True, False), (False, True)]
    assert clock.elapsed_ratio(NOON + 4 * HOUR, AROUND_THE_CLOCK) == 0.8
    assert clock.elapsed_ratio(NOON + 6 * HOUR, AROUND_THE_CLOCK) == 1.2


def test_a_target_of_zero_is_due_at_the_start() -> None:
    clock = plan(NOON, timedelta(0), AROUND_THE_CLOCK, 0.8)
    assert clock.due_at == clock.warn_at == NOON
    assert not clock.is_breached(NOON)
    assert clock.is_breached(NOON + timedelta(microseconds=1))
    assert clock.elapsed_ratio(NOON, AROUND_THE_CLOCK) == 1


def test_a_pause_is_added_to_what_remains() -> None:
    start = datetime(2026, 11, 24, 12, 44, tzinfo=UTC)
    clock = plan(start, 2 * HOUR, AROUND_THE_CLOCK, 0.8)
    clock = resumed(clock, start + 10 * MINUTE, start + 35 * MINUTE, AROUND_THE_CLOCK)
    assert clock.due_at == datetime(2026, 11, 24, 15, 9, tzinfo=UTC)
    assert clock.warn_at == start + 96 * MINUTE + 25 * MINUTE


def test_a_pause_after_the_due_time_excuses_nothing() -> None:
    clock = plan(NOON, HOUR, AROUND_THE_CLOCK, 0.8)
    assert resumed(clock, NOON + 2 * HOUR, NOON + 9 * HOUR, AROUND_THE_CLOCK) == clock


def test_a_pause_between_warning_and_due_time_moves_only_the_due_time() -> None:
    clock = plan(NOON, 5 * HOUR, AROUND_THE_CLOCK, 0.8)
    later = resumed(clock, NOON + 4.5 * HOUR, NOON + 6 * HOUR, AROUND_THE_CLOCK)
    assert (later.warn_at, later.due_at) == (clock.warn_at, NOON + 6.5 * HOUR)


def test_a_pause_over_a_closed_weekend_costs_no_working_time() -> None:
    friday_four = datetime(2026, 11, 27, 15, tzinfo=UTC)
    clock = plan(friday_four, 2 * HOUR, OFFICE_HOURS, 0.8)
    assert clock.due_at == datetime(2026, 11, 30, 9, tzinfo=UTC)
    paused, again = datetime(2026, 11, 27, 16, tzinfo=UTC), datetime(2026, 11, 30, 8, tzinfo=UTC)
    assert resumed(clock, paused, again, OFFICE_HOURS) == clock


def test_another_target_keeps_the_time_that_is_used() -> None:
    clock = resumed(plan(NOON, 8 * HOUR, AROUND_THE_CLOCK, 0.8), NOON + HOUR, NOON + 2 * HOUR, AROUND_THE_CLOCK)
    tighter = retargeted(clock, 4 * HOUR, NOON + 3 * HOUR, AROUND_THE_CLOCK)
    assert tighter.elapsed(NOON + 3 * HOUR, AROUND_THE_CLOCK) == 2 * HOUR
    assert (tighter.warn_at, tighter.due_at) == (NOON + 4.2 * HOUR, NOON + 5 * HOUR)


def test_a_target_that_is_used_up_already_is_breached_at_once() -> None:
    clock = plan(NOON, 24 * HOUR, AROUND_THE_CLOCK, 0.8)
    tighter = retargeted(clock, 2 * HOUR, NOON + 5 * HOUR, AROUND_THE_CLOCK)
    assert tighter.due_at == NOON + 2 * HOUR
    assert tighter.is_breached(NOON + 5 * HOUR)


@given(calendars, moments, lengths)
def test_a_clock_uses_exactly_its_target(calendar: WorkingCalendar, start: datetime, target: timedelta) -> None:
    clock = plan(start, target, calendar, 0.8)
    assert start <= clock.warn_at <= clock.due_at
    assert clock.elapsed(start, calendar) == timedelta(0)
    assert clock.elapsed(clock.due_at, calendar) == target


@given(calendars, moments, lengths, spans, spans)
def test_no_time_is_used_in_a_pause(
    calendar: WorkingCalendar, start: datetime, target: timedelta, before: timedelta, length: timedelta
) -> None:
    clock = plan(start, target, calendar, 0.8)
    paused_at = min(start + before, clock.due_at - timedelta(microseconds=1))
    later = resumed(clock, paused_at, paused_at + length, calendar)
    assert later.elapsed(paused_at + length, calendar) == clock.elapsed(paused_at, calendar)
    assert clock.due_at <= later.due_at
    assert clock.warn_at <= later.warn_at <= later.due_at


@given(calendars, moments, lengths, lengths, spans)
def test_retargeting_there_and_back_changes_no_due_time(
    calendar: WorkingCalendar, start: datetime, target: timedelta, other: timedelta, passed: timedelta
) -> None:
    clock = plan(start, target, calendar, 0.8)
    now = start + passed
    there = retargeted(clock, other, now, calendar)
    assert there.elapsed(now, calendar) == clock.elapsed(now, calendar)
    back = retargeted(there, target, now, calendar)
    assert calendar.between(clock.due_at, back.due_at) == timedelta(0)


def test_retargeting_to_the_same_target_is_nothing() -> None:
    clock = ClockPlan(HOUR, 0.8, NOON, NOON)
    assert retargeted(clock, HOUR, NOON, AROUND_THE_CLOCK) is clock


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        (timedelta(0), "0 min"),
        (timedelta(seconds=45), "45 s"),
        (timedelta(seconds=59.7), "1 min"),
        (25 * MINUTE, "25 min"),
        (2 * HOUR, "2 h"),
        (2 * HOUR + 25 * MINUTE, "2 h 25 min"),
        (timedelta(hours=1, minutes=59, seconds=50), "2 h"),
    ],
)
def test_durations_read_well(duration: timedelta, words: str) -> None:
    assert duration_words(duration) == words
