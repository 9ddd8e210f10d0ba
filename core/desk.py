"""The verbs of the desk: what people and programs do to tickets. Each checks its actor, runs in one transaction,
and leaves a journal row. API and screens call these and nothing below."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from config.holder import RulesHolder
from core import assignment, clocks, replies, sla, status
from core.domain.access import Actor, Permission
from core.domain.entities import Message, Ticket
from core.domain.enums import ActorKind, Category, Channel, Priority, Sentiment, TicketStatus
from core.domain.errors import Conflict, InvalidInput, VersionConflict
from core.domain.events import EventType, NewEvent
from core.domain.intents import CATEGORY_OF_INTENT
from core.links import Links
from core.storage.database import Database
from core.storage.transaction import Transaction
from core.taking_back import take_back


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


class Desk:
    """`version`, where it is asked for, is the ticket's version that the actor saw; None means "whatever it is"."""

    def __init__(self, database: Database, rules: RulesHolder, links: Links) -> None:
        self._database, self._rules, self._links = database, rules, links

    async def change(self, actor: Actor, ticket_id: int, patch: TicketPatch, version: int | None = None) -> Ticket:
        """Raises VersionConflict, NotFound, NotAllowed, InvalidInput, or Conflict for a status that can't follow."""
        actor.require(Permission.TICKET_CHANGE)
        if patch.is_empty:
            raise InvalidInput("body", "changes nothing", "Name at least one field to change")
        async with self._database.transaction() as tx:
            ticket = await _held(tx, ticket_id, version)
            columns = await self._patched(tx, actor, ticket, patch)
            return await tx.tickets.change(ticket_id, ticket.version, **columns) if columns else ticket

    async def take(self, actor: Actor, ticket_id: int) -> Ticket:
        """Claim an unowned ticket for oneself; of two who try at once, one gets Conflict."""
        actor.require(Permission.TICKET_ASSIGN_SELF)
        async with self._database.transaction() as tx:
            user = await tx.users.get(_user_id(actor))
            await assignment.take(tx, actor, await _held(tx, ticket_id, None), user)
            return await tx.tickets.get(ticket_id)

    async def assign(self, actor: Actor, ticket_id: int, user_id: int | None, version: int | None = None) -> Ticket:
        """Give a ticket to a user, or to nobody."""
        if user_id is not None and user_id == actor.user_id:
            async with self._database.read() as tx:
                if (await tx.tickets.get(ticket_id)).assignee_id in (None, user_id):
                    return await self.take(actor, ticket_id)
        async with self._database.transaction() as tx:
            ticket = await _held(tx, ticket_id, version)
            user = await tx.users.get(user_id) if user_id is not None else None
            await assignment.reassign(tx, actor, ticket, user)
            return await tx.tickets.get(ticket_id)

    async def reply(
        self,
        actor: Actor,
        ticket_id: int,
        text: str,
        *,
        version: int | None = None,
        then: TicketStatus | None = TicketStatus.PENDING_CUSTOMER,
        seen_message_id: int | None = None,
    ) -> Message:
        """Answer the customer; the reply leaves through the outbox. `then` is the ticket's status afterwards.

        With `seen_message_id`, the newest customer message that the writer saw, a newer one stops the reply with
        Conflict, so that nobody answers blind.
        """
        actor.require(Permission.TICKET_REPLY)
        async with self._database.transaction() as tx:
            ticket = await _held(tx, ticket_id, version)
            if not ticket.takes_messages:
                raise Conflict(f"Ticket {ticket_id} is closed. Open a follow-up to write again.")
            await _check_seen(tx, ticket_id, seen_message_id)
            draft = replies.Draft(replies.check_text(text), delay=self._undo_window(ticket.channel, actor))
            message, columns = await replies.queue_reply(
                tx, actor, ticket, draft, replies.House(self._rules.current, self._links)
            )
            # A last word on a resolved ticket does not open it again.
            stays = ticket.status is TicketStatus.RESOLVED and then is TicketStatus.PENDING_CUSTOMER
            columns |= await self._after_reply(tx, actor, ticket, None if stays else then)
            await tx.tickets.change(ticket_id, ticket.version, **columns)
            return message

    async def note(self, actor: Actor, ticket_id: int, text: str) -> Message:
        actor.require(Permission.TICKET_NOTE)
        async with self._database.transaction() as tx:
            ticket = await _held(tx, ticket_id, None)
            return await replies.add_note(tx, actor, ticket, text)

    async def undo_reply(self, actor: Actor, message_id: int) -> bool:
        """Take a reply back that has not left yet; False when it is too late."""
        actor.require(Permission.TICKET_REPLY)
        async with self._database.transaction() as tx:
            message = await tx.messages.get(message_id)
            if message.author != actor.key:
                raise Conflict("Only its writer can take a reply back.")
            ticket = await _held(tx, message.ticket_id, None)
            cancelled = await tx.outbox.cancel(message_id)
            if cancelled is None:
                return False
            columns = await take_back(tx, actor, ticket, cancelled, self._rules.current)
            await tx.tickets.change(ticket.id, ticket.version, **columns)
            return True

    def _undo_window(self, channel: Channel, actor: Actor) -> timedelta:
        """A person's reply waits a moment in which it can be taken back; chat and programs do not wait."""
        if channel is Channel.CHAT or actor.kind is not ActorKind.USER:
            return timedelta(0)
        return timedelta(seconds=self._rules.current.lifecycle.undo_send_seconds)

    async def _after_reply(
        self, tx: Transaction, actor: Actor, ticket: Ticket, then: TicketStatus | None
    ) -> dict[str, Any]:
        columns: dict[str, Any] = {}
        if then is not None and then is not ticket.status:
            columns |= await status.move(tx, actor, ticket, then, self._rules.current)
        if ticket.assignee_id is None and actor.user_id is not None:
            columns["assignee_id"] = actor.user_id
            data = {"assignee_id": actor.user_id, "assignee": actor.name, "was": None, "reasons": ["answered first"]}
            tx.record(NewEvent(EventType.TICKET_ASSIGNED, actor, ticket.id, customer_id=ticket.customer_id, data=data))
        return columns

    async def _patched(self, tx: Transaction, actor: Actor, ticket: Ticket, patch: TicketPatch) -> dict[str, Any]:
        columns: dict[str, Any] = {}
        if patch.priority is not None and patch.priority is not ticket.priority:
            columns |= await self._reprioritised(tx, actor, ticket, patch.priority)
        if patch.queue is not None and patch.queue != ticket.queue_id:
            columns |= await _requeued(tx, actor, ticket, patch.queue)
        columns |= _corrected(tx, actor, ticket, patch)
        if patch.subject is not None and patch.subject.strip() != ticket.subject:
            columns |= _renamed(tx, actor, ticket, patch.subject)
        if patch.status is not None:
            columns |= await status.move(tx, actor, ticket, patch.status, self._rules.current)
        return columns

    async def _reprioritised(self, tx: Transaction, actor: Actor, ticket: Ticket, priority: Priority) -> dict[str, Any]:
        rules = self._rules.current
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


async def _held(tx: Transaction, ticket_id: int, version: int | None) -> Ticket:
    """The ticket, locked until the transaction ends, at the version that the actor saw."""
    ticket = (await tx.tickets.lock_many([ticket_id])).get(ticket_id) or await tx.tickets.get(ticket_id)
    if version is not None and ticket.version != version:
        raise VersionConflict("ticket", ticket_id, ticket.version)
    return ticket


async def _check_seen(tx: Transaction, ticket_id: int, seen_message_id: int | None) -> None:
    if seen_message_id is None:
        return
    newer: Sequence[Message] = await tx.messages.of_ticket(ticket_id, after_id=seen_message_id)
    arrived = [message for message in newer if message.is_from_customer]
    if arrived:
        raise Conflict(f"{arrived[-1].author_name or 'The customer'} has written again. Read it, then send.")


def _user_id(actor: Actor) -> int:
    if actor.user_id is None:
        raise InvalidInput("assignee_id", "a token is nobody who could take a ticket", "Name a user to assign it to")
    return actor.user_id
