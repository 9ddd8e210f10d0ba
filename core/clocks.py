"""Keeps the SLA clocks of tickets: starts, pauses, resumes, meets and retargets them, and tells the journal.

The arithmetic is in core.sla; here it meets the rows. Every function returns the ticket columns that follow from the
clocks (`due_at`, `sla_state`), for the caller to write with its own change.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from config.rules import BusinessRules
from core import sla
from core.calendar import WorkingCalendar
from core.domain.access import Actor
from core.domain.entities import SlaClock
from core.domain.enums import ClockKind, ClockState
from core.domain.events import EventType, NewEvent
from core.domain.filters import NEVER
from core.storage.sla_clocks import row_of
from core.storage.transaction import Transaction

Clocks = Mapping[ClockKind, SlaClock]


@dataclass(frozen=True, slots=True)
class Start:
    """A ticket whose clocks start: from `started_at` for `targets`; `answered` when a person spoke already."""

    ticket_id: int
    customer_id: int
    started_at: datetime
    targets: sla.SlaTargets
    answered: bool


async def start(
    tx: Transaction, actor: Actor, starts: Sequence[Start], rules: BusinessRules
) -> dict[int, dict[str, Any]]:
    """Start both clocks of each ticket; returns the columns of each."""
    calendar = WorkingCalendar(rules.calendar)
    columns: dict[int, dict[str, Any]] = {}
    rows = []
    for wanted in starts:
        clocks = _new_clocks(wanted, rules, calendar)
        rows += [row_of(clock) for clock in clocks.values()]
        columns[wanted.ticket_id] = summary(clocks) | {"sla_reasons": list(wanted.targets.reasons)}
        data = {kind.value: clock.due_at.isoformat() for kind, clock in clocks.items()}
        tx.record(NewEvent(EventType.SLA_STARTED, actor, wanted.ticket_id, customer_id=wanted.customer_id, data=data))
    await tx.sla_clocks.add(rows)
    return columns


async def pause(tx: Transaction, actor: Actor, ticket_id: int) -> dict[str, Any]:
    """Stop counting while the customer is awaited. The first response is owed all the same."""
    clocks = await _clocks(tx, ticket_id)
    changed = [
        replace(clock, state=ClockState.PAUSED, paused_at=tx.now, next_check_at=None)
        for clock in clocks.values()
        if clock.kind is ClockKind.RESOLUTION and clock.state.is_counting
    ]
    return await _write(tx, actor, clocks, changed, EventType.SLA_PAUSED)


async def resume(tx: Transaction, actor: Actor, ticket_id: int, rules: BusinessRules) -> dict[str, Any]:
    clocks, calendar = await _clocks(tx, ticket_id), WorkingCalendar(rules.calendar)
    paused = [clock for clock in clocks.values() if clock.state is ClockState.PAUSED and clock.paused_at]
    changed = [_resumed(clock, tx.now, rules, calendar) for clock in paused]
    return await _write(tx, actor, clocks, changed, EventType.SLA_RESUMED)


async def meet(tx: Transaction, actor: Actor, ticket_id: int, kinds: Iterable[ClockKind]) -> dict[str, Any]:
    """What was promised is done. A clock that was breached stays so on record, with the time at which it was met."""
    clocks, wanted = await _clocks(tx, ticket_id), set(kinds)
    changed = [
        replace(clock, state=ClockState.MET, met_at=tx.now, next_check_at=None)
        for clock in clocks.values()
        if clock.kind in wanted and clock.met_at is None
    ]
    return await _write(tx, actor, clocks, changed, EventType.SLA_MET)


async def reopen(tx: Transaction, actor: Actor, ticket_id: int, rules: BusinessRules) -> dict[str, Any]:
    """The resolution did not hold: its clock goes on, without the time in which the ticket counted as resolved."""
    clocks, calendar = await _clocks(tx, ticket_id), WorkingCalendar(rules.calendar)
    changed = [
        _resumed(replace(clock, paused_at=clock.paused_at or clock.met_at, met_at=None), tx.now, rules, calendar)
        for clock in clocks.values()
        if clock.kind is ClockKind.RESOLUTION and clock.met_at
    ]
    return await _write(tx, actor, clocks, changed, EventType.SLA_RESUMED)


async def unmeet(tx: Transaction, actor: Actor, ticket_id: int, kind: ClockKind, since: datetime) -> dict[str, Any]:
    """What met the clock at `since` or later was taken back: it counts on as if nothing had been."""
    clocks = await _clocks(tx, ticket_id)
    changed = []
    for clock in clocks.values():
        if clock.kind is kind and clock.met_at and clock.met_at >= since:
            state = ClockState.BREACHED if clock.breached_at else ClockState.RUNNING
            counting = replace(clock, state=state, met_at=None)
            changed.append(replace(counting, next_check_at=next_check(counting)))
    return await _write(tx, actor, clocks, changed, EventType.SLA_RESUMED)


async def retarget(
    tx: Transaction, actor: Actor, ticket_id: int, targets: sla.SlaTargets, rules: BusinessRules
) -> dict[str, Any]:
    """Priority or tier changed: other targets, the same time used."""
    clocks, calendar = await _clocks(tx, ticket_id), WorkingCalendar(rules.calendar)
    changed = []
    for clock in clocks.values():
        target = _target(targets, clock.kind)
        if clock.met_at or target == timedelta(seconds=clock.target_seconds):
            continue
        changed.append(_retargeted(clock, targets, tx.now, rules, calendar))
    columns = await _write(tx, actor, clocks, changed, EventType.SLA_STARTED)
    return columns | {"sla_reasons": list(targets.reasons)}


async def restore(tx: Transaction, actor: Actor, now: Clocks, before: Clocks) -> dict[str, Any]:
    """Put a ticket's clocks back as they were `before`: a change of the desk is undone, the time went on."""
    changed = [clock for kind, clock in before.items() if now.get(kind) != clock]
    went_on = any(now[clock.kind].state is not clock.state for clock in changed)
    return await _write(tx, actor, now, changed, EventType.SLA_RESUMED if went_on else EventType.SLA_STARTED)


