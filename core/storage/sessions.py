"""Signed-in browsers. Only a hash of each session's secret is kept."""

from datetime import datetime

from sqlalchemy import delete, select

from core.storage.store import Store
from core.storage.tables import sessions


class Sessions(Store):
    async def add(self, token_hash: str, user_id: int, expires_at: datetime) -> None:
        row = {"token_hash": token_hash, "user_id": user_id, "created_at": self.tx.now, "expires_at": expires_at}
        await self.tx.insert(sessions, [row])

    async def user_of(self, token_hash: str) -> int | None:
        query = select(sessions.c.user_id).where(
            sessions.c.token_hash == token_hash, sessions.c.expires_at > self.tx.now
        )
        found: int | None = (await self.connection.execute(query)).scalar_one_or_none()
        return found

    async def end(self, token_hash: str) -> None:
        await self.connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))

    async def end_expired(self) -> None:
        await self.connection.execute(delete(sessions).where(sessions.c.expires_at <= self.tx.now))
