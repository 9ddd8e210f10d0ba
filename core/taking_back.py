"""Takes a reply back that has not left: the ticket is again as it was when nobody had answered."""

from datetime import datetime
from typing import Any

from config.rules import BusinessRules
from core import clocks, status
from core.domain.access import Actor
from core.domain.entities import OutboxItem, Ticket
from core.domain.enums import ClockKind, TicketStatus
from core.domain.events import EventType, NewEvent
from core.domain.statuses import FOLLOWING
from core.storage.transaction import Transaction

_SET_BY_REPLIES = (TicketStatus.PENDING_CUSTOMER, TicketStatus.RESOLVED)


def before(ticket: Ticket) -> dict[str, Any]:
    """What a reply will change of its ticket, kept with the reply for as long as it can be taken back."""
    since = ticket.waiting_since
    waiting = since.isoformat() if since else None
    return {"status": ticket.status.value, "waiting_since": waiting, "last_line": ticket.last_line}


async def take_back(
    tx: Transaction, actor: Actor, ticket: Ticket, cancelled: OutboxItem, rules: BusinessRules
) -> dict[str, Any]:
    """Tell it, let the clocks go on, and return the ticket columns for the caller to write."""
    was = cancelled.payload["before"]
    tx.record(NewEvent(EventType.REPLY_TAKEN_BACK, actor, ticket.id, cancelled.message_id, ticket.customer_id))
    answered = await tx.messages.count_answered(ticket.id)
    columns: dict[str, Any] = {"answered_messages": answered}
    if not answered:
        columns |= await clocks.unmeet(tx, actor, ticket.id, ClockKind.FIRST_RESPONSE, cancelled.created_at)
    if ticket.status in _SET_BY_REPLIES and was["status"] != ticket.status.value:
        to = TicketStatus(was["status"])
        to = to if to in FOLLOWING[ticket.status] else status.working_status(ticket)
        columns |= await status.move(tx, actor, ticket, to, rules, reason="reply taken back")
    another_stands = 0 < ticket.customer_messages <= answered
    if ticket.waiting_since is None and was["waiting_since"] and not another_stands:
        columns |= {"waiting_since": datetime.fromisoformat(was["waiting_since"]), "last_line": was["last_line"]}
    return columns
