"""Moves a ticket from one status to the next, with what each move means for its clocks."""

from typing import Any

from config.rules import BusinessRules
from core import clocks
from core.domain.access import Actor
from core.domain.entities import Ticket
from core.domain.enums import ClockKind, TicketStatus
from core.domain.events import EventType, NewEvent
from core.domain.statuses import check_follows
from core.storage.transaction import Transaction

UNDELIVERED = "delivery failed"
"""The reason of a ticket that goes on because an answer did not arrive."""

_TOLD_AS = {
    TicketStatus.RESOLVED: EventType.TICKET_RESOLVED,
    TicketStatus.CLOSED: EventType.TICKET_CLOSED,
    TicketStatus.ESCALATED: EventType.TICKET_ESCALATED,
}


async def move(
    tx: Transaction, actor: Actor, ticket: Ticket, to: TicketStatus, rules: BusinessRules, **data: Any
) -> dict[str, Any]:
    """Check and tell the move, let the clocks follow, and return the ticket columns for the caller to write."""
    if to is ticket.status:
        return {}
    check_follows(ticket.id, ticket.status, to)
    columns: dict[str, Any] = {"status": to.value}
    kind = _TOLD_AS.get(to, EventType.TICKET_STATUS_CHANGED)
    if to is TicketStatus.RESOLVED:
        columns |= await clocks.meet(tx, actor, ticket.id, ClockKind)
        columns |= {"resolved_at": tx.now, "waiting_since": None}
    elif to is TicketStatus.CLOSED:
        columns |= {"closed_at": tx.now}
    elif ticket.status is TicketStatus.RESOLVED:
        kind = EventType.TICKET_REOPENED
        columns |= await clocks.reopen(tx, actor, ticket.id, rules)
        columns |= {"resolved_at": None}
    elif to in rules.sla.pause_statuses:
        columns |= await clocks.pause(tx, actor, ticket.id)
    elif ticket.status in rules.sla.pause_statuses:
        columns |= await clocks.resume(tx, actor, ticket.id, rules)
    if to is TicketStatus.ESCALATED:
        columns |= {"escalated_at": tx.now}
    told = {"from": ticket.status.value, "to": to.value, **data}
    tx.record(NewEvent(kind, actor, ticket.id, customer_id=ticket.customer_id, data=told))
    return columns


def working_status(ticket: Ticket) -> TicketStatus:
    """Where an open ticket goes on when the customer spoke again."""
    return TicketStatus.IN_PROGRESS if ticket.assignee_id else TicketStatus.NEW
