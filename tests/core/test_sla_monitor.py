"""The monitor tells each thing once, ends, and waits for nobody."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from core import clocks
from core.bootstrap import Engine
from core.domain.entities import SlaClock
from core.domain.enums import ClockKind, ClockState, TicketStatus
from core.domain.events import EventType
from core.sla_monitor import advance
from tests.cast import ada
from tests.conftest import MovableClock
from tests.factories import EngineBuilder, a_message, a_ticket, bare_ticket, events_of, kinds_of, ticket_of
from tests.marks import only_on_postgresql

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


async def test_two_ticks_tell_nothing_twice(engine: Engine, clock: MovableClock) -> None:
    ticket = await a_ticket(engine, "[intent=error_report]")
    for _ in range(30):
        clock.advance(minutes=20)
        await engine.monitor.tick()
        assert await engine.monitor.tick() == 0
        await engine.orchestrator.drain()
    kinds = await kinds_of(engine, ticket.id)
    once = (EventType.SLA_ESCALATION_DUE, EventType.TICKET_ESCALATED)
    assert [kinds.count(kind) for kind in once] == [1, 1]
    assert kinds.count(EventType.SLA_BREACHED) == 2
    assert kinds.count(EventType.SLA_AT_RISK) == 2


async def test_a_monitor_that_slept_tells_of_the_breach_and_not_of_the_risk(
    engine: Engine, clock: MovableClock
) -> None:
    ticket = await a_ticket(engine, "[intent=error_report]")
    clock.advance(days=2)
    await engine.monitor.tick()
    breached = await events_of(engine, ticket.id, EventType.SLA_BREACHED)
    assert sorted(event.data["clock"] for event in breached) == ["first_response", "resolution"]
    assert await events_of(engine, ticket.id, EventType.SLA_AT_RISK) == []


async def test_a_tick_at_every_boundary_ends(engine: Engine, clock: MovableClock) -> None:
    ticket = await a_ticket(engine, "[intent=error_report]")
    async with engine.database.read() as tx:
        found = (await tx.sla_clocks.of_tickets([ticket.id]))[ticket.id]
    moments = {moment for each in found.values() for moment in (each.warn_at, each.due_at, each.escalate_at) if moment}
    for moment in sorted(moments):
        for shift in (-1, 0, 1, 999, 1_000, 1_001):
            clock.moment = max(clock.moment, moment + timedelta(microseconds=shift))
            await asyncio.wait_for(engine.monitor.tick(), 10)


async def test_many_due_clocks_are_dealt_with_in_one_tick(engine: Engine, clock: MovableClock) -> None:
    await asyncio.gather(*(engine.intake.accept(a_message(f"Mail {number}")) for number in range(130)))
    await engine.orchestrator.drain()
    clock.advance(days=3)
    await engine.monitor.tick()
    async with engine.database.read() as tx:
        breached = await tx.journal.after(0, 10_000, types=[EventType.SLA_BREACHED])
    assert len(breached) == 260


@only_on_postgresql
async def test_a_ticket_that_somebody_is_changing_waits_for_the_next_tick(
    build_engine: EngineBuilder, clock: MovableClock
) -> None:
    one, other = await build_engine(), await build_engine()
    busy = await a_ticket(one, "[intent=error_report]")
    free = await a_ticket(one, "[intent=error_report]")
    clock.advance(minutes=61)
    async with one.database.transaction() as tx:
        await tx.tickets.lock_many([busy.id])
        await asyncio.wait_for(other.monitor.tick(), 5)
        assert EventType.SLA_BREACHED in await kinds_of(other, free.id)
        assert EventType.SLA_BREACHED not in await kinds_of(other, busy.id)
    await other.monitor.tick()
    assert EventType.SLA_BREACHED in await kinds_of(other, busy.id)


async def test_two_monitors_at_once_tell_each_breach_once(build_engine: EngineBuilder, clock: MovableClock) -> None:
    one, other = await build_engine(), await build_engine()
    ticket = await a_ticket(one, "[intent=error_report]")
    clock.advance(minutes=61)
    await asyncio.gather(*(engine.monitor.tick() for engine in (one, other) * 3))
    assert len(await events_of(one, ticket.id, EventType.SLA_BREACHED)) == 1


async def test_an_answer_and_a_breach_at_the_same_moment_leave_one_truth(
    build_engine: EngineBuilder, clock: MovableClock
) -> None:
    one, other = await build_engine(), await build_engine()
    agent = await ada(one.database)
    ticket = await a_ticket(one, "[intent=error_report]")
    clock.advance(minutes=61)
    await asyncio.gather(
        one.desk.reply(agent.actor, ticket.id, "Sorry for the wait.", then=TicketStatus.IN_PROGRESS),
        other.monitor.tick(),
    )
    async with one.database.read() as tx:
        first = (await tx.sla_clocks.of_tickets([ticket.id]))[ticket.id][ClockKind.FIRST_RESPONSE]
    assert first.state is ClockState.MET
    assert (await ticket_of(one, ticket.id)).sla_state is ClockState.RUNNING


@settings(max_examples=200, deadline=None, database=None)
@given(
    warn=st.integers(0, 100),
    due=st.integers(0, 100),
    escalate=st.one_of(st.none(), st.integers(0, 120)),
    steps=st.lists(st.integers(0, 40), min_size=1, max_size=12),
)
def test_time_alone_brings_each_event_at_most_once_and_always_ends(
    warn: int, due: int, escalate: int | None, steps: list[int]
) -> None:
    clock = _clock(min(warn, due), due, escalate)
    told: list[EventType] = []
    now = START
    for step in steps:
        now += timedelta(minutes=step)
        for _ in range(10):
            if clock.next_check_at is None or clock.next_check_at > now:
                break
            clock, event = advance(clock, bare_ticket(), now)
            told += [event] if event else []
        else:
            raise AssertionError("the clock is due for ever")
    assert len(told) == len(set(told))
    if now > clock.due_at:
        assert clock.state is ClockState.BREACHED


def _clock(warn: int, due: int, escalate: int | None) -> SlaClock:
    started = SlaClock(
        ticket_id=1001,
        kind=ClockKind.RESOLUTION,
        state=ClockState.RUNNING,
        started_at=START,
        target_seconds=due * 60,
        due_at=START + timedelta(minutes=due),
        warn_at=START + timedelta(minutes=warn),
        escalate_at=None if escalate is None else START + timedelta(minutes=escalate),
        next_check_at=None,
        paused_at=None,
        paused_seconds=0,
        met_at=None,
        breached_at=None,
        cause=None,
    )
    return replace(started, next_check_at=clocks.next_check(started))
