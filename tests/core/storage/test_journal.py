"""No reader of the journal skips a row, however late it commits."""

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain.access import SYSTEM
from core.domain.events import EventType, NewEvent
from core.storage.database import Database
from core.storage.transaction import Transaction
from tests.marks import only_on_postgresql


def _event(told: str, ticket_id: int | None = None) -> NewEvent:
    return NewEvent(EventType.TICKET_EDITED, SYSTEM, ticket_id, data={"told": told})


async def _tell(database: Database, *told: str) -> None:
    async with database.transaction() as tx:
        for one in told:
            tx.record(_event(one))


async def _told_after(database: Database, seq: int, limit: int = 500) -> list[str]:
    async with database.read() as tx:
        return [event.data["told"] for event in await tx.journal.after(seq, limit)]


async def test_events_are_read_in_the_order_in_which_they_were_told(database: Database) -> None:
    await _tell(database, "a", "b")
    await _tell(database, "c")
    assert await _told_after(database, 0) == ["a", "b", "c"]


async def test_a_reader_goes_on_after_the_last_row_that_it_saw(database: Database) -> None:
    await _tell(database, "a", "b", "c", "d", "e")
    seen: list[str] = []
    seq = 0
    for _ in range(3):
        async with database.read() as tx:
            page = await tx.journal.after(seq, 2)
        seen += [event.data["told"] for event in page]
        seq = page[-1].seq
    assert seen == ["a", "b", "c", "d", "e"]
    assert await _told_after(database, seq) == []


async def test_an_event_of_a_failed_transaction_is_never_told(database: Database) -> None:
    async def fail() -> None:
        async with database.transaction() as tx:
            tx.record(_event("never"))
            raise LookupError("the deed failed")

    with pytest.raises(LookupError):
        await fail()
    await _tell(database, "a")
    assert await _told_after(database, 0) == ["a"]


async def test_a_number_that_was_never_committed_is_a_place_to_go_on_from(database: Database) -> None:
    await _tell(database, "a")
    async with database.transaction() as tx:
        (gap,) = await tx.sequences.take("journal", 1)
    await _tell(database, "b")
    assert await _told_after(database, gap) == ["b"]


async def test_a_reader_who_starts_now_sees_only_what_comes(database: Database) -> None:
    async with database.read() as tx:
        assert await tx.journal.last_seq() == 0
    await _tell(database, "a")
    async with database.read() as tx:
        start = await tx.journal.last_seq()
    await _tell(database, "b")
    assert await _told_after(database, start) == ["b"]


async def test_a_reader_may_ask_for_one_ticket_and_some_types(database: Database) -> None:
    async with database.transaction() as tx:
        tx.record(_event("mine", 1001))
        tx.record(_event("theirs", 1002))
        tx.record(NewEvent(EventType.NOTE_ADDED, SYSTEM, 1001, data={"told": "note"}))
    async with database.read() as tx:
        mine = await tx.journal.after(0, ticket_id=1001)
        edits = await tx.journal.after(0, ticket_id=1001, types=[EventType.TICKET_EDITED])
    assert [event.data["told"] for event in mine] == ["mine", "note"]
    assert [event.data["told"] for event in edits] == ["mine"]


async def test_an_event_reads_back_as_it_was_written(database: Database) -> None:
    async with database.transaction() as tx:
        tx.record(NewEvent(EventType.NOTE_ADDED, SYSTEM, 1001, 5, 9, {"n": 1, "list": ["é", None], "deep": {"x": 0.5}}))
    async with database.read() as tx:
        (found,) = await tx.journal.after(0)
    assert (found.type, found.actor, found.actor_name) == (EventType.NOTE_ADDED, "system:frontline", "Frontline")
    assert (found.ticket_id, found.message_id, found.customer_id, found.version) == (1001, 5, 9, 1)
    assert found.data == {"n": 1, "list": ["é", None], "deep": {"x": 0.5}}
    assert found.at == database.clock.now()


class _OpenTransaction:
    """A PostgreSQL transaction that a test holds open beside others."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: AsyncConnection | None = None

    async def write(self, told: str) -> None:
        self._connection = await self._database._writer.connect()
        await self._connection.begin()
        tx = Transaction(self._connection, self._database)
        tx.record(_event(told))
        await tx.write_events()

    async def begin_only(self) -> None:
        """Take a transaction id now; the row comes later."""
        self._connection = await self._database._writer.connect()
        await self._connection.begin()
        await self._connection.exec_driver_sql("SELECT pg_current_xact_id()")

    async def write_now(self, told: str) -> None:
        assert self._connection is not None
        tx = Transaction(self._connection, self._database)
        tx.record(_event(told))
        await tx.write_events()

    async def commit(self) -> None:
        assert self._connection is not None
        await self._connection.commit()
        await self._connection.close()


@only_on_postgresql
async def test_a_lower_row_that_commits_late_is_not_skipped(database: Database) -> None:
    early, late = _OpenTransaction(database), _OpenTransaction(database)
    await early.write("first")
    await late.write("second")
    await late.commit()
    assert await _told_after(database, 0) == []
    await early.commit()
    assert await _told_after(database, 0) == ["first", "second"]


@only_on_postgresql
async def test_an_older_transaction_that_writes_a_higher_row_is_not_skipped(database: Database) -> None:
    """The transaction that began first takes the higher number and commits last."""
    older, younger = _OpenTransaction(database), _OpenTransaction(database)
    await older.begin_only()
    await younger.write("by the younger")
    await younger.commit()
    assert await _told_after(database, 0) == []
    await older.write_now("by the older")
    await older.commit()
    assert await _told_after(database, 0) == ["by the older", "by the younger"]


@only_on_postgresql
async def test_a_reader_between_two_commits_gets_each_row_once(database: Database) -> None:
    first, second = _OpenTransaction(database), _OpenTransaction(database)
    await _tell(database, "before")
    await first.write("one")
    await second.write("two")
    await first.commit()
    async with database.read() as tx:
        seen = await tx.journal.after(0)
    assert [event.data["told"] for event in seen] == ["before", "one"]
    await second.commit()
    assert await _told_after(database, seen[-1].seq) == ["two"]


@only_on_postgresql
async def test_who_starts_now_does_not_lose_what_commits_in_a_moment(database: Database) -> None:
    await _tell(database, "before")
    open_one = _OpenTransaction(database)
    await open_one.write("in a moment")
    await _tell(database, "meanwhile")
    async with database.read() as tx:
        start = await tx.journal.last_seq()
    await open_one.commit()
    assert await _told_after(database, start) == ["in a moment", "meanwhile"]
