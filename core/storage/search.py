"""Full-text search over every message: FTS5 on SQLite, tsvector on PostgreSQL, newest first."""

from collections.abc import Sequence

from sqlalchemy import select, text

from core.domain.entities import Ticket
from core.domain.filters import TicketFilter
from core.search import query_terms, searchable
from core.storage.search_matches import fts5_matches, tsvector_matches
from core.storage.store import Store
from core.storage.tables import search_documents

_SCAN = 4


class Search(Store):
    async def add(self, documents: Sequence[tuple[int, int, str]]) -> None:
        """Make (message id, ticket id, text) findable; a message known already is left as it is."""
        if not documents:
            return
        ids = [message_id for message_id, _, _ in documents]
        query = select(search_documents.c.message_id).where(search_documents.c.message_id.in_(ids))
        known = set((await self.connection.execute(query)).scalars())
        rows = [
            {"message_id": message_id, "ticket_id": ticket_id, "body": searchable(body)}
            for message_id, ticket_id, body in documents
            if message_id not in known
        ]
        await self.tx.insert(search_documents, rows)
        if rows and self.tx.is_sqlite:
            index = text("INSERT INTO search_index(rowid, body) VALUES (:message_id, :body)")
            await self.connection.execute(index, rows)

    async def tickets(
        self, query: str, wanted: TicketFilter, before_message: int | None, limit: int
    ) -> tuple[list[Ticket], int | None]:
        """Tickets with a message that holds every term, by newest match; and where the next page starts, if any.

        A page may hold fewer than `limit` tickets while more follow, since one ticket can match with many messages.
        """
        terms = query_terms(query)
        if not terms:
            return [], None
        matches = fts5_matches if self.tx.is_sqlite else tsvector_matches
        rows = await matches(self.connection, terms, wanted, before_message, limit * _SCAN)
        ids: list[int] = []
        last = None
        for row in rows:
            if row.ticket_id not in ids:
                if len(ids) == limit:
                    break
                ids.append(row.ticket_id)
            last = row.message_id
        more = len(rows) == limit * _SCAN or (rows and last != rows[-1].message_id)
        found = await self.tx.tickets.get_many(ids)
        return [found[ticket_id] for ticket_id in ids], last if more else None
