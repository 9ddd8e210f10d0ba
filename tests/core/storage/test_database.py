"""The unit of work commits whole or not at all, and says "not now" in words that callers know."""

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from core.domain.access import SYSTEM
from core.domain.errors import Conflict, StorageFull, Unavailable
from core.domain.events import EventType, NewEvent
from core.storage.database import Database, _translated
from tests.factories import plant_tickets
from tests.marks import only_on_postgresql

OpenDatabase = Callable[[str], Database]


class _Refused(Exception):
    """What asyncpg raises: an error of PostgreSQL with its state."""

    def __init__(self, told: str, sqlstate: str | None) -> None:
        super().__init__(told)
        self.sqlstate = sqlstate


def _driver_error(told: str, kind: type[DBAPIError] = OperationalError, sqlstate: str | None = None) -> DBAPIError:
    return kind("SELECT 1", None, _Refused(told, sqlstate))


def _raise_inside(error: Exception) -> None:
    with _translated():
        raise error


async def _fail_half_way(database: Database) -> None:
    async with database.transaction() as tx:
        await plant_tickets(tx, [{}], tx.now)
        tx.record(NewEvent(EventType.NOTE_ADDED, SYSTEM))
        raise LookupError("half way")


async def test_a_failed_unit_of_work_leaves_nothing(database: Database) -> None:
    with pytest.raises(LookupError):
        await _fail_half_way(database)
    async with database.read() as tx:
        assert await tx.tickets.get_many([1001]) == {}


async def test_what_was_recorded_after_a_savepoint_is_undone_with_it(database: Database) -> None:
    async with database.transaction() as tx:
        tx.record(NewEvent(EventType.NOTE_ADDED, SYSTEM, data={"n": 1}))
        mark = tx.mark()
        tx.record(NewEvent(EventType.NOTE_ADDED, SYSTEM, data={"n": 2}))
        tx.forget_since(mark)
    async with database.read() as tx:
        assert [event.data["n"] for event in await tx.journal.after(0)] == [1]


async def test_listeners_hear_of_a_commit_and_not_of_a_failure(database: Database) -> None:
    heard: list[int] = []
    database.committed.listen(lambda: heard.append(1))
    with pytest.raises(LookupError):
        await _fail_half_way(database)
    assert heard == []
    async with database.transaction() as tx:
        tx.record(NewEvent(EventType.NOTE_ADDED, SYSTEM))
    assert heard == [1]


async def test_writers_at_once_take_turns_and_none_is_lost(database: Database) -> None:
    async def write(number: int) -> None:
        async with database.transaction() as tx:
            tx.record(NewEvent(EventType.NOTE_ADDED, SYSTEM, data={"n": number}))

    await asyncio.gather(*(write(number) for number in range(25)))
    async with database.read() as tx:
        assert sorted(event.data["n"] for event in await tx.journal.after(0)) == list(range(25))


async def test_a_row_that_exists_already_is_a_conflict(database: Database) -> None:
    async def add() -> None:
        async with database.transaction() as tx:
            await tx.customers.add([{"id": 1, "name": "Kim", "tier": "standard", "created_at": tx.now}])

    await add()
    with pytest.raises(Conflict):
        await add()


@only_on_postgresql
async def test_a_deadlock_is_a_conflict_that_can_be_tried_again(database_url: str, open_database: OpenDatabase) -> None:
    one, other = open_database(database_url), open_database(database_url)
    async with one.transaction() as tx:
        first, second = await plant_tickets(tx, [{}, {}], tx.now)
    both_hold = asyncio.Barrier(2)

    async def lock(database: Database, held: int, wanted: int) -> str:
        async with database.transaction() as tx:
            await tx.connection.execute(text("SET LOCAL deadlock_timeout = '50ms'"))
            await tx.tickets.change_many([{"id": held, "subject": database.process}])
            await both_hold.wait()
            await tx.tickets.change_many([{"id": wanted, "subject": database.process}])
        return "done"

    results = await asyncio.gather(lock(one, first, second), lock(other, second, first), return_exceptions=True)
    assert [type(result) for result in results].count(Conflict) == 1
    assert results.count("done") == 1


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (_driver_error("database or disk is full"), StorageFull),
        (_driver_error("could not extend file: No space left on device"), StorageFull),
        (_driver_error("database is locked"), Unavailable),
        (_driver_error("the database system is shutting down", DBAPIError, "57P03"), Unavailable),
        (_driver_error("too many clients already", DBAPIError, "53300"), Unavailable),
        (ConnectionRefusedError("nobody listens"), Unavailable),
        (TimeoutError(), Unavailable),
        (PoolTimeout("QueuePool limit of size 10 overflow 10 reached"), Unavailable),
    ],
)
def test_the_drivers_words_for_not_now_become_ours(error: Exception, expected: type[Exception]) -> None:
    with pytest.raises(expected):
        _raise_inside(error)


def test_a_mistake_in_a_statement_stays_what_it_is() -> None:
    with pytest.raises(DBAPIError):
        _raise_inside(_driver_error("syntax error at or near SELEC", DBAPIError))


async def test_a_database_that_is_gone_is_unavailable(open_database: OpenDatabase) -> None:
    database = open_database("postgresql+asyncpg://nobody@127.0.0.1:9/nothing")
    with pytest.raises(Unavailable):
        async with database.read():
            raise AssertionError("there is nothing to read")
