"""Tickets: read one, read a page, change under a version, claim for an agent."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, select, update

from core.domain.entities import Ticket
from core.domain.enums import (
    Category,
    Channel,
    ClockState,
    CustomerTier,
    Priority,
    Sentiment,
    TicketStatus,
)
from core.domain.errors import NotFound, VersionConflict
from core.domain.filters import NEVER
from core.storage.store import Store
from core.storage.tables import customers, queues, tickets, users

_WITH_NAMES = (
    tickets.join(customers, customers.c.id == tickets.c.customer_id)
    .outerjoin(queues, queues.c.id == tickets.c.queue_id)
    .outerjoin(users, users.c.id == tickets.c.assignee_id)
)
_COLUMNS = (
    *tickets.c,
    customers.c.name.label("customer_name"),
    customers.c.tier.label("tier"),
    queues.c.name.label("queue_name"),
    users.c.name.label("assignee_name"),
)


class Tickets(Store):
    async def get(self, ticket_id: int) -> Ticket:
        found = await self.get_many([ticket_id])
        if not found:
            raise NotFound("ticket", ticket_id)
        return found[ticket_id]

    async def get_many(self, ids: Sequence[int]) -> dict[int, Ticket]:
        """The tickets that exist among `ids`."""
        if not ids:
            return {}
        rows = await self.connection.execute(select_tickets().where(tickets.c.id.in_(ids)))
        return {row.id: ticket_of(row) for row in rows}

    async def lock_many(self, ids: Sequence[int], *, skip_held: bool = False) -> dict[int, Ticket]:
        """As get_many, and nobody else may change them until this transaction ends (SQLite has one writer anyway).

        With `skip_held`, those that somebody else is changing now are left out instead of waited for.
        """
        query = select_tickets().where(tickets.c.id.in_(ids)).order_by(tickets.c.id)
        if not self.tx.is_sqlite:
            query = query.with_for_update(of=tickets, skip_locked=skip_held)
        return {row.id: ticket_of(row) for row in await self.connection.execute(query)}

    async def add(self, rows: Sequence[dict[str, Any]]) -> None:
        await self.tx.insert(tickets, [{**_NEW, **row} for row in rows])

    async def change(self, ticket_id: int, version: int, **values: Any) -> Ticket:
        """Change a ticket read at `version`; raises VersionConflict when it moved on meanwhile, or NotFound."""
        mine = update(tickets).where(tickets.c.id == ticket_id, tickets.c.version == version)
        values = {**_columns(values), "version": version + 1, "updated_at": self.tx.now}
        changed = (await self.connection.execute(mine.values(**values))).rowcount
        current = await self.get(ticket_id)
        if not changed:
            raise VersionConflict("ticket", ticket_id, current.version)
        return current

    async def change_many(self, rows: Sequence[dict[str, Any]], *, added: Collection[str] = ()) -> None:
        """Set the same columns on many tickets that this transaction has locked; each row names its `id`.

        What is `added` goes on top of what the column holds, whoever changed it since it was read.
        """
        if not rows:
            return
        rows = [_columns(row) for row in rows]
        columns = [name for name in rows[0] if name != "id"]
        changed = update(tickets).where(tickets.c.id == bindparam("the_id"))
        values: dict[str, Any] = {name: bindparam(f"new_{name}", type_=tickets.c[name].type) for name in columns}
        values |= {name: tickets.c[name] + values[name] for name in added}
        changed = changed.values(**values, version=tickets.c.version + 1, updated_at=self.tx.now)
        parameters = [{"the_id": row["id"], **{f"new_{name}": row[name] for name in columns}} for row in rows]
        await self.connection.execute(changed, parameters)

    async def open_of_customers(self, customer_ids: Sequence[int], channel: Channel) -> dict[int, Ticket]:
        """Each customer's newest ticket on `channel` that is not closed, to continue its conversation."""
        query = select_tickets().where(
            tickets.c.customer_id.in_(customer_ids),
            tickets.c.channel == channel.value,
            tickets.c.status != TicketStatus.CLOSED.value,
        )
        rows = await self.connection.execute(query.order_by(tickets.c.id))
        return {row.customer_id: ticket_of(row) for row in rows}

    async def open_follow_ups(self, closed_ids: Collection[int]) -> dict[int, Ticket]:
        """The ticket that already continues each of these closed ones, if it takes messages."""
        if not closed_ids:
            return {}
        query = select_tickets().where(
            tickets.c.follows_id.in_(closed_ids), tickets.c.status != TicketStatus.CLOSED.value
        )
        rows = await self.connection.execute(query.order_by(tickets.c.id))
        return {row.follows_id: ticket_of(row) for row in rows}

    async def resolved_before(self, moment: datetime, limit: int) -> list[Ticket]:
        query = select_tickets().where(tickets.c.status == TicketStatus.RESOLVED.value, tickets.c.resolved_at < moment)
        rows = await self.connection.execute(query.order_by(tickets.c.id).limit(limit))
        return [ticket_of(row) for row in rows]

    async def unassigned(self, queue_ids: Sequence[str], limit: int) -> list[Ticket]:
        """Open tickets that wait for somebody in these queues, the most urgent deadline first."""
        query = select_tickets().where(
            tickets.c.queue_id.in_(queue_ids), tickets.c.is_open.is_(True), tickets.c.assignee_id.is_(None)
        )
        rows = await self.connection.execute(query.order_by(tickets.c.due_at, tickets.c.id).limit(limit))
        return [ticket_of(row) for row in rows]

    async def counts_of_customer(self, customer_id: int) -> tuple[int, int]:
        """How many tickets of a customer are open, and how many are not."""
        query = select(tickets.c.is_open, func.count()).where(tickets.c.customer_id == customer_id)
        counts = {bool(row[0]): row[1] for row in await self.connection.execute(query.group_by(tickets.c.is_open))}
        return counts.get(True, 0), counts.get(False, 0)

    async def holders(self, ids: Sequence[int]) -> dict[int, int]:
        """Who has each of these tickets, where somebody has it."""
        query = select(tickets.c.id, tickets.c.assignee_id).where(
            tickets.c.id.in_(ids), tickets.c.assignee_id.is_not(None)
        )
        return {row.id: row.assignee_id for row in await self.connection.execute(query)}

    async def loads(self) -> dict[int, int]:
        """How many open tickets each assignee has."""
        query = select(tickets.c.assignee_id, func.count()).where(
            tickets.c.assignee_id.is_not(None), tickets.c.is_open.is_(True)
        )
        rows = await self.connection.execute(query.group_by(tickets.c.assignee_id))
        return {assignee: count for assignee, count in rows if assignee is not None}

    async def claim(self, ticket_id: int, user_id: int, capacity: int | None) -> bool:
        """Give an unassigned open ticket to a user in one conditional update; False when somebody was quicker.

        With a `capacity`, the claim also fails when the user has that many open tickets by now.
        """
        free = update(tickets).where(
            tickets.c.id == ticket_id, tickets.c.assignee_id.is_(None), tickets.c.is_open.is_(True)
        )
        if capacity is not None:
            held = tickets.alias("held")
            load = (
                select(func.count())
                .select_from(held)
                .where(held.c.assignee_id == user_id, held.c.is_open.is_(True))
                .scalar_subquery()
            )
            free = free.where(load < capacity)
        values = {"assignee_id": user_id, "version": tickets.c.version + 1, "updated_at": self.tx.now}
        return (await self.connection.execute(free.values(**values))).rowcount == 1


