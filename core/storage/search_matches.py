"""How each engine finds the newest messages that hold every term of a query."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, column, func, literal_column, select, table, text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain.filters import TicketFilter
from core.storage.tables import search_documents, tickets
from core.storage.ticket_pages import conditions_of, joined_tiers

_fts = table("search_index", column("rowid"))
_documents = search_documents.c
WINDOWS = (1_000, 10_000, None)
"""How many of the newest ids PostgreSQL looks at first; None is all of them."""


@dataclass(frozen=True, slots=True)
class Sought:
    """Terms that a message must hold, and what its ticket must be at this moment."""

    terms: list[list[str]]
    wanted: TicketFilter
    now: datetime


async def fts5_matches(connection: AsyncConnection, sought: Sought, before: int | None, limit: int) -> Sequence[Any]:
    """(message_id, ticket_id) rows, newest first. FTS5 walks its row ids backwards and stops at the limit."""
    key: ColumnElement[int] = _fts.c.rowid
    source = _fts.join(search_documents, _documents.message_id == key)
    match = text("search_index MATCH :terms").bindparams(terms=_fts5(sought.terms))
    query = _select(source, sought).where(match).order_by(key.desc()).limit(limit)
    if before is not None:
        query = query.where(key < before)
    found: Sequence[Any] = (await connection.execute(query)).all()
    return found


async def tsvector_matches(
    connection: AsyncConnection, sought: Sought, before: int | None, limit: int
) -> Sequence[Any]:
    """As above. PostgreSQL can't walk a GIN index by id: it would sort all matches of a common word, or read the
    whole table for a rare one. So it looks at the newest messages first, which hold a common word often enough, and
    only then asks the index, whose matches are few by then.
    """
    match = text("tsv @@ to_tsquery('simple', :terms)").bindparams(terms=_tsquery(sought.terms))
    if before is None:
        newest: int | None = (await connection.execute(select(func.max(_documents.message_id)))).scalar_one_or_none()
        before = (newest or 0) + 1
    found: Sequence[Any] = ()
    for window in WINDOWS:
        query = _select(search_documents, sought).where(match, _documents.message_id < before)
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


async def fts5_newer(connection: AsyncConnection, sought: Sought, ticket_ids: Collection[int], start: int) -> set[int]:
    """Which of these tickets have a matching message with the id `start` or above.

    CROSS JOIN makes SQLite look up the few messages of these tickets instead of walking all matches.
    """
    query = text(
        "SELECT DISTINCT search_documents.ticket_id FROM search_documents CROSS JOIN search_index"
        " ON search_index.rowid = search_documents.message_id WHERE search_documents.ticket_id IN :tickets"
        " AND search_documents.message_id >= :start AND search_index MATCH :terms"
    ).bindparams(bindparam("tickets", expanding=True))
    parameters = {"tickets": list(ticket_ids), "start": start, "terms": _fts5(sought.terms)}
    return set((await connection.execute(query, parameters)).scalars())


async def tsvector_newer(
    connection: AsyncConnection, sought: Sought, ticket_ids: Collection[int], start: int
) -> set[int]:
    match = text("tsv @@ to_tsquery('simple', :terms)").bindparams(terms=_tsquery(sought.terms))
    newer = select(_documents.ticket_id).where(_documents.ticket_id.in_(ticket_ids), _documents.message_id >= start)
    return set((await connection.execute(newer.where(match).distinct())).scalars())


def _select(source: Any, sought: Sought) -> Select[Any]:
    conditions = conditions_of(sought.wanted, sought.now)
    if conditions:
        source = joined_tiers(source.join(tickets, tickets.c.id == _documents.ticket_id), sought.wanted)
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
