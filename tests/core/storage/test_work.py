"""Work is claimed by one, done once, and never forgotten."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from core.domain.access import SYSTEM
from core.domain.errors import Conflict, NotFound
from core.domain.events import EventType, NewEvent
from core.storage.database import Database
from core.storage.work import LEASE
from tests.conftest import MovableClock
from tests.marks import only_on_postgresql

OpenDatabase = Callable[[str], Database]
ANALYSE = "ManageCustomerInquiries.analyse"


async def _plan(database: Database, count: int) -> None:
    """Work for `count` events; a received message has one handler."""
    async with database.transaction() as tx:
        for number in range(count):
            tx.record(NewEvent(EventType.MESSAGE_RECEIVED, SYSTEM, 1001 + number))


async def _claim(database: Database, limit: int = 100) -> list[int]:
    async with database.transaction() as tx:
        return [item.id for item in await tx.work.claim(limit)]


async def _finish_with_a_note(database: Database, item: int) -> None:
    async with database.transaction() as tx:
        tx.record(NewEvent(EventType.NOTE_ADDED, SYSTEM))
        await tx.work.finish([item])


async def test_an_event_plans_the_work_of_its_handlers(database: Database) -> None:
    await _plan(database, 1)
    async with database.transaction() as tx:
        assert await tx.work.any_due()
        (item,) = await tx.work.claim(10)
    assert (item.handler, item.ticket_id, item.attempts) == (ANALYSE, 1001, 0)


async def test_two_processes_claim_different_work(database_url: str, open_database: OpenDatabase) -> None:
    one, other = open_database(database_url), open_database(database_url)
    await _plan(one, 40)
    claims = await asyncio.gather(*(_claim(process, 7) for process in (one, other) * 4))
    ids = [item for claim in claims for item in claim]
    assert len(ids) == len(set(ids)) == 40


@only_on_postgresql
async def test_a_claim_that_another_transaction_holds_is_stepped_over(
    database_url: str, open_database: OpenDatabase
) -> None:
    one, other = open_database(database_url), open_database(database_url)
    await _plan(one, 4)
    async with one.transaction() as tx:
        mine = [item.id for item in await tx.work.claim(2)]
        theirs = await asyncio.wait_for(_claim(other, 10), 5)
    assert len(theirs) == 2
    assert not set(mine) & set(theirs)


@only_on_postgresql
async def test_a_claim_keeps_its_limit_when_the_planner_believes_the_table_is_empty(database: Database) -> None:
    """A locking subquery in a nested loop is run again for each row, and finds others each time."""
    await _plan(database, 1)
    async with database.connect() as connection:
        await connection.exec_driver_sql("ANALYZE work")
    await _plan(database, 40)
    assert len(await _claim(database, 7)) == 7


async def test_oldest_work_is_claimed_first(database: Database, clock: MovableClock) -> None:
    await _plan(database, 2)
    clock.advance(seconds=1)
    await _plan(database, 2)
    assert await _claim(database, 3) == [1, 2, 3]


async def test_work_that_is_due_later_waits(database: Database, clock: MovableClock) -> None:
    async with database.transaction() as tx:
        tx.record(NewEvent(EventType.ANALYSIS_UNKNOWN, SYSTEM, 1001))
    assert len(await _claim(database)) == 3
    clock.advance(seconds=60)
    async with database.transaction() as tx:
        (item,) = [item for item in await tx.work.claim(10) if item.handler == ANALYSE]
    assert item.run_at == clock.now()


async def test_a_claim_whose_lease_ran_out_is_taken_over(
    database_url: str, open_database: OpenDatabase, clock: MovableClock
) -> None:
    dead, alive = open_database(database_url), open_database(database_url)
    await _plan(dead, 1)
    (item,) = await _claim(dead)
    assert await _claim(alive) == []
    clock.moment += LEASE + timedelta(seconds=1)
    assert await _claim(alive) == [item]


async def test_who_lost_a_claim_can_not_finish_and_its_deed_is_undone(
    database_url: str, open_database: OpenDatabase, clock: MovableClock
) -> None:
    slow, quick = open_database(database_url), open_database(database_url)
    await _plan(slow, 1)
    (item,) = await _claim(slow)
    clock.moment += LEASE + timedelta(seconds=1)
    assert await _claim(quick) == [item]
    with pytest.raises(Conflict):
        await _finish_with_a_note(slow, item)
    async with quick.transaction() as tx:
        await tx.work.finish([item])
    async with quick.read() as tx:
        assert [event.type for event in await tx.journal.after(0)] == [EventType.MESSAGE_RECEIVED]
        assert await tx.work.counts() == {}


async def test_finished_work_is_gone(database: Database) -> None:
    await _plan(database, 3)
    claimed = await _claim(database)
    async with database.transaction() as tx:
        await tx.work.finish(claimed)
    async with database.read() as tx:
        assert await tx.work.counts() == {}


async def test_who_lost_a_claim_can_not_put_the_work_back_either(
    database_url: str, open_database: OpenDatabase, clock: MovableClock
) -> None:
    slow, quick = open_database(database_url), open_database(database_url)
    await _plan(slow, 1)
    (item,) = await _claim(slow)
    clock.moment += LEASE + timedelta(seconds=1)
    await _claim(quick)
    async with slow.transaction() as tx:
        await tx.work.put_off([item], tx.now, "too late")
        await tx.work.retry(item, tx.now, "too late")
        await tx.work.bury(item, "too late")
    async with quick.transaction() as tx:
        await tx.work.finish([item])


async def test_a_retry_counts_and_a_wait_does_not(database: Database, clock: MovableClock) -> None:
    await _plan(database, 1)
    (item,) = await _claim(database)
    async with database.transaction() as tx:
        await tx.work.put_off([item], tx.now, "not yet")
    await _claim(database)
    async with database.transaction() as tx:
        await tx.work.retry(item, tx.now + timedelta(seconds=5), "it broke")
    assert await _claim(database) == []
    clock.advance(seconds=5)
    async with database.transaction() as tx:
        (found,) = await tx.work.claim(10)
    assert (found.attempts, found.last_error) == (1, "it broke")


async def test_a_dead_letter_is_seen_and_can_be_sent_back(database: Database) -> None:
    await _plan(database, 1)
    (item,) = await _claim(database)
    async with database.transaction() as tx:
        await tx.work.bury(item, "hopeless")
    assert await _claim(database) == []
    async with database.transaction() as tx:
        (dead,) = await tx.work.dead()
        assert (dead.id, dead.last_error) == (item, "hopeless")
        assert (await tx.work.requeue(item)).attempts == 0
    assert await _claim(database) == [item]


async def test_only_the_dead_are_sent_back(database: Database) -> None:
    await _plan(database, 1)
    with pytest.raises(NotFound):
        async with database.transaction() as tx:
            await tx.work.requeue(1)
