"""Hourly counts for the dashboards, and how far their reader has come in the journal."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select

from core.storage.store import Store
from core.storage.tables import bookmarks, rollups

RollupKey = tuple[datetime, str, str]
"""(hour, name, dimension)"""


class Rollups(Store):
    async def add(self, counted: Mapping[RollupKey, tuple[int, float]]) -> None:
        """Add (count, total) to each hour's row."""
        rows = [
            {"hour": hour, "name": name, "dimension": dimension, "count": count, "total": total}
            for (hour, name, dimension), (count, total) in counted.items()
        ]
        if not rows:
            return
        insert = self.tx.upsert(rollups)
        added = insert.on_conflict_do_update(
            index_elements=["hour", "name", "dimension"],
            set_={
                "count": rollups.c.count + insert.excluded.count,
                "total": rollups.c.total + insert.excluded.total,
            },
        )
        await self.connection.execute(added, rows)

    async def sums(self, since: datetime) -> dict[tuple[str, str], tuple[int, float]]:
        """(name, dimension) → (count, total) of the hours from `since` on."""
        query = (
            select(rollups.c.name, rollups.c.dimension, func.sum(rollups.c.count), func.sum(rollups.c.total))
            .where(rollups.c.hour >= since)
            .group_by(rollups.c.name, rollups.c.dimension)
        )
        rows = await self.connection.execute(query)
        return {(name, dimension): (int(count), float(total)) for name, dimension, count, total in rows}

    async def bookmark(self, reader: str) -> int:
        """The last sequence that `reader` has dealt with. On PostgreSQL the row is locked: one reader at a time."""
        await self.connection.execute(
            self.tx.upsert(bookmarks).on_conflict_do_nothing(index_elements=["reader"]), [{"reader": reader, "seq": 0}]
        )
        query = select(bookmarks.c.seq).where(bookmarks.c.reader == reader)
        if not self.tx.is_sqlite:
            query = query.with_for_update()
        found: int = (await self.connection.execute(query)).scalar_one()
        return found

    async def move_bookmark(self, reader: str, seq: int) -> None:
        moved = bookmarks.update().where(bookmarks.c.reader == reader)
        await self.connection.execute(moved.values(seq=seq))
