"""Two processes of one desk see each other's people, and forget those of a process that is gone."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from core.bootstrap import Engine
from tests.conftest import MovableClock
from tests.marks import only_on_postgresql

ADA = (5, "Ada Okafor")
BuildEngine = Callable[..., Awaitable[Engine]]


@pytest.fixture
async def pair(build_engine: BuildEngine) -> AsyncIterator[tuple[Engine, Engine]]:
    """Two engines on one database, of which only presence and listening run."""
    here, there = await build_engine(), await build_engine()
    for engine in (here, there):
        engine.listening.start()
    async with asyncio.timeout(10):
        for engine in (here, there):
            while not engine.listening.is_open:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    for engine in (here, there):
        engine.presence_exchange.start()
    yield here, there
    for engine in (here, there):
        await engine.presence_exchange.stop()
        await engine.listening.stop()


async def until_seen(engine: Engine, ticket_id: int, *people: tuple[str, str | None]) -> None:
    async with asyncio.timeout(10):
        while [(one.name, one.typing) for one in engine.presence.of([ticket_id])[ticket_id]] != list(people):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@only_on_postgresql
async def test_people_of_another_process_are_seen_typing_and_leaving(pair: tuple[Engine, Engine]) -> None:
    here, there = pair
    here.presence.look(*ADA, "tab", 1)
    await until_seen(there, 1, ("Ada Okafor", None))
    here.presence.typing("tab", "reply")
    await until_seen(there, 1, ("Ada Okafor", "reply"))
    here.presence.look(*ADA, "tab", 2)
    await until_seen(there, 2, ("Ada Okafor", None))
    assert there.presence.of([1])[1] == ()
    here.presence.leave("tab")
    await until_seen(there, 2)


@only_on_postgresql
async def test_a_process_that_starts_late_learns_who_is_there(pair: tuple[Engine, Engine]) -> None:
    here, there = pair
    for number in range(200):
        here.presence.look(number, "A name of some length " * 3, f"tab{number}", number + 1)
    await until_seen(there, 200, ("A name of some length " * 3, None))
    there.presence.forget(here.database.process)
    await here.presence_exchange.announce()
    await until_seen(there, 200, ("A name of some length " * 3, None))
    assert all(there.presence.of(range(1, 201)).values())


@only_on_postgresql
async def test_people_of_a_process_that_died_vanish(pair: tuple[Engine, Engine], clock: MovableClock) -> None:
    here, there = pair
    here.presence.look(*ADA, "tab", 1)
    await until_seen(there, 1, ("Ada Okafor", None))
    clock.advance(seconds=25)
    there.presence.sweep()
    assert there.presence.of([1])[1] == ()


@only_on_postgresql
async def test_a_process_that_stops_in_order_takes_its_people_along(pair: tuple[Engine, Engine]) -> None:
    here, there = pair
    here.presence.look(*ADA, "tab", 1)
    await until_seen(there, 1, ("Ada Okafor", None))
    await here.presence_exchange.stop()
    await until_seen(there, 1)


async def test_one_process_alone_announces_nothing_and_stops(engine: Engine) -> None:
    engine.presence_exchange.start()
    engine.presence.look(*ADA, "tab", 1)
    await engine.presence_exchange.stop()
    assert [one.name for one in engine.presence.of([1])[1]] == ["Ada Okafor"]


@only_on_postgresql
async def test_news_that_can_not_be_understood_does_not_end_the_listening(pair: tuple[Engine, Engine]) -> None:
    from core.presence_exchange import CHANNEL
    from core.storage.announcements import announce

    here, there = pair
    await announce(here.database, CHANNEL, ["not JSON", '{"process": "odd"}'])
    here.presence.look(*ADA, "tab", 1)
    await until_seen(there, 1, ("Ada Okafor", None))
