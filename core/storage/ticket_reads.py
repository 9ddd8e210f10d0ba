"""How much of each conversation each person has seen."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from core.storage.store import Store
from core.storage.tables import ticket_reads


class TicketReads(Store):
    async def of_user(self, user_id: int, ticket_ids: Sequence[int]) -> dict[int, int]:
        """How many of the customer's messages a user has seen, of the tickets that they have opened."""
        query = select(ticket_reads.c.ticket_id, ticket_reads.c.customer_messages).where(
            ticket_reads.c.user_id == user_id, ticket_reads.c.ticket_id.in_(ticket_ids)
        )
        return {row.ticket_id: row.customer_messages for row in await self.connection.execute(query)}

    async def raise_to(self, user_id: int, ticket_id: int, customer_messages: int) -> None:
        """Never lower: what was seen once, on another screen, stays seen."""
        seen = {"customer_messages": customer_messages, "read_at": self.tx.now}
        insert: Any = (sqlite if self.tx.is_sqlite else postgresql).insert(ticket_reads)
        insert = insert.values(user_id=user_id, ticket_id=ticket_id, **seen)
        raised = insert.on_conflict_do_update(
            index_elements=["user_id", "ticket_id"],
            set_=seen,
            where=ticket_reads.c.customer_messages < insert.excluded.customer_messages,
        )
        await self.connection.execute(raised)