def summary(clocks: Clocks) -> dict[str, Any]:
    """The ticket columns that the queue sorts and filters by: the nearest clock that counts."""
    counting = [clock for clock in clocks.values() if clock.state.is_counting]
    if counting:
        nearest = min(counting, key=lambda clock: clock.due_at)
        return {"due_at": nearest.due_at, "sla_state": nearest.state.value}
    paused = any(clock.state is ClockState.PAUSED for clock in clocks.values())
    state = ClockState.PAUSED if paused else ClockState.MET
    return {"due_at": NEVER, "sla_state": state.value if clocks else None}


def next_check(clock: SlaClock) -> datetime | None:
    """When the monitor has to look again: at the warning, the breach or the escalation, whichever comes next."""
    if not clock.state.is_counting:
        return None
    moments = [clock.escalate_at] if clock.escalate_at else []
    if clock.state is ClockState.RUNNING:
        moments.append(clock.warn_at)
    if clock.state is not ClockState.BREACHED:
        # What happens at the very moment that it is due is in time, so the look for the breach comes after it.
        moments.append(clock.due_at + timedelta(milliseconds=1))
    return min(moments, default=None)


def _new_clocks(wanted: Start, rules: BusinessRules, calendar: WorkingCalendar) -> dict[ClockKind, SlaClock]:
    clocks = {}
    for kind in ClockKind:
        target = _target(wanted.targets, kind)
        plan = sla.plan(wanted.started_at, target, calendar, rules.sla.warn_ratio)
        escalates = kind is ClockKind.RESOLUTION
        clock = SlaClock(
            ticket_id=wanted.ticket_id,
            kind=kind,
            state=ClockState.RUNNING,
            started_at=wanted.started_at,
            target_seconds=round(target.total_seconds()),
            due_at=plan.due_at,
            warn_at=plan.warn_at,
            escalate_at=calendar.add(wanted.started_at, wanted.targets.escalate_after) if escalates else None,
            next_check_at=None,
            paused_at=None,
            paused_seconds=0,
            met_at=None,
            breached_at=None,
            cause=None,
        )
        if kind is ClockKind.FIRST_RESPONSE and wanted.answered:
            clock = replace(clock, state=ClockState.MET, met_at=wanted.started_at)
        clocks[kind] = replace(clock, next_check_at=next_check(clock))
    return clocks


