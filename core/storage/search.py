"""Full-text search over every message: FTS5 on SQLite, tsvector on PostgreSQL, newest first."""

from collections.abc import Sequence

from sqlalchemy import select, text

from core.domain.entities import Ticket
from core.domain.filters import TicketFilter
from core.search import query_terms, searchable
from core.storage.search_matches import Sought, fts5_matches, fts5_newer, tsvector_matches, tsvector_newer
from core.storage.store import Store
from core.storage.tables import search_documents

_SCAN = 4
"""Matches read for each ticket that a page still wants."""
_LEAST_SCAN = 100
_ROUNDS = 5


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

        A ticket stands at its newest match, once, however many of its messages match. A page may hold fewer than
        `limit` tickets while more follow, when a few tickets hold very many matches.
        """
        terms = query_terms(query)
        if not terms:
            return [], None
        sought = Sought(terms, wanted, self.tx.now)
        ids: list[int] = []
        start, cursor = before_message, before_message
        for _ in range(_ROUNDS):
            found, cursor = await self._look(sought, start, cursor, limit - len(ids), ids)
            ids += found
            if cursor is None or len(ids) == limit:
                break
        tickets = await self.tx.tickets.get_many(ids)
        return [tickets[ticket_id] for ticket_id in ids], cursor

    async def _look(
        self, sought: Sought, start: int | None, before: int | None, limit: int, known: Sequence[int]
    ) -> tuple[list[int], int | None]:
        """The next tickets below `before` that are neither `known` nor shown above `start`, and where to go on."""
        matches, newer = (fts5_matches, fts5_newer) if self.tx.is_sqlite else (tsvector_matches, tsvector_newer)
        most = max(limit * _SCAN, _LEAST_SCAN)
        rows = await matches(self.connection, sought, before, most)
        seen = set(known)
        if start is not None and rows:
            seen |= await newer(self.connection, sought, {row.ticket_id for row in rows}, start)
        found: dict[int, None] = {}
        for row in rows:
            if row.ticket_id in seen or row.ticket_id in found:
                continue
            if len(found) == limit:
                return list(found), row.message_id + 1
            found[row.ticket_id] = None
        return list(found), rows[-1].message_id if len(rows) == most else None
