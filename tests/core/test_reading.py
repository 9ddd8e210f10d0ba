"""What each person has seen of a conversation."""

import asyncio

import pytest

from core.bootstrap import Engine
from core.domain.entities import Ticket
from core.domain.errors import InvalidInput, NotAllowed, NotFound
from tests.cast import ROBOT, ada, eve
from tests.factories import a_ticket, kinds_of, receive, ticket_of


@pytest.fixture
async def ticket(engine: Engine) -> Ticket:
    opened = await a_ticket(engine)
    await receive(engine, "And the red one?", ticket_id=opened.id)
    await receive(engine, "Hello?", ticket_id=opened.id)
    return await ticket_of(engine, opened.id)


async def test_each_person_reads_for_themselves(engine: Engine, ticket: Ticket) -> None:
    agent, other = await ada(engine.database), await ada(engine.database, name="Bob")
    assert await engine.views.reads(agent.actor, [ticket.id]) == {}
    await engine.desk.mark_read(agent.actor, ticket.id, 2)
    unread = await a_ticket(engine)
    assert await engine.views.reads(agent.actor, [ticket.id, unread.id]) == {ticket.id: 2}
    assert await engine.views.reads(other.actor, [ticket.id]) == {}


async def test_what_was_seen_once_stays_seen(engine: Engine, ticket: Ticket) -> None:
    agent = await ada(engine.database)
    for seen in (1, 3, 2, 0):
        await engine.desk.mark_read(agent.actor, ticket.id, seen)
    assert await engine.views.reads(agent.actor, [ticket.id]) == {ticket.id: 3}


async def test_of_two_screens_at_once_the_one_that_saw_more_counts(engine: Engine, ticket: Ticket) -> None:
    agent = await ada(engine.database)
    await asyncio.gather(*(engine.desk.mark_read(agent.actor, ticket.id, seen) for seen in (3, 1, 2, 3, 1)))
    assert await engine.views.reads(agent.actor, [ticket.id]) == {ticket.id: 3}


async def test_nobody_has_read_what_was_not_written_yet(engine: Engine, ticket: Ticket) -> None:
    agent = await ada(engine.database)
    await engine.desk.mark_read(agent.actor, ticket.id, 4711)
    assert await engine.views.reads(agent.actor, [ticket.id]) == {ticket.id: 3}


async def test_reading_changes_nothing_of_the_ticket(engine: Engine, ticket: Ticket) -> None:
    agent = await ada(engine.database)
    before = await kinds_of(engine, ticket.id)
    await engine.desk.mark_read(agent.actor, ticket.id, 3)
    assert await ticket_of(engine, ticket.id) == ticket
    assert await kinds_of(engine, ticket.id) == before


async def test_reading_is_for_people_who_may_read_tickets(engine: Engine, ticket: Ticket) -> None:
    agent, executive = await ada(engine.database), await eve(engine.database)
    with pytest.raises(NotAllowed):
        await engine.desk.mark_read(executive.actor, ticket.id, 1)
    with pytest.raises(NotAllowed):
        await engine.views.reads(executive.actor, [ticket.id])
    with pytest.raises(NotFound):
        await engine.desk.mark_read(agent.actor, 4711, 1)
    with pytest.raises(InvalidInput):
        await engine.desk.mark_read(ROBOT, ticket.id, 1)
    assert await engine.views.reads(ROBOT, [ticket.id]) == {}
