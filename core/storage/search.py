"""Full-text search over every message: FTS5 on SQLite, tsvector on PostgreSQL, newest first."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, column, literal_column, select, table, text

from core.domain.entities import Ticket
from core.domain.filters import TicketFilter
from core.search import query_terms, searchable
from core.storage.store import Store
from core.storage.tables import search_documents, tickets
from core.storage.ticket_pages import conditions_of, joined_tiers

_fts = table("search_index", column("rowid"))
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
        rows = (await self.connection.execute(self._matches(terms, wanted, before_message, limit * _SCAN))).all()
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

    def _matches(self, terms: list[list[str]], wanted: TicketFilter, before: int | None, limit: int) -> Select[Any]:
        source: Any
        if self.tx.is_sqlite:
            source = _fts.join(search_documents, search_documents.c.message_id == _fts.c.rowid)
            key: ColumnElement[int] = _fts.c.rowid
            match = text("search_index MATCH :terms").bindparams(terms=_fts5(terms))
        else:
            source, key = search_documents, search_documents.c.message_id
            match = text("tsv @@ to_tsquery('simple', :terms)").bindparams(terms=_tsquery(terms))
        conditions = conditions_of(wanted)
        if conditions:
            source = source.join(tickets, tickets.c.id == search_documents.c.ticket_id)
            source = joined_tiers(source, wanted)
        query = select(literal_column("search_documents.message_id").label("message_id"), search_documents.c.ticket_id)
        query = query.select_from(source).where(match, *conditions).order_by(key.desc()).limit(limit)
        return query.where(key < before) if before is not None else query


def _fts5(terms: list[list[str]]) -> str:
    """Phrases joined by AND; the last one also matches words that begin with it."""
    phrases = [f'"{" ".join(tokens)}"' for tokens in terms]
    return " AND ".join([*phrases[:-1], phrases[-1] + ("*" if _is_word(terms[-1]) else "")])


def _tsquery(terms: list[list[str]]) -> str:
    phrases = ["(" + " <-> ".join(tokens) + ")" for tokens in terms]
    if _is_word(terms[-1]):
        phrases[-1] = phrases[-1][:-1] + ":*)"
    return " & ".join(phrases)


def _is_word(tokens: list[str]) -> bool:
    return tokens[-1].isascii() and len(tokens[-1]) > 2
