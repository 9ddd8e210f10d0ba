"""What a ticket is owed and when: targets from channel, priority, tier and rule, and clocks that count them down."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from config.rules import BusinessRules
from core.calendar import WorkingCalendar
from core.domain.enums import Channel, CustomerTier, Priority


@dataclass(frozen=True, slots=True)
class SlaTargets:
    """Working times since the ticket began. A first response of zero is owed at once.

    `reasons` tell how the resolution time came about, in order, fit for the agent's eyes.
    """

    first_response: timedelta
    resolution: timedelta
    escalate_after: timedelta
    reasons: tuple[str, ...]


def targets(
    channel: Channel, priority: Priority, tier: CustomerTier, rule_sla_hours: float | None, rules: BusinessRules
) -> SlaTargets:
    """The channel's target or the routing rule's hours, the stricter, times the tier's multiplier.

    The multiplier comes last, so that it also shortens a rule's hours. The rule's hours limit the resolution, and
    escalation keeps its share of it, so that it still comes before. The first response follows channel and tier, and
    is never later than the resolution.
    """
    base = rules.sla.target(channel, priority)
    hours = base.resolution_hours
    reasons = [f"{rules.channels.of(channel).label}, {priority.value}: {duration_words(base.resolution)}"]
    if rule_sla_hours is not None:
        wins = "the stricter wins" if rule_sla_hours <= hours else "the channel is stricter"
        reasons.append(f"Routing rule: {duration_words(timedelta(hours=rule_sla_hours))}, {wins}")
        hours = min(hours, rule_sla_hours)
    tier_rules = rules.tiers[tier]
    multiplier = tier_rules.sla_multiplier
    resolution = timedelta(hours=hours * multiplier)
    if multiplier != 1:
        reasons.append(f"{tier_rules.label} × {multiplier:g}: {duration_words(resolution)}")
    share = base.escalate_after_hours / base.resolution_hours
    first_response = min(base.first_response * multiplier, resolution)
    return SlaTargets(first_response, resolution, resolution * share, tuple(reasons))


@dataclass(frozen=True, slots=True)
class ClockPlan:
    """One clock: `target` of working time, used up at `due_at`; from `warn_at` on it is at risk.

    Pauses are inside `due_at` and `warn_at` already, so nothing else has to be kept. All times are in UTC.
    """

    target: timedelta
    warn_ratio: float
    due_at: datetime
    warn_at: datetime

    def is_breached(self, now: datetime) -> bool:
        """What happens at the very moment that it is due is in time."""
        return now > self.due_at

    def is_at_risk(self, now: datetime) -> bool:
        return self.warn_at <= now and not self.is_breached(now)

    def elapsed(self, now: datetime, calendar: WorkingCalendar) -> timedelta:
        """Working time used, more than the target when overdue. Of a paused clock, ask with the time of the pause."""
        return self.target - calendar.between(now, self.due_at)

    def elapsed_ratio(self, now: datetime, calendar: WorkingCalendar) -> float:
        """0 at the start, 1 when due. A target of zero is used up from the start."""
        return self.elapsed(now, calendar) / self.target if self.target else 1.0


def plan(started_at: datetime, target: timedelta, calendar: WorkingCalendar, warn_ratio: float) -> ClockPlan:
    """A clock that starts now and has never paused. The same serves for the time of escalation."""
    return ClockPlan(
        target, warn_ratio, calendar.add(started_at, target), calendar.add(started_at, target * warn_ratio)
    )


def resumed(clock: ClockPlan, paused_at: datetime, resumed_at: datetime, calendar: WorkingCalendar) -> ClockPlan:
    """The clock with the working time of the pause added. What was past when it paused stays where it was."""
    return ClockPlan(
        clock.target,
        clock.warn_ratio,
        _after_pause(clock.due_at, paused_at, resumed_at, calendar),
        _after_pause(clock.warn_at, paused_at, resumed_at, calendar),
    )


def retargeted(clock: ClockPlan, target: timedelta, now: datetime, calendar: WorkingCalendar) -> ClockPlan:
    """The clock with another target and the time that it has used; `now` is the pause's time while it pauses.

    A shorter target may already be used up: then it is due in the past, and breached.
    """
    if target == clock.target:
        return clock
    used = clock.elapsed(now, calendar)
    return ClockPlan(
        target,
        clock.warn_ratio,
        calendar.add(now, target - used),
        calendar.add(now, target * clock.warn_ratio - used),
    )


def _after_pause(moment: datetime, paused_at: datetime, resumed_at: datetime, calendar: WorkingCalendar) -> datetime:
    if moment <= paused_at or resumed_at <= paused_at:
        return moment
    return calendar.add(resumed_at, calendar.between(paused_at, moment))


def duration_words(duration: timedelta) -> str:
    """`2 h 25 min`; seconds only below a minute."""
    seconds = round(duration.total_seconds())
    if 0 < seconds < 60:
        return f"{seconds} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    words = [f"{hours} h"] if hours else []
    if minutes or not hours:
        words.append(f"{minutes} min")
    return " ".join(words)
