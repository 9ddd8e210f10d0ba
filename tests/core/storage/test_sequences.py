"""Ids handed out beforehand belong to one taker only."""

import asyncio

from core.storage.database import Database
from core.storage.sequences import FIRST_TICKET


async def test_takers_at_the_same_time_never_share_an_id(database: Database) -> None:
    async def take(count: int) -> list[int]:
        async with database.transaction() as tx:
            return await tx.sequences.take("messages", count)

    taken = await asyncio.gather(*(take(count) for count in range(1, 13)))
    ids = [number for some in taken for number in some]
    assert len(ids) == len(set(ids)) == sum(range(1, 13))
    assert all(some == sorted(some) for some in taken)


async def test_tickets_begin_with_a_number_that_people_take_seriously(database: Database) -> None:
    async with database.transaction() as tx:
        assert await tx.sequences.take("tickets", 2) == [FIRST_TICKET, FIRST_TICKET + 1]


async def test_taking_nothing_takes_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        assert await tx.sequences.take("messages", 0) == []
        assert await tx.sequences.take("messages", 1) == [1]
