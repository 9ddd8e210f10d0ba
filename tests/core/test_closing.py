"""What stayed resolved for long enough is closed, once."""

import asyncio

from core.bootstrap import Engine
from core.domain.enums import TicketStatus
from core.domain.events import EventType
from tests.conftest import MovableClock
from tests.factories import EngineBuilder, a_ticket, events_of, receive, resolve, ticket_of


async def test_a_ticket_closes_after_72_hours_and_not_before(engine: Engine, clock: MovableClock) -> None:
    ticket = await a_ticket(engine)
    await resolve(engine, ticket.id)
    clock.advance(hours=72)
    assert await engine.closing.close_resolved() == 0
    clock.advance(seconds=1)
    assert await engine.closing.close_resolved() == 1
    assert await engine.closing.close_resolved() == 0
    closed = await ticket_of(engine, ticket.id)
    assert (closed.status, closed.closed_at) == (TicketStatus.CLOSED, clock.now())


async def test_a_ticket_that_was_reopened_waits_anew(engine: Engine, clock: MovableClock) -> None:
    ticket = await a_ticket(engine)
    await resolve(engine, ticket.id)
    clock.advance(hours=71)
    await receive(engine, "Not yet", ticket_id=ticket.id)
    await resolve(engine, ticket.id)
    clock.advance(hours=2)
    assert await engine.closing.close_resolved() == 0


async def test_open_tickets_never_close_by_themselves(engine: Engine, clock: MovableClock) -> None:
    await a_ticket(engine)
    clock.advance(days=100)
    assert await engine.closing.close_resolved() == 0


async def test_two_processes_that_close_at_once_close_once(build_engine: EngineBuilder, clock: MovableClock) -> None:
    one, other = await build_engine(), await build_engine()
    ticket = await a_ticket(one)
    await resolve(one, ticket.id)
    clock.advance(hours=73)
    closed = await asyncio.gather(*(engine.closing.close_resolved() for engine in (one, other) * 2))
    assert sum(closed) == 1
    assert len(await events_of(one, ticket.id, EventType.TICKET_CLOSED)) == 1
