"""Receipts: which external message became which ticket and message, so that a repeat gets the first answer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, tuple_

from core.domain.messages import Receipt
from core.storage.store import Store
from core.storage.tables import receipts

ExternalKey = tuple[str, str, str]
"""(channel, mailbox, external id)"""


@dataclass(frozen=True, slots=True)
class StoredReceipt:
    ticket_id: int
    message_id: int
    payload_digest: str

    @property
    def repeated(self) -> Receipt:
        return Receipt(self.ticket_id, self.message_id, duplicate=True)


@dataclass(frozen=True, slots=True)
class RawMessage:
    content: bytes | None
    blob: str | None
    content_type: str


class Receipts(Store):
    async def by_external_ids(self, keys: Collection[ExternalKey]) -> dict[ExternalKey, StoredReceipt]:
        if not keys:
            return {}
        columns = (receipts.c.channel, receipts.c.mailbox, receipts.c.external_id)
        rows = await self.connection.execute(_select().where(tuple_(*columns).in_(list(keys))))
        return {(row.channel, row.mailbox, row.external_id): _receipt(row) for row in rows}

    async def by_idempotency_keys(self, keys: Collection[str]) -> dict[str, StoredReceipt]:
        if not keys:
            return {}
        rows = await self.connection.execute(_select().where(receipts.c.idempotency_key.in_(list(keys))))
        return {row.idempotency_key: _receipt(row) for row in rows}

    async def add(self, rows: Sequence[dict[str, Any]]) -> None:
        await self.tx.insert(receipts, rows)

    async def raw_of(self, message_id: int) -> RawMessage | None:
        """The message as it came, or None when it did not come from outside."""
        query = select(receipts.c.raw, receipts.c.raw_blob, receipts.c.raw_type)
        row = (await self.connection.execute(query.where(receipts.c.message_id == message_id))).first()
        return RawMessage(row.raw, row.raw_blob, row.raw_type) if row else None


def _select() -> Any:
    return select(
        receipts.c.channel,
        receipts.c.mailbox,
        receipts.c.external_id,
        receipts.c.idempotency_key,
        receipts.c.ticket_id,
        receipts.c.message_id,
        receipts.c.payload_digest,
    )


def _receipt(row: Any) -> StoredReceipt:
    return StoredReceipt(row.ticket_id, row.message_id, row.payload_digest)
