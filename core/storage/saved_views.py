"""Saved views: each person's own, and what they share."""

from typing import Any

from sqlalchemy import delete, func, or_, select

from core.domain.errors import NotFound
from core.domain.saved_views import SavedView
from core.storage.store import Store
from core.storage.tables import saved_views, users

_WITH_OWNERS = select(saved_views, users.c.name.label("owner_name")).join(users, users.c.id == saved_views.c.owner_id)


class SavedViews(Store):
    async def get(self, view_id: int) -> SavedView:
        found = await self._where(saved_views.c.id == view_id)
        if not found:
            raise NotFound("saved view", view_id)
        return found[0]

    async def visible_to(self, user_id: int) -> list[SavedView]:
        return await self._where(or_(saved_views.c.owner_id == user_id, saved_views.c.shared.is_(True)))

    async def named(self, owner_id: int, name: str) -> SavedView | None:
        found = await self._where(saved_views.c.owner_id == owner_id, saved_views.c.name == name)
        return found[0] if found else None

    async def count(self, owner_id: int) -> int:
        query = select(func.count()).where(saved_views.c.owner_id == owner_id)
        found: int = (await self.connection.execute(query)).scalar_one()
        return found

    async def put(self, owner_id: int, name: str, query: str, *, shared: bool) -> SavedView:
        """Add a view, or replace the owner's of that name."""
        values = {"query": query, "shared": shared}
        put = (
            self.tx.upsert(saved_views)
            .values(owner_id=owner_id, name=name, created_at=self.tx.now, **values)
            .on_conflict_do_update(index_elements=["owner_id", "name"], set_=values)
            .returning(saved_views.c.id)
        )
        return await self.get((await self.connection.execute(put)).scalar_one())

    async def remove(self, view_id: int) -> None:
        await self.connection.execute(delete(saved_views).where(saved_views.c.id == view_id))

    async def _where(self, *conditions: Any) -> list[SavedView]:
        rows = await self.connection.execute(_WITH_OWNERS.where(*conditions).order_by(saved_views.c.id))
        return [SavedView(row.id, row.owner_id, row.owner_name, row.name, row.query, row.shared) for row in rows]
