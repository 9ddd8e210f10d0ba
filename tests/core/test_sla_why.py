"""The steps add up to the deadline that the clock has."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from config.loader import load_rules
from core.domain.entities import SlaClock
from core.domain.enums import Channel, ClockKind, ClockState, CustomerTier, Priority
from core.sla import targets
from core.sla_why import Step, StepKind, explain
from tests.ui.factories import a_ticket

RULES = load_rules()
BEGAN = datetime(2026, 11, 24, 12, 44, tzinfo=UTC)
HOUR = timedelta(hours=1)
RULED = next(rule for rule in RULES.routing if rule.sla_hours is not None)


def _clock(kind: ClockKind, target: timedelta, **values: object) -> SlaClock:
    clock = SlaClock(
        ticket_id=1, kind=kind, state=ClockState.RUNNING, started_at=BEGAN,
        target_seconds=round(target.total_seconds()),
        due_at=BEGAN + target, warn_at=BEGAN + target * 0.8, escalate_at=None, next_check_at=None, paused_at=None,
        paused_seconds=0, met_at=None, breached_at=None, cause=None,
    )  # fmt: skip
    return replace(clock, **values)  # type: ignore[arg-type]


def test_the_tier_halves_what_channel_and_priority_give() -> None:
    ticket = a_ticket(channel=Channel.EMAIL, priority=Priority.CRITICAL, tier=CustomerTier.ENTERPRISE)
    why = explain(ticket, _clock(ClockKind.RESOLUTION, 2 * HOUR), RULES)
    assert why.steps == (Step(StepKind.TARGET, 4 * HOUR), Step(StepKind.TIER, factor=0.5))
    assert why.total == 2 * HOUR


def test_of_channel_and_rule_the_stricter_counts() -> None:
    ticket = a_ticket(channel=Channel.EMAIL, priority=Priority.LOW, routing_rule=RULED.id)
    owed = targets(ticket.channel, ticket.priority, ticket.tier, RULED.sla_hours, RULES)
    why = explain(ticket, _clock(ClockKind.RESOLUTION, owed.resolution), RULES)
    counted = [step for step in why.steps if step.counts]
    assert [step.kind for step in why.steps] == [StepKind.TARGET, StepKind.RULE]
    assert [step.duration for step in counted] == [owed.resolution]


def test_a_pause_is_a_step_and_the_rest_lies_outside_the_hours() -> None:
    ticket = a_ticket(channel=Channel.EMAIL, priority=Priority.MEDIUM)
    target = targets(ticket.channel, ticket.priority, ticket.tier, None, RULES).resolution
    paused, night = timedelta(minutes=25), 14 * HOUR
    clock = _clock(ClockKind.RESOLUTION, target, paused_seconds=1500.0, due_at=BEGAN + target + paused + night)
    why = explain(ticket, clock, RULES)
    assert why.steps[1:] == (Step(StepKind.PAUSED, paused), Step(StepKind.OUTSIDE, night))
    assert sum((step.duration or timedelta() for step in why.steps), timedelta()) == why.total


def test_of_a_pause_through_the_night_only_what_moved_the_deadline_is_told() -> None:
    ticket = a_ticket(channel=Channel.EMAIL, priority=Priority.MEDIUM)
    target = targets(ticket.channel, ticket.priority, ticket.tier, None, RULES).resolution
    clock = _clock(ClockKind.RESOLUTION, target, paused_seconds=50_000.0, due_at=BEGAN + target + HOUR)
    assert explain(ticket, clock, RULES).steps[-1] == Step(StepKind.PAUSED, HOUR)


def test_a_first_response_is_told_from_its_own_target() -> None:
    ticket = a_ticket(channel=Channel.EMAIL, priority=Priority.HIGH, tier=CustomerTier.ENTERPRISE)
    owed = targets(ticket.channel, ticket.priority, ticket.tier, None, RULES)
    why = explain(ticket, _clock(ClockKind.FIRST_RESPONSE, owed.first_response), RULES)
    assert why.steps == (Step(StepKind.TARGET, timedelta(minutes=30)), Step(StepKind.TIER, factor=0.5))


def test_a_clock_of_other_rules_has_no_steps_but_its_sum() -> None:
    why = explain(a_ticket(), _clock(ClockKind.RESOLUTION, 7 * HOUR), RULES)
    assert why.steps == ()
    assert (why.started_at + why.total, why.due_at) == (BEGAN + 7 * HOUR, BEGAN + 7 * HOUR)
