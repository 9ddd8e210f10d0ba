"""Undoes a bulk change: each ticket gets back what the change took, unless somebody has changed the same since."""

from typing import Any

from core import clocks
from core.bulk import each_alone
from core.domain.access import Actor, Permission
from core.domain.bulk import BulkOutcome, BulkUndo, Undoable
from core.domain.entities import Ticket
from core.domain.enums import TicketStatus
from core.domain.errors import Conflict
from core.domain.events import EventType, NewEvent
from core.storage.transaction import Transaction

_GUARDED = {
    "status": "status",
    "assignee_id": "assignee",
    "priority": "priority",
    "queue_id": "queue",
    "category": "category",
    "intent": "intent",
    "sentiment": "sentiment",
    "subject": "subject",
}
"""What a person sets, and what it is called. What follows from it comes back with it."""

_FOLLOWING = (
    "priority_reasons",
    "routing_reasons",
    "sla_reasons",
    "waiting_since",
    "escalated_at",
    "resolved_at",
    "closed_at",
)


async def undo_many(tx: Transaction, actor: Actor, undo: BulkUndo) -> BulkOutcome:
    """Raises Conflict when somebody else made the change. A status comes back also where no move leads to it."""
    actor.require(Permission.TICKET_CHANGE)
    if actor.key != undo.actor:
        raise Conflict("Only who made a change can undo it.")
    changed = {each.ticket_id: each for each in undo.tickets}

    async def put_back(ticket: Ticket) -> None:
        await _put_back(tx, actor, ticket, changed[ticket.id])

    return await each_alone(tx, actor, changed, put_back, bulk=len(changed), undo=True)


async def _put_back(tx: Transaction, actor: Actor, ticket: Ticket, changed: Undoable) -> None:
    before, after = changed.before.ticket, changed.after.ticket
    touched = [name for name in _GUARDED if getattr(before, name) != getattr(after, name)]
    for name in touched:
        if getattr(ticket, name) != getattr(after, name):
            who = await _who_changed(tx, ticket.id)
            raise Conflict(f"The {_GUARDED[name]} of ticket {ticket.id} was changed again by {who}.")
    _permit(actor, before, after)
    columns = {name: _stored(getattr(before, name)) for name in touched}
    for name in _FOLLOWING:
        was, is_now = getattr(before, name), getattr(after, name)
        # A customer who wrote meanwhile waits, whatever is undone.
        if was != is_now and getattr(ticket, name) == is_now:
            columns[name] = _stored(was)
    columns |= await _clocks_back(tx, actor, ticket, changed)
    for event in _told(actor, ticket, before, touched):
        tx.record(event)
    await tx.tickets.change(ticket.id, ticket.version, **columns)


async def _clocks_back(tx: Transaction, actor: Actor, ticket: Ticket, changed: Undoable) -> dict[str, Any]:
    if changed.before.clocks == changed.after.clocks:
        return {}
    now = (await tx.sla_clocks.of_tickets([ticket.id])).get(ticket.id, {})
    if now != changed.after.clocks:
        raise Conflict(f"The deadlines of ticket {ticket.id} have moved on since.")
    return await clocks.restore(tx, actor, now, changed.before.clocks)


def _permit(actor: Actor, before: Ticket, after: Ticket) -> None:
    """Taking back what one did to one's own tickets is an agent's right; moving others' tickets is not."""
    if before.assignee_id != after.assignee_id:
        own = {before.assignee_id, after.assignee_id} == {None, actor.user_id}
        actor.require(Permission.TICKET_ASSIGN_SELF if own else Permission.TICKET_ASSIGN_OTHERS)


async def _who_changed(tx: Transaction, ticket_id: int) -> str:
    newest = await tx.journal.of_ticket(ticket_id, 1)
    return newest[-1].actor_name if newest else "somebody"


def _stored(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _told(actor: Actor, ticket: Ticket, before: Ticket, touched: list[str]) -> list[NewEvent]:
    """One event for each thing put back. A status that only followed the assignee is told with it, as when it came."""
    events = []
    for name in touched:
        if name == "status" and "assignee_id" in touched and ticket.status is TicketStatus.ASSIGNED:
            continue
        kind, data = _tale(name, ticket, before)
        events.append(NewEvent(kind, actor, ticket.id, customer_id=ticket.customer_id, data=data))
    return events


def _tale(name: str, ticket: Ticket, before: Ticket) -> tuple[EventType, dict[str, Any]]:
    match name:
        case "status":
            return _status_tale(ticket, before)
        case "assignee_id":
            return _assignee_tale(ticket, before)
        case "priority" | "queue_id":
            return _triage_tale(name, ticket, before)
        case "subject":
            return EventType.TICKET_EDITED, {"field": "subject", "is": before.subject, "was": ticket.subject}
    return EventType.LABEL_CORRECTED, {"label": name, "is": getattr(before, name), "was": getattr(ticket, name)}


def _status_tale(ticket: Ticket, before: Ticket) -> tuple[EventType, dict[str, Any]]:
    reopened = ticket.status is TicketStatus.RESOLVED and before.is_open
    kind = EventType.TICKET_REOPENED if reopened else EventType.TICKET_STATUS_CHANGED
    return kind, {"from": ticket.status.value, "to": before.status.value}


def _assignee_tale(ticket: Ticket, before: Ticket) -> tuple[EventType, dict[str, Any]]:
    if before.assignee_id is None:
        return EventType.TICKET_UNASSIGNED, {"was": ticket.assignee_id, "was_name": ticket.assignee_name}
    given = {"assignee_id": before.assignee_id, "assignee": before.assignee_name}
    return EventType.TICKET_ASSIGNED, {**given, "was": ticket.assignee_id, "reasons": []}


def _triage_tale(name: str, ticket: Ticket, before: Ticket) -> tuple[EventType, dict[str, Any]]:
    if name == "priority":
        moved = {"priority": before.priority.value, "was": ticket.priority.value}
        return EventType.TICKET_PRIORITISED, {**moved, "reasons": list(before.priority_reasons)}
    routed = {"queue": before.queue_id or "", "was": ticket.queue_id or "", "rule": before.routing_rule}
    return EventType.TICKET_ROUTED, {**routed, "reasons": list(before.routing_reasons)}
