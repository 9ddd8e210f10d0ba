"""Pages of the ticket list: filters and keyset cursors that stay as quick at a million tickets as at a hundred."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, select, tuple_

from core.domain.entities import Ticket
from core.domain.filters import TicketCursor, TicketFilter, TicketSort
from core.storage.store import Store
from core.storage.tables import customers, tickets
from core.storage.tickets import NEVER, select_tickets, ticket_of


class TicketPages(Store):
    async def page(
        self, wanted: TicketFilter, sort: TicketSort, cursor: TicketCursor | None, limit: int
    ) -> tuple[list[Ticket], TicketCursor | None]:
        """Up to `limit` tickets after `cursor`, and the cursor of the next page, if there is one."""
        query = _ordered(select_tickets().where(*conditions_of(wanted, self.tx.now)), sort, cursor).limit(limit + 1)
        rows = (await self.connection.execute(query)).all()
        found = [ticket_of(row) for row in rows[:limit]]
        return found, _cursor(found[-1], sort) if len(rows) > limit else None

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


def _ordered(query: Select[Any], sort: TicketSort, cursor: TicketCursor | None) -> Select[Any]:
    if sort is TicketSort.NEWEST:
        query = query.order_by(tickets.c.id.desc())
        return query.where(tickets.c.id < cursor.id) if cursor else query
    if sort is TicketSort.OLDEST:
        query = query.order_by(tickets.c.id)
        return query.where(tickets.c.id > cursor.id) if cursor else query
    if sort is TicketSort.PRIORITY:
        return _keyset(query, tickets.c.priority_order, int(cursor.key) if cursor else None, cursor)
    return _keyset(query, tickets.c.due_at, datetime.fromisoformat(cursor.key) if cursor else None, cursor)


def _keyset(query: Select[Any], key: Any, value: Any, cursor: TicketCursor | None) -> Select[Any]:
    query = query.order_by(key, tickets.c.id)
    if cursor is None:
        return query
    after = tuple_(value, cursor.id, types=[key.type, tickets.c.id.type])
    return query.where(tuple_(key, tickets.c.id) > after)


def _cursor(last: Ticket, sort: TicketSort) -> TicketCursor:
    if sort is TicketSort.DUE:
        return TicketCursor((last.due_at or NEVER).isoformat(), last.id)
    return TicketCursor(str(last.priority.order), last.id)
