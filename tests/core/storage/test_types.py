"""Moments keep their instant and their order on both databases."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from core.storage.database import Database
from core.storage.tables import customers

NINE_IN_TOKYO = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=timezone(timedelta(hours=9)))


def _customer(number: int, created_at: datetime) -> dict[str, object]:
    return {"id": number, "name": str(number), "tier": "standard", "created_at": created_at}


async def test_a_moment_comes_back_as_the_same_instant_in_utc(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.customers.add([_customer(1, NINE_IN_TOKYO)])
    async with database.read() as tx:
        found = (await tx.customers.get(1)).created_at
    assert found == NINE_IN_TOKYO
    assert found.tzinfo is UTC


async def test_moments_of_different_zones_sort_by_instant(database: Database) -> None:
    in_utc = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
    async with database.transaction() as tx:
        await tx.customers.add([_customer(1, in_utc), _customer(2, NINE_IN_TOKYO)])
    async with database.read() as tx:
        rows = await tx.connection.execute(select(customers.c.id).order_by(customers.c.created_at))
        assert rows.scalars().all() == [2, 1]


async def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="time zone"):
        async with database.transaction() as tx:
            await tx.customers.add([_customer(1, datetime(2026, 3, 2, 9, 0))])  # noqa: DTZ001
