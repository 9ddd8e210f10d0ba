"""What each person prefers, a JSON object for each."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from core.storage.store import Store
from core.storage.tables import user_preferences


class Preferences(Store):
    async def of(self, user_id: int) -> dict[str, Any]:
        query = select(user_preferences.c.data).where(user_preferences.c.user_id == user_id)
        found: dict[str, Any] | None = (await self.connection.execute(query)).scalar_one_or_none()
        return found or {}

    async def merge(self, user_id: int, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Put `changes` over what is stored, in one statement: two screens may change different things at once."""
        insert = self.tx.upsert(user_preferences)
        new, old = insert.excluded.data, user_preferences.c.data
        merged = func.json_patch(old, new) if self.tx.is_sqlite else old.op("||")(new)
        changed = (
            insert.values(user_id=user_id, data=dict(changes), updated_at=self.tx.now)
            .on_conflict_do_update(index_elements=["user_id"], set_={"data": merged, "updated_at": self.tx.now})
            .returning(user_preferences.c.data)
        )
        found: dict[str, Any] = (await self.connection.execute(changed)).scalar_one()
        return found
