"""Of two who change or claim a ticket at once, one wins and the other is told."""

import asyncio

import pytest

from core.domain.entities import Ticket
from core.domain.enums import Priority, TicketStatus
from core.domain.errors import NotFound, VersionConflict
from core.storage.database import Database
from tests.cast import someone
from tests.factories import plant_tickets


async def _plant(database: Database, count: int = 1) -> list[int]:
    async with database.transaction() as tx:
        return await plant_tickets(tx, [{}] * count, tx.now)


async def _change(database: Database, ticket_id: int, version: int, subject: str) -> Ticket:
    async with database.transaction() as tx:
        return await tx.tickets.change(ticket_id, version, subject=subject)


async def _claim(database: Database, ticket_id: int, user_id: int, capacity: int | None = None) -> bool:
    async with database.transaction() as tx:
        if capacity is not None:
            await tx.users.lock([user_id])
        return await tx.tickets.claim(ticket_id, user_id, capacity)


async def test_a_change_of_a_stale_version_is_refused_with_the_current_one(database: Database) -> None:
    (ticket_id,) = await _plant(database)
    await _change(database, ticket_id, 1, "First")
    with pytest.raises(VersionConflict) as refused:
        await _change(database, ticket_id, 1, "Second")
    assert refused.value.current == 2


async def test_of_two_changes_at_once_one_wins(database: Database) -> None:
    (ticket_id,) = await _plant(database)
    results = await asyncio.gather(
        _change(database, ticket_id, 1, "Ada's"), _change(database, ticket_id, 1, "Sam's"), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == ["Ticket", "VersionConflict"]


async def test_a_change_of_a_ticket_that_does_not_exist_says_so(database: Database) -> None:
    with pytest.raises(NotFound):
        await _change(database, 4711, 1, "Nothing")


async def test_the_order_of_priorities_follows_the_priority(database: Database) -> None:
    (ticket_id,) = await _plant(database)
    async with database.transaction() as tx:
        changed = await tx.tickets.change(ticket_id, 1, priority=Priority.CRITICAL.value)
    assert (changed.priority, changed.version) == (Priority.CRITICAL, 2)


async def test_second_claim_loses(database: Database) -> None:
    (ticket_id,) = await _plant(database)
    one, other = await someone(database, name="Ada"), await someone(database, name="Bob")
    won = await asyncio.gather(_claim(database, ticket_id, one.id), _claim(database, ticket_id, other.id))
    assert sorted(won) == [False, True]
    async with database.read() as tx:
        assert (await tx.tickets.get(ticket_id)).assignee_id == (one.id if won[0] else other.id)


async def test_nobody_claims_a_ticket_that_is_not_open(database: Database) -> None:
    agent = await someone(database, name="Ada")
    async with database.transaction() as tx:
        (ticket_id,) = await plant_tickets(tx, [{"status": TicketStatus.RESOLVED.value}], tx.now)
    assert not await _claim(database, ticket_id, agent.id)


async def test_claims_at_once_do_not_exceed_the_capacity(database: Database) -> None:
    agent = await someone(database, name="Ada", capacity=3)
    tickets = await _plant(database, 8)
    won = await asyncio.gather(*(_claim(database, ticket, agent.id, 3) for ticket in tickets))
    assert won.count(True) == 3
    async with database.read() as tx:
        assert await tx.tickets.loads() == {agent.id: 3}


async def test_a_ticket_that_is_not_open_makes_room(database: Database) -> None:
    agent = await someone(database, name="Ada", capacity=1)
    first, second = await _plant(database, 2)
    assert await _claim(database, first, agent.id, 1)
    assert not await _claim(database, second, agent.id, 1)
    async with database.transaction() as tx:
        await tx.tickets.change_many([{"id": first, "status": TicketStatus.RESOLVED.value}])
    assert await _claim(database, second, agent.id, 1)


async def test_waiting_tickets_come_with_the_nearest_deadline_first(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.connection.exec_driver_sql(
            "INSERT INTO queues (id, name, skills, position) VALUES ('general_support', 'General', '[]', 0)"
        )
        later, sooner, taken = await plant_tickets(
            tx,
            [
                {"queue_id": "general_support", "due_at": tx.now.replace(hour=18)},
                {"queue_id": "general_support", "due_at": tx.now.replace(hour=12)},
                {"queue_id": "general_support", "status": TicketStatus.CLOSED.value},
            ],
            tx.now,
        )
    async with database.read() as tx:
        found = await tx.tickets.unassigned(["general_support"], 10)
    assert [ticket.id for ticket in found] == [sooner, later]
    assert taken not in {ticket.id for ticket in found}
