"""What is changed on a ticket by hand: priority, queue, labels, subject and status, each told by one journal row."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from config.rules import BusinessRules
from core import clocks, sla, status
from core.domain.access import Actor
from core.domain.entities import Ticket
from core.domain.enums import Category, Priority, Sentiment, TicketStatus
from core.domain.errors import InvalidInput, VersionConflict
from core.domain.events import EventType, NewEvent
from core.domain.intents import CATEGORY_OF_INTENT
from core.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class TicketPatch:
    """What may be changed on a ticket; None leaves a field as it is. Category, intent and sentiment are corrections."""

    status: TicketStatus | None = None
    priority: Priority | None = None
    queue: str | None = None
    subject: str | None = None
    category: Category | None = None
    intent: str | None = None
    sentiment: Sentiment | None = None

    @property
    def is_empty(self) -> bool:
        return all(getattr(self, name) is None for name in self.__slots__)


async def held(tx: Transaction, ticket_id: int, version: int | None) -> Ticket:
    """The ticket, locked until the transaction ends, at the version that the actor saw."""
    ticket = (await tx.tickets.lock_many([ticket_id])).get(ticket_id) or await tx.tickets.get(ticket_id)
    check_version(ticket, version)
    return ticket


def check_version(ticket: Ticket, version: int | None) -> None:
    if version is not None and ticket.version != version:
        raise VersionConflict("ticket", ticket.id, ticket.version)


async def patched(
    tx: Transaction, actor: Actor, ticket: Ticket, patch: TicketPatch, rules: BusinessRules
) -> dict[str, Any]:
    """Check and tell what `patch` changes of a held ticket; returns the columns for the caller to write."""
    columns: dict[str, Any] = {}
    if patch.priority is not None and patch.priority is not ticket.priority:
        columns |= await _reprioritised(tx, actor, ticket, patch.priority, rules)
    if patch.queue is not None and patch.queue != ticket.queue_id:
        columns |= await _requeued(tx, actor, ticket, patch.queue)
    columns |= _corrected(tx, actor, ticket, patch)
    if patch.subject is not None and patch.subject.strip() != ticket.subject:
        columns |= _renamed(tx, actor, ticket, patch.subject)
    if patch.status is not None:
        columns |= await status.move(tx, actor, ticket, patch.status, rules)
    return columns


async def _reprioritised(
    tx: Transaction, actor: Actor, ticket: Ticket, priority: Priority, rules: BusinessRules
) -> dict[str, Any]:
    hours = next((rule.sla_hours for rule in rules.routing if rule.id == ticket.routing_rule), None)
    owed = sla.targets(ticket.channel, priority, ticket.tier, hours, rules)
    reasons = [f"Set by {actor.name}"]
    data = {"priority": priority.value, "was": ticket.priority.value, "reasons": reasons}
    tx.record(NewEvent(EventType.TICKET_PRIORITISED, actor, ticket.id, customer_id=ticket.customer_id, data=data))
    columns = {"priority": priority.value, "priority_reasons": reasons}
    return columns | await clocks.retarget(tx, actor, ticket.id, owed, rules)


async def _requeued(tx: Transaction, actor: Actor, ticket: Ticket, queue: str) -> dict[str, Any]:
    known = {found.id for found in await tx.queues.all()}
    if queue not in known:
        raise InvalidInput("queue", f"there is no queue {queue}", f"Choose one of {', '.join(sorted(known))}")
    reasons = [f"Moved by {actor.name}"]
    data = {"queue": queue, "was": ticket.queue_id, "rule": ticket.routing_rule, "reasons": reasons}
    tx.record(NewEvent(EventType.TICKET_ROUTED, actor, ticket.id, customer_id=ticket.customer_id, data=data))
    return {"queue_id": queue, "routing_reasons": reasons}


def _corrected(tx: Transaction, actor: Actor, ticket: Ticket, patch: TicketPatch) -> dict[str, Any]:
    """Labels put right by a human. An intent brings its category; a category of another kind drops the intent."""
    if patch.intent is not None and patch.intent not in CATEGORY_OF_INTENT:
        raise InvalidInput("intent", f"{patch.intent} is not an intent", "See the list in the API description")
    category = CATEGORY_OF_INTENT[patch.intent] if patch.intent else patch.category
    if patch.category is not None and category is not patch.category:
        raise InvalidInput("category", f"{patch.intent} belongs to {category}", "Leave the category out")
    intent: str | None = patch.intent
    if category is not None and intent is None and CATEGORY_OF_INTENT.get(ticket.intent or "") is category:
        intent = ticket.intent
    wanted: Mapping[str, tuple[str | None, str | None]] = {
        "category": (category, ticket.category) if category else (None, None),
        "intent": (intent, ticket.intent) if category else (None, None),
        "sentiment": (patch.sentiment, ticket.sentiment) if patch.sentiment else (None, None),
    }
    changed = {name: (new, old) for name, (new, old) in wanted.items() if new != old}
    for name, (new, old) in changed.items():
        data = {"label": name, "is": str(new) if new else None, "was": str(old) if old else None}
        tx.record(NewEvent(EventType.LABEL_CORRECTED, actor, ticket.id, customer_id=ticket.customer_id, data=data))
    return {name: str(new) if new else None for name, (new, _) in changed.items()}


def _renamed(tx: Transaction, actor: Actor, ticket: Ticket, subject: str) -> dict[str, Any]:
    subject = " ".join(subject.replace("\x00", "").split())
    if not 1 <= len(subject) <= 500:
        raise InvalidInput("subject", f"has {len(subject)} characters", "Give from 1 to 500")
    data = {"field": "subject", "is": subject, "was": ticket.subject}
    tx.record(NewEvent(EventType.TICKET_EDITED, actor, ticket.id, customer_id=ticket.customer_id, data=data))
    return {"subject": subject}
