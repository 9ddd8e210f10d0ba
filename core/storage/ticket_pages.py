"""Pages of the ticket list: filters and keyset cursors that stay as quick at a million tickets as at a hundred."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, select, tuple_

from core.domain.entities import Ticket
from core.domain.filters import NEVER, TicketCursor, TicketFilter, TicketSort, place_of
from core.storage.store import Store
from core.storage.tables import customers, tickets
from core.storage.tickets import select_tickets, ticket_of


class TicketPages(Store):
    async def page(
        self, wanted: TicketFilter, sort: TicketSort, cursor: TicketCursor | None, limit: int
    ) -> tuple[list[Ticket], TicketCursor | None]:
        """Up to `limit` tickets after `cursor`, and the cursor of the next page, if there is one."""
        found = [ticket for part in _walks(wanted, sort) for ticket in await self._walk(part, sort, cursor, limit + 1)]
        found.sort(key=lambda ticket: place_of(ticket, sort))
        return found[:limit], _cursor(found[limit - 1], sort) if len(found) > limit else None

    async def _walk(
        self, wanted: TicketFilter, sort: TicketSort, cursor: TicketCursor | None, limit: int
    ) -> list[Ticket]:
        """The first `limit` tickets after `cursor`, in no order."""
        query = select(tickets.c.id).select_from(joined_tiers(tickets, wanted))
        query = query.where(*conditions_of(wanted, self.tx.now))
        if sort is TicketSort.WAITING:
            return await self._walk_waiting(query, cursor, limit)
        return await self._found(_ordered(query, sort, cursor).limit(limit))

    async def _walk_waiting(self, query: Select[Any], cursor: TicketCursor | None, limit: int) -> list[Ticket]:
        """Two walks along one index, as the databases disagree on where nulls stand."""
        waits = tickets.c.waiting_since
        found: list[Ticket] = []
        if cursor is None or cursor.key:
            since = datetime.fromisoformat(cursor.key) if cursor else None
            found = await self._found(_keyset(query.where(waits.is_not(None)), waits, since, cursor).limit(limit))
            cursor = None
        if len(found) == limit:
            return found
        others = query.where(waits.is_(None)).order_by(tickets.c.id)
        if cursor is not None:
            others = others.where(tickets.c.id > cursor.id)
        return found + await self._found(others.limit(limit - len(found)))

    async def _found(self, ids: Select[Any]) -> list[Ticket]:
        """Names are joined to a page's rows only: a planner that misjudges the walk would else join them all first."""
        rows = await self.connection.execute(select_tickets().where(tickets.c.id.in_(ids)))
        return [ticket_of(row) for row in rows]

    async def count(self, wanted: TicketFilter, most: int) -> int:
        """How many tickets match, counted up to `most`."""
        source = joined_tiers(tickets, wanted)
        query = select(tickets.c.id).select_from(source).where(*conditions_of(wanted, self.tx.now)).limit(most)
        return len((await self.connection.execute(query)).all())


def conditions_of(wanted: TicketFilter, now: datetime) -> list[ColumnElement[bool]]:
    lists: list[tuple[Any, tuple[StrEnum | str, ...]]] = [
        (tickets.c.status, wanted.statuses),
        (tickets.c.priority, wanted.priorities),
        (tickets.c.channel, wanted.channels),
        (tickets.c.category, wanted.categories),
        (tickets.c.intent, wanted.intents),
        (tickets.c.sentiment, wanted.sentiments),
        (tickets.c.language, wanted.languages),
        (tickets.c.queue_id, wanted.queues),
        (tickets.c.sla_state, wanted.sla_states),
        (customers.c.tier, wanted.tiers),
    ]
    found: list[ColumnElement[bool]] = [
        column.in_([str(value) for value in values]) for column, values in lists if values
    ]
    if wanted.open is not None:
        found.append(tickets.c.is_open.is_(wanted.open))
    if wanted.unassigned:
        found.append(tickets.c.assignee_id.is_(None))
    if wanted.assignee_id is not None:
        found.append(tickets.c.assignee_id == wanted.assignee_id)
    if wanted.escalated is not None:
        found.append(tickets.c.escalated_at.is_not(None) if wanted.escalated else tickets.c.escalated_at.is_(None))
    if wanted.customer_id is not None:
        found.append(tickets.c.customer_id == wanted.customer_id)
    if wanted.waiting_longer_than is not None:
        found.append(tickets.c.waiting_since <= now - wanted.waiting_longer_than)
    return found


def joined_tiers(source: Any, wanted: TicketFilter) -> Any:
    return source.join(customers, customers.c.id == tickets.c.customer_id) if wanted.tiers else source


def _walks(wanted: TicketFilter, sort: TicketSort) -> list[TicketFilter]:
    """The indexes of the sorts begin with whether a ticket is open: who asks for both has each walked and merged.
    By id there is one index for all."""
    if wanted.open is not None or sort in (TicketSort.NEWEST, TicketSort.OLDEST):
        return [wanted]
    sides = {status.is_open for status in wanted.statuses} or {True, False}
    return [replace(wanted, open=side) for side in sorted(sides)]


def _ordered(query: Select[Any], sort: TicketSort, cursor: TicketCursor | None) -> Select[Any]:
    if sort is TicketSort.NEWEST:
        query = query.order_by(tickets.c.id.desc())
        return query.where(tickets.c.id < cursor.id) if cursor else query
    if sort is TicketSort.OLDEST:
        query = query.order_by(tickets.c.id)
        return query.where(tickets.c.id > cursor.id) if cursor else query
    if sort is TicketSort.PRIORITY:
        return _keyset(query, tickets.c.priority_order, int(cursor.key) if cursor else None, cursor)
    if sort is TicketSort.UPDATED:
        moment = datetime.fromisoformat(cursor.key) if cursor else None
        return _keyset(query, tickets.c.last_message_at, moment, cursor, descending=True)
    return _keyset(query, tickets.c.due_at, datetime.fromisoformat(cursor.key) if cursor else None, cursor)


def _keyset(
    query: Select[Any], key: Any, value: Any, cursor: TicketCursor | None, *, descending: bool = False
) -> Select[Any]:
    query = query.order_by(key.desc(), tickets.c.id.desc()) if descending else query.order_by(key, tickets.c.id)
    if cursor is None:
        return query
    last = tuple_(value, cursor.id, types=[key.type, tickets.c.id.type])
    row = tuple_(key, tickets.c.id)
    return query.where(row < last if descending else row > last)


def _cursor(last: Ticket, sort: TicketSort) -> TicketCursor:
    match sort:
        case TicketSort.DUE:
            key = (last.due_at or NEVER).isoformat()
        case TicketSort.WAITING:
            key = last.waiting_since.isoformat() if last.waiting_since else ""
        case TicketSort.UPDATED:
            key = last.last_message_at.isoformat()
        case _:
            key = str(last.priority.order)
    return TicketCursor(key, last.id)
