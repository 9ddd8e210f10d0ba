"""Messages that could not be read, kept raw with the reason, for an operator."""

from typing import Any

from sqlalchemy import select, update

from core.domain.entities import QuarantineItem
from core.domain.errors import NotFound
from core.storage.receipts import RawMessage
from core.storage.store import Store
from core.storage.tables import quarantine

OPEN, DISMISSED = "open", "dismissed"


class Quarantine(Store):
    async def add(
        self, *, source: str, reason: str, digest: str, raw: bytes | None, raw_blob: str | None
    ) -> int | None:
        """Keep one raw message; None when the same bytes are kept already."""
        known = select(quarantine.c.id).where(quarantine.c.digest == digest)
        if (await self.connection.execute(known)).first() is not None:
            return None
        values = {
            "source": source[:500],
            "reason": reason,
            "digest": digest,
            "raw": raw,
            "raw_blob": raw_blob,
            "state": OPEN,
            "received_at": self.tx.now,
        }
        added = quarantine.insert().values(values).returning(quarantine.c.id)
        found: int = (await self.connection.execute(added)).scalar_one()
        return found

    async def page(self, before_id: int | None, limit: int, state: str = OPEN) -> list[QuarantineItem]:
        query = select(quarantine).where(quarantine.c.state == state).order_by(quarantine.c.id.desc()).limit(limit)
        if before_id is not None:
            query = query.where(quarantine.c.id < before_id)
        return [_item(row) for row in await self.connection.execute(query)]

    async def raw_of(self, item_id: int) -> RawMessage:
        query = select(quarantine.c.raw, quarantine.c.raw_blob).where(quarantine.c.id == item_id)
        row = (await self.connection.execute(query)).first()
        if row is None:
            raise NotFound("quarantined message", item_id)
        return RawMessage(row.raw, row.raw_blob, "application/octet-stream")

    async def dismiss(self, item_id: int) -> None:
        held = update(quarantine).where(quarantine.c.id == item_id, quarantine.c.state == OPEN)
        if not (await self.connection.execute(held.values(state=DISMISSED))).rowcount:
            raise NotFound("open quarantined message", item_id)


def _item(row: Any) -> QuarantineItem:
    return QuarantineItem(row.id, row.source, row.reason, row.state, row.received_at)
