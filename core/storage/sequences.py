"""Ids handed out before the rows are written, so that a batch of related rows needs no round trip each."""

from sqlalchemy import text

from core.storage.store import Store

FIRST_TICKET = 1001
NAMES = ("customers", "tickets", "messages", "journal", "outbox")


class Sequences(Store):
    async def take(self, name: str, count: int) -> list[int]:
        """`count` ids that nobody else gets. Gaps appear when a transaction fails; order is not commit order."""
        if not count:
            return []
        if self.tx.is_sqlite:
            statement = text("UPDATE sequences SET value = value + :count WHERE name = :name RETURNING value")
            last: int = (await self.connection.execute(statement, {"count": count, "name": name})).scalar_one()
            return list(range(last - count + 1, last + 1))
        statement = text(f"SELECT nextval('{name}_seq') FROM generate_series(1, :count)")
        return list((await self.connection.execute(statement, {"count": count})).scalars())
