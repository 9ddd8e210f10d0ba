"""Drafts: at most one of each kind for a person on a ticket."""

from typing import Any

from sqlalchemy import delete, select

from core.domain.drafts import Draft, DraftKind
from core.storage.store import Store
from core.storage.tables import drafts


class Drafts(Store):
    async def of(self, user_id: int, ticket_id: int) -> list[Draft]:
        query = select(drafts).where(drafts.c.user_id == user_id, drafts.c.ticket_id == ticket_id)
        return [_draft(row) for row in await self.connection.execute(query.order_by(drafts.c.kind))]

    async def tickets_of(self, user_id: int) -> list[int]:
        """Where this person has a draft, the latest first."""
        query = select(drafts.c.ticket_id).where(drafts.c.user_id == user_id)
        rows = await self.connection.execute(query.order_by(drafts.c.updated_at.desc(), drafts.c.ticket_id))
        return list(dict.fromkeys(rows.scalars()))

    async def put(self, user_id: int, draft: Draft) -> None:
        key = {"user_id": user_id, "ticket_id": draft.ticket_id, "kind": draft.kind.value}
        values = {"text": draft.text, "seen_message_id": draft.seen_message_id, "updated_at": draft.updated_at}
        put = self.tx.upsert(drafts).values(**key, **values)
        await self.connection.execute(put.on_conflict_do_update(index_elements=[*key], set_=values))

    async def remove(self, user_id: int, ticket_id: int, kind: DraftKind) -> None:
        gone = delete(drafts).where(
            drafts.c.user_id == user_id, drafts.c.ticket_id == ticket_id, drafts.c.kind == kind.value
        )
        await self.connection.execute(gone)


def _draft(row: Any) -> Draft:
    return Draft(row.ticket_id, DraftKind(row.kind), row.text, row.seen_message_id, row.updated_at)
