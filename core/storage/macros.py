"""Macros: answers written beforehand, shared by the desk or of one person."""

from typing import Any

from sqlalchemy import delete, or_, select, update

from core.domain.enums import Category, Language, Priority, TicketStatus
from core.domain.errors import NotFound, VersionConflict
from core.domain.macros import Macro
from core.storage.store import Store
from core.storage.tables import macros


class Macros(Store):
    async def get(self, macro_id: int) -> Macro:
        row = (await self.connection.execute(select(macros).where(macros.c.id == macro_id))).first()
        if row is None:
            raise NotFound("macro", macro_id)
        return _macro(row)

    async def of(self, user_id: int | None) -> list[Macro]:
        """What one person may use: the shared ones and their own; the most used first."""
        visible = or_(macros.c.owner_id.is_(None), macros.c.owner_id == user_id)
        query = select(macros).where(visible).order_by(macros.c.used.desc(), macros.c.title, macros.c.id)
        return [_macro(row) for row in await self.connection.execute(query)]

    async def titled(self, owner_id: int | None, title: str) -> Macro | None:
        """The one of this name among the shared ones, or among one person's."""
        owner = macros.c.owner_id.is_(None) if owner_id is None else macros.c.owner_id == owner_id
        row = (await self.connection.execute(select(macros).where(owner, macros.c.title == title))).first()
        return _macro(row) if row else None

    async def add(self, owner_id: int | None, values: dict[str, Any]) -> Macro:
        now = self.tx.now
        new = {"used": 0, **values, "owner_id": owner_id, "version": 1, "created_at": now, "updated_at": now}
        row = (await self.connection.execute(macros.insert().values(new).returning(*macros.c))).one()
        return _macro(row)

    async def change(self, macro_id: int, version: int, values: dict[str, Any]) -> Macro:
        """Change a macro read at `version`; raises VersionConflict or NotFound."""
        mine = update(macros).where(macros.c.id == macro_id, macros.c.version == version)
        changed = mine.values(**values, version=version + 1, updated_at=self.tx.now).returning(*macros.c)
        row = (await self.connection.execute(changed)).first()
        if row is None:
            raise VersionConflict("macro", macro_id, (await self.get(macro_id)).version)
        return _macro(row)

    async def count_use(self, macro_id: int) -> None:
        await self.connection.execute(update(macros).where(macros.c.id == macro_id).values(used=macros.c.used + 1))

    async def remove(self, macro_id: int) -> None:
        await self.connection.execute(delete(macros).where(macros.c.id == macro_id))


def _macro(row: Any) -> Macro:
    return Macro(
        id=row.id,
        owner_id=row.owner_id,
        title=row.title,
        category=Category(row.category) if row.category else None,
        intents=tuple(row.intents),
        bodies={Language(language): body for language, body in row.bodies.items()},
        status=TicketStatus(row.status) if row.status else None,
        priority=Priority(row.priority) if row.priority else None,
        queue_id=row.queue_id,
        used=row.used,
        version=row.version,
        updated_at=row.updated_at,
    )
