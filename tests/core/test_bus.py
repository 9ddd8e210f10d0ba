"""Who listens hears each committed event once, in order, whatever the other listeners do."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

import pytest

from core.bus import Bus
from core.domain.access import SYSTEM
from core.domain.events import Event, EventType, NewEvent
from core.storage.database import Database
from core.storage.listening import Listening
from tests.marks import only_on_postgresql

OpenDatabase = Callable[[str], Database]


class Listener:
    """Remembers what it heard, and can be waited for."""

    def __init__(self) -> None:
        self.heard: list[int] = []
        self._news = asyncio.Event()

    def __call__(self, events: Sequence[Event]) -> None:
        self.heard += [event.data["n"] for event in events]
        self._news.set()

    async def until(self, count: int) -> list[int]:
        async with asyncio.timeout(10):
            while len(self.heard) < count:
                self._news.clear()
                await self._news.wait()
        return self.heard


async def _tell(database: Database, *numbers: int) -> None:
    async with database.transaction() as tx:
        for number in numbers:
            tx.record(NewEvent(EventType.NOTE_ADDED, SYSTEM, data={"n": number}))


@pytest.fixture
async def bus(database: Database) -> AsyncIterator[Bus]:
    found = Bus(database)
    await _tell(database, 0)
    await found.start()
    yield found
    await found.stop()


async def test_listeners_hear_what_is_committed_from_now_on_in_order(bus: Bus, database: Database) -> None:
    listener = Listener()
    bus.subscribe(listener)
    for number in range(1, 8):
        await _tell(database, number)
    assert await listener.until(7) == list(range(1, 8))


async def test_a_listener_that_fails_costs_the_others_nothing(bus: Bus, database: Database) -> None:
    def fail(events: Sequence[Event]) -> None:
        raise LookupError("a screen went away")

    before, after = Listener(), Listener()
    bus.subscribe(before)
    bus.subscribe(fail)
    bus.subscribe(after)
    await _tell(database, 1)
    await _tell(database, 2)
    assert await before.until(2) == await after.until(2) == [1, 2]


async def test_who_unsubscribed_hears_no_more(bus: Bus, database: Database) -> None:
    stays, goes = Listener(), Listener()
    bus.subscribe(stays)
    end = bus.subscribe(goes)
    await _tell(database, 1)
    await stays.until(1)
    end()
    end()
    await _tell(database, 2)
    await stays.until(2)
    assert goes.heard == [1]


async def test_a_listener_may_unsubscribe_while_it_listens(bus: Bus, database: Database) -> None:
    heard: list[int] = []
    other = Listener()

    def once(events: Sequence[Event]) -> None:
        heard.append(len(events))
        end()

    end = bus.subscribe(once)
    bus.subscribe(other)
    await _tell(database, 1)
    await other.until(1)
    await _tell(database, 2)
    await other.until(2)
    assert heard == [1]


async def test_the_bus_knows_the_last_event_that_it_told(bus: Bus, database: Database) -> None:
    listener = Listener()
    bus.subscribe(listener)
    await _tell(database, 1)
    await listener.until(1)
    async with database.read() as tx:
        assert bus.seq == await tx.journal.last_seq()


@only_on_postgresql
async def test_news_of_another_process_is_heard(bus: Bus, database: Database, open_database: OpenDatabase) -> None:
    listener = Listener()
    bus.subscribe(listener)
    ready = asyncio.Event()

    def heard() -> None:
        ready.set()
        bus.wake()

    listening = Listening(database, heard)
    listening.start()
    await asyncio.wait_for(ready.wait(), 10)
    await _tell(open_database(database.url), 1)
    assert await listener.until(1) == [1]
    await listening.stop()
