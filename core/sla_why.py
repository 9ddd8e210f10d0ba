"""Why a ticket is due when it is: the steps from the target to the deadline, as an agent would add them up."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from config.rules import BusinessRules
from core import sla
from core.domain.entities import SlaClock, Ticket
from core.domain.enums import ClockKind


class StepKind(StrEnum):
    TARGET = "target"
    """What channel and priority ask for."""
    RULE = "rule"
    """The hours of the routing rule; the stricter of both counts."""
    TIER = "tier"
    """The multiplier of the customer's tier."""
    CAPPED = "capped"
    """A first response is never later than the resolution."""
    PAUSED = "paused"
    """Time in which the customer was awaited."""
    OUTSIDE = "outside"
    """Nights, weekends and holidays, which do not count."""


@dataclass(frozen=True, slots=True)
class Step:
    kind: StepKind
    duration: timedelta | None = None
    factor: float | None = None
    counts: bool = True
    """False for the one of target and rule that is not the stricter."""


@dataclass(frozen=True, slots=True)
class Why:
    """`started_at` + `total` = `due_at`. No steps when the rules are others now than when the clock was set."""

    steps: tuple[Step, ...]
    started_at: datetime
    total: timedelta
    due_at: datetime


def explain(ticket: Ticket, clock: SlaClock, rules: BusinessRules) -> Why:
    """The steps to the deadline of `clock`. Pure."""
    target = timedelta(seconds=clock.target_seconds)
    total = clock.due_at - clock.started_at
    rule_hours = next((rule.sla_hours for rule in rules.routing if rule.id == ticket.routing_rule), None)
    owed = sla.targets(ticket.channel, ticket.priority, ticket.tier, rule_hours, rules)
    resolves = clock.kind is ClockKind.RESOLUTION
    is_current = abs((owed.resolution if resolves else owed.first_response) - target) < timedelta(seconds=1)
    if not is_current:
        return Why((), clock.started_at, total, clock.due_at)
    steps = _resolution(ticket, rule_hours, rules) if resolves else _first_response(ticket, target, rules)
    # Of a pause through the night, only its working hours moved the deadline.
    paused = min(timedelta(seconds=round(clock.paused_seconds)), total - target)
    if paused >= timedelta(seconds=1):
        steps.append(Step(StepKind.PAUSED, paused))
    else:
        paused = timedelta(0)
    outside = total - target - paused
    if outside >= timedelta(seconds=1):
        steps.append(Step(StepKind.OUTSIDE, outside))
    return Why(tuple(steps), clock.started_at, total, clock.due_at)


def _resolution(ticket: Ticket, rule_hours: float | None, rules: BusinessRules) -> list[Step]:
    base = rules.sla.target(ticket.channel, ticket.priority).resolution
    ruled = timedelta(hours=rule_hours) if rule_hours is not None else None
    steps = [Step(StepKind.TARGET, base, counts=ruled is None or base <= ruled)]
    if ruled is not None:
        steps.append(Step(StepKind.RULE, ruled, counts=ruled <= base))
    return steps + _tier(ticket, rules)


def _first_response(ticket: Ticket, target: timedelta, rules: BusinessRules) -> list[Step]:
    base = rules.sla.target(ticket.channel, ticket.priority).first_response
    steps = [Step(StepKind.TARGET, base), *_tier(ticket, rules)]
    if target < base * rules.tiers[ticket.tier].sla_multiplier:
        steps.append(Step(StepKind.CAPPED, target))
    return steps


def _tier(ticket: Ticket, rules: BusinessRules) -> list[Step]:
    factor = rules.tiers[ticket.tier].sla_multiplier
    return [Step(StepKind.TIER, factor=factor)] if factor != 1 else []