def select_tickets() -> Select[Any]:
    return select(*_COLUMNS).select_from(_WITH_NAMES)


_NEW: dict[str, Any] = {
    "status": TicketStatus.NEW.value,
    "priority": Priority.MEDIUM.value,
    "priority_order": Priority.MEDIUM.order,
    "urgent": False,
    "wants_human": False,
    "routing_reasons": [],
    "priority_reasons": [],
    "sla_reasons": [],
    "needs_senior": False,
    "skills": [],
    "customer_messages": 0,
    "answered_messages": 0,
    "trend": "",
    "due_at": NEVER,
    "version": 1,
}


def _columns(values: dict[str, Any]) -> dict[str, Any]:
    """As the table holds them."""
    if "priority" in values:
        values = {**values, "priority_order": Priority(values["priority"]).order}
    if "trend" in values:
        values = {**values, "trend": "".join(str(mood) for mood in values["trend"])}
    return values


def ticket_of(row: Any) -> Ticket:
    return Ticket(
        id=row.id,
        status=TicketStatus(row.status),
        priority=Priority(row.priority),
        channel=Channel(row.channel),
        category=Category(row.category) if row.category else None,
        intent=row.intent,
        sentiment=Sentiment(row.sentiment) if row.sentiment else None,
        language=row.language,
        urgent=row.urgent,
        wants_human=row.wants_human,
        subject=row.subject,
        customer_id=row.customer_id,
        customer_name=row.customer_name,
        tier=CustomerTier(row.tier),
        queue_id=row.queue_id,
        queue_name=row.queue_name,
        assignee_id=row.assignee_id,
        assignee_name=row.assignee_name,
        routing_rule=row.routing_rule,
        routing_reasons=tuple(row.routing_reasons),
        priority_reasons=tuple(row.priority_reasons),
        sla_reasons=tuple(row.sla_reasons),
        needs_senior=row.needs_senior,
        skills=tuple(row.skills),
        follows_id=row.follows_id,
        last_line=row.last_line,
        waiting_since=row.waiting_since,
        last_message_at=row.last_message_at,
        due_at=row.due_at if row.due_at and row.due_at.year < NEVER.year else None,
        sla_state=ClockState(row.sla_state) if row.sla_state else None,
        escalated_at=row.escalated_at,
        resolved_at=row.resolved_at,
        closed_at=row.closed_at,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
        customer_messages=row.customer_messages,
        answered_messages=row.answered_messages,
        trend=tuple(int(mood) for mood in row.trend),
    )