def _resumed(clock: SlaClock, now: datetime, rules: BusinessRules, calendar: WorkingCalendar) -> SlaClock:
    paused_at = clock.paused_at or now
    plan = sla.resumed(_plan(clock, rules), paused_at, now, calendar)
    escalate_at = clock.escalate_at
    if escalate_at and escalate_at > paused_at:
        escalate_at = calendar.add(now, calendar.between(paused_at, escalate_at))
    running = replace(
        clock,
        due_at=plan.due_at,
        warn_at=plan.warn_at,
        escalate_at=escalate_at,
        paused_at=None,
        paused_seconds=clock.paused_seconds + (now - paused_at).total_seconds(),
    )
    return _counting(running, plan, now)


def _retargeted(
    clock: SlaClock, targets: sla.SlaTargets, now: datetime, rules: BusinessRules, calendar: WorkingCalendar
) -> SlaClock:
    still = clock.paused_at or now
    plan = sla.retargeted(_plan(clock, rules), _target(targets, clock.kind), still, calendar)
    changed = replace(
        clock, target_seconds=round(plan.target.total_seconds()), due_at=plan.due_at, warn_at=plan.warn_at
    )
    if clock.escalate_at:
        used = plan.elapsed(still, calendar)
        changed = replace(changed, escalate_at=calendar.add(still, targets.escalate_after - used))
    return changed if clock.paused_at else _counting(changed, plan, now)


def _counting(clock: SlaClock, plan: sla.ClockPlan, now: datetime) -> SlaClock:
    """The state by the time; a breach that the new deadline brings is left for the monitor, which records it."""
    if clock.breached_at:
        state = ClockState.BREACHED
    else:
        state = ClockState.AT_RISK if plan.is_at_risk(now) and clock.state is ClockState.AT_RISK else ClockState.RUNNING
    counting = replace(clock, state=state)
    return replace(counting, next_check_at=next_check(counting))


def _plan(clock: SlaClock, rules: BusinessRules) -> sla.ClockPlan:
    return sla.ClockPlan(timedelta(seconds=clock.target_seconds), rules.sla.warn_ratio, clock.due_at, clock.warn_at)


def _target(targets: sla.SlaTargets, kind: ClockKind) -> timedelta:
    return targets.first_response if kind is ClockKind.FIRST_RESPONSE else targets.resolution


async def _clocks(tx: Transaction, ticket_id: int) -> dict[ClockKind, SlaClock]:
    return (await tx.sla_clocks.of_tickets([ticket_id])).get(ticket_id, {})


async def _write(
    tx: Transaction, actor: Actor, clocks: Clocks, changed: Sequence[SlaClock], event: EventType
) -> dict[str, Any]:
    await tx.sla_clocks.change_many(changed)
    for clock in changed:
        data: dict[str, Any] = {"clock": clock.kind.value, "due_at": clock.due_at.isoformat()}
        if event is EventType.SLA_MET:
            data["in_time"] = clock.breached_at is None and (clock.paused_at or tx.now) <= clock.due_at
        tx.record(NewEvent(event, actor, clock.ticket_id, data=data))
    return summary({**clocks, **{clock.kind: clock for clock in changed}})
