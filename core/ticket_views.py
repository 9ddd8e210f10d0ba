"""One ticket with everything about it, read as one consistent state."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.analysis import Analysis
from core.domain.entities import Attachment, Customer, Message, OutboxItem, SlaClock, Suggestion, Ticket
from core.domain.enums import Channel, ClockKind, MessageKind
from core.domain.events import Event
from core.replies import way_back
from core.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class MessageView:
    message: Message
    analysis: Analysis | None
    attachments: tuple[Attachment, ...]
    delivery: OutboxItem | None


@dataclass(frozen=True, slots=True)
class TicketView:
    """Everything about one ticket, as of journal row `seq` or a little later: what follows `seq` may change it."""

    ticket: Ticket
    customer: Customer
    clocks: dict[ClockKind, SlaClock]
    messages: tuple[MessageView, ...]
    suggestions: tuple[Suggestion, ...]
    events: tuple[Event, ...]
    seq: int

    @property
    def read(self) -> tuple[MessageView, ...]:
        """The customer's messages that the model has read, oldest first."""
        return tuple(shown for shown in self.messages if shown.message.is_from_customer and shown.analysis)

    @property
    def reply_channel(self) -> Channel:
        """The way that an answer goes, unless its writer chooses another."""
        asked = [shown.message for shown in self.messages if shown.message.is_from_customer]
        return way_back(self.ticket, asked[-1] if asked else None)


async def view_of(tx: Transaction, ticket_id: int) -> TicketView:
    """Raises NotFound."""
    # First of all: what is committed while the rest is read may be in it already, and comes again after `seq`.
    seq = await tx.journal.last_seq()
    ticket = await tx.tickets.get(ticket_id)
    messages = await tx.messages.of_ticket(ticket_id)
    asked = [message.id for message in messages if message.kind is MessageKind.CUSTOMER]
    return TicketView(
        ticket=ticket,
        customer=await tx.customers.get(ticket.customer_id),
        clocks=(await tx.sla_clocks.of_tickets([ticket_id])).get(ticket_id, {}),
        messages=await message_views(tx, messages),
        suggestions=tuple(await tx.analyses.suggestions_of(asked[-1])) if asked else (),
        events=tuple(await tx.journal.of_ticket(ticket_id)),
        seq=seq,
    )


async def message_views(tx: Transaction, messages: Sequence[Message]) -> tuple[MessageView, ...]:
    """Messages, in the order given, with what was read from them, attached to them and done to deliver them."""
    ids = [message.id for message in messages]
    analyses = await tx.analyses.of_messages(ids)
    attachments = await tx.attachments.of_messages(ids)
    deliveries = await tx.outbox.of_messages(ids)
    return tuple(
        MessageView(
            message, analyses.get(message.id), tuple(attachments.get(message.id, ())), deliveries.get(message.id)
        )
        for message in messages
    )
