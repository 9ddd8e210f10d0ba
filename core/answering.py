"""A person's answer to a customer, with all that is done to the ticket in the same step."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from config.rules import BusinessRules
from core import replies, status
from core.changing import TicketPatch, patched
from core.domain.access import Actor, Permission
from core.domain.entities import Message, Ticket
from core.domain.enums import ActorKind, Channel, MessageKind, TicketStatus
from core.domain.errors import Conflict, InvalidInput
from core.domain.events import EventType, NewEvent
from core.macros import check_filled, visible
from core.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Answer:
    """`then` is the ticket's status afterwards, `patch` what else is changed, `macro_id` where the text came from."""

    text: str
    then: TicketStatus | None
    seen_message_id: int | None
    patch: TicketPatch
    macro_id: int | None
    channel: Channel | None

    def check(self, actor: Actor) -> None:
        """Raise what is wrong whatever the ticket."""
        if not self.patch.is_empty:
            actor.require(Permission.TICKET_CHANGE)
        if self.patch.status is not None:
            raise InvalidInput("patch", "has a status of its own", "Say with `then` what the ticket is afterwards")
        if self.macro_id is not None:
            check_filled(self.text)


async def answer(tx: Transaction, actor: Actor, ticket: Ticket, wanted: Answer, house: replies.House) -> Message:
    """Queue the answer of a held ticket and write what follows from it."""
    if not ticket.takes_messages:
        raise Conflict(f"Ticket {ticket.id} is closed. Open a follow-up to write again.")
    await _check_seen(tx, ticket.id, wanted.seen_message_id)
    mark = tx.mark()
    columns = await patched(tx, actor, ticket, wanted.patch, house.rules)
    asked = await tx.messages.newest_of_ticket(ticket.id, MessageKind.CUSTOMER)
    way = wanted.channel or replies.way_back(ticket, asked)
    delay = _undo_window(way, actor, house.rules)
    draft = replies.Draft(replies.check_text(wanted.text), delay=delay, channel=way)
    message, answered = await replies.queue_reply(tx, actor, ticket, draft, house)
    columns |= answered
    # A last word on a resolved ticket does not open it again.
    stays = ticket.status is TicketStatus.RESOLVED and wanted.then is TicketStatus.PENDING_CUSTOMER
    columns |= await _after(tx, actor, ticket, None if stays else wanted.then, house.rules)
    await tx.tickets.change(ticket.id, ticket.version, **columns)
    if wanted.macro_id is not None:
        macro = await visible(tx, actor, wanted.macro_id)
        await tx.macros.count_use(macro.id)
        tx.annotate_since(mark, macro_id=macro.id, macro=macro.title)
    return message


async def _after(
    tx: Transaction, actor: Actor, ticket: Ticket, then: TicketStatus | None, rules: BusinessRules
) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    if then is not None and then is not ticket.status:
        columns |= await status.move(tx, actor, ticket, then, rules)
    if ticket.assignee_id is None and actor.user_id is not None:
        columns["assignee_id"] = actor.user_id
        data = {"assignee_id": actor.user_id, "assignee": actor.name, "was": None, "reasons": ["answered first"]}
        tx.record(NewEvent(EventType.TICKET_ASSIGNED, actor, ticket.id, customer_id=ticket.customer_id, data=data))
    return columns


def _undo_window(channel: Channel, actor: Actor, rules: BusinessRules) -> timedelta:
    """A person's reply waits a moment in which it can be taken back; chat and programs do not wait."""
    if channel is Channel.CHAT or actor.kind is not ActorKind.USER:
        return timedelta(0)
    return timedelta(seconds=rules.lifecycle.undo_send_seconds)


async def _check_seen(tx: Transaction, ticket_id: int, seen_message_id: int | None) -> None:
    if seen_message_id is None:
        return
    newer = await tx.messages.of_ticket(ticket_id, after_id=seen_message_id)
    arrived = [message for message in newer if message.is_from_customer]
    if arrived:
        raise Conflict(f"{arrived[-1].author_name or 'The customer'} has written again. Read it, then send.")
