"""How each engine finds the newest messages that hold every term of a query."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, column, func, literal_column, select, table, text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain.filters import TicketFilter
from core.storage.tables import search_documents, tickets
from core.storage.ticket_pages import conditions_of, joined_tiers

_fts = table("search_index", column("rowid"))
_documents = search_documents.c
WINDOWS = (1_000, 10_000, None)
"""How many of the newest ids PostgreSQL looks at first; None is all of them."""


async def fts5_matches(
    connection: AsyncConnection, terms: list[list[str]], wanted: TicketFilter, before: int | None, limit: int
) -> Sequence[Any]:
    """(message_id, ticket_id) rows, newest first. FTS5 walks its row ids backwards and stops at the limit."""
    key: ColumnElement[int] = _fts.c.rowid
    source = _fts.join(search_documents, _documents.message_id == key)
    match = text("search_index MATCH :terms").bindparams(terms=_fts5(terms))
    query = _select(source, wanted).where(match).order_by(key.desc()).limit(limit)
    if before is not None:
        query = query.where(key < before)
    found: Sequence[Any] = (await connection.execute(query)).all()
    return found


async def tsvector_matches(
    connection: AsyncConnection, terms: list[list[str]], wanted: TicketFilter, before: int | None, limit: int
) -> Sequence[Any]:
    """As above. PostgreSQL can't walk a GIN index by id: it would sort all matches of a common word, or read the
    whole table for a rare one. So it looks at the newest messages first, which hold a common word often enough, and
    only then asks the index, whose matches are few by then.
    """
    match = text("tsv @@ to_tsquery('simple', :terms)").bindparams(terms=_tsquery(terms))
    if before is None:
        newest: int | None = (await connection.execute(select(func.max(_documents.message_id)))).scalar_one_or_none()
        before = (newest or 0) + 1
    found: Sequence[Any] = ()
    for window in WINDOWS:
        query = _select(search_documents, wanted).where(match, _documents.message_id < before)
        if window is None:
            # OFFSET 0 keeps the limit out of the planner's sight, which would else prefer the walk through the table.
            inner = query.offset(0).subquery()
            query = select(inner).order_by(inner.c.message_id.desc()).limit(limit)
        else:
            query = query.where(_documents.message_id >= before - window)
            query = query.order_by(_documents.message_id.desc()).limit(limit)
        found = (await connection.execute(query)).all()
        if len(found) == limit:
            break
    return found


def _select(source: Any, wanted: TicketFilter) -> Select[Any]:
    conditions = conditions_of(wanted)
    if conditions:
        source = joined_tiers(source.join(tickets, tickets.c.id == _documents.ticket_id), wanted)
    # By name, since on SQLite the label would else be taken for the index's own column.
    message_id: ColumnElement[int] = literal_column("search_documents.message_id")
    return select(message_id.label("message_id"), _documents.ticket_id).select_from(source).where(*conditions)


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
