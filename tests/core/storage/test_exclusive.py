"""A lock of the database lets one holder in at a time."""

import asyncio

from core.storage.database import Database
from core.storage.exclusive import exclusive


async def test_the_second_waits_until_the_first_is_done(database: Database) -> None:
    told: list[str] = []
    first_holds, first_may_go = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        async with exclusive(database, "planting"):
            first_holds.set()
            await first_may_go.wait()
            told.append("first")

    async def second() -> None:
        await first_holds.wait()
        asyncio.get_running_loop().call_later(0.05, first_may_go.set)
        async with exclusive(database, "planting"):
            told.append("second")

    await asyncio.gather(first(), second())
    assert told == ["first", "second"]


async def test_another_name_is_another_lock(database: Database) -> None:
    async with exclusive(database, "planting"), asyncio.timeout(10), exclusive(database, "reports"):
        pass


async def test_a_holder_that_fails_lets_go(database: Database) -> None:
    async def fail() -> None:
        async with exclusive(database, "planting"):
            raise LookupError

    for _ in range(2):
        (error,) = await asyncio.gather(fail(), return_exceptions=True)
        assert isinstance(error, LookupError)


async def test_others_write_and_read_the_journal_meanwhile(database: Database) -> None:
    async with exclusive(database, "planting"), asyncio.timeout(10), database.transaction() as tx:
        assert await tx.users.count() == 0
