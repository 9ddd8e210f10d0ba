"""Does the steps of the story through the verbs that people and programs use. A step that was done is left alone."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from core.bootstrap import Engine
from core.demo.entities import DemoContent, DemoConversation, DemoCustomer
from core.demo.story import Give, Move, Pace, Rate, Receive, Step, Write
from core.desk import TicketPatch
from core.domain.access import Actor
from core.domain.entities import User
from core.domain.enums import Channel, TicketStatus
from core.domain.events import EventType
from core.domain.messages import InboundCustomer, InboundMessage
from core.links import Signed

_BEHIND = timedelta(milliseconds=1)
"""So long after something is due, the desk looks at it."""


class Alarm(StrEnum):
    CLOSING = "closing"
    OTHER = "other"


class Wake(NamedTuple):
    """A moment at which the desk has something to do by itself."""

    at: datetime
    alarm: Alarm


class Performer:
    """`people` are the users by their keys; `tickets` grows with each conversation that opens."""

    def __init__(self, engine: Engine, content: DemoContent, people: Mapping[str, User]) -> None:
        self._engine, self._people = engine, people
        self._customers = {customer.key: customer for customer in content.customers}
        self.tickets: dict[str, int] = {}

    async def remember(self, conversations: tuple[DemoConversation, ...]) -> None:
        """Find the tickets of conversations that an earlier planting has opened."""
        keys = {(each.channel.value, "", external_id(each, 0)): each.key for each in conversations}
        async with self._engine.database.read() as tx:
            known = await tx.receipts.by_external_ids(keys)
        self.tickets |= {keys[key]: receipt.ticket_id for key, receipt in known.items()}

    async def perform(self, step: Step, *, is_repeat: bool) -> list[Wake]:
        """Do a step, unless it was done; `is_repeat` says that it may have been.

        Returns when the desk has something to do because of it.
        """
        conversation, now = step.conversation, self._engine.clock.now()
        match step.deed:
            case Receive(position):
                await self._receive(conversation, position)
            case Write(position, then):
                if not is_repeat or not await self._is_written(conversation, position):
                    await self._write(conversation, position, then)
                resolved = self.after_resolution(now) if then is TicketStatus.RESOLVED else []
                return [self.mail_leaves(now), *resolved]
            case Give(to, by):
                await self._give(conversation, to, by)
            case Move(to, by):
                await self._move(conversation, to, by)
                return self.after_resolution(now) if to is TicketStatus.RESOLVED else []
            case Rate(score):
                await self._rate(conversation, score)
        return []

    def mail_leaves(self, written: datetime) -> Wake:
        undo = timedelta(seconds=self._engine.rules.current.lifecycle.undo_send_seconds)
        return Wake(written + undo + _BEHIND, Alarm.OTHER)

    def after_resolution(self, resolved: datetime) -> list[Wake]:
        pace = Pace.of(self._engine.rules.current)
        return [
            Wake(resolved + pace.asks_after + _BEHIND, Alarm.OTHER),
            Wake(resolved + pace.closes_after + _BEHIND, Alarm.CLOSING),
        ]

    async def _receive(self, conversation: DemoConversation, position: int) -> None:
        customer = self._customers[conversation.customer]
        message = inbound(conversation, position, customer, self._engine.clock.now(), self.tickets)
        receipt = await self._engine.intake.accept(message)
        self.tickets.setdefault(conversation.key, receipt.ticket_id)

    async def _is_written(self, conversation: DemoConversation, position: int) -> bool:
        message = conversation.messages[position]
        author = self._people[message.author or ""].actor.key
        async with self._engine.database.read() as tx:
            said = await tx.messages.of_ticket(self.tickets[conversation.key])
        return any(one.author == author and one.text == message.text.strip() for one in said)

    async def _write(self, conversation: DemoConversation, position: int, then: TicketStatus | None) -> None:
        message, ticket_id = conversation.messages[position], self.tickets[conversation.key]
        actor = self._people[message.author or ""].actor
        await self._read(actor, ticket_id)
        if then is None:
            await self._engine.desk.note(actor, ticket_id, message.text)
        else:
            await self._engine.desk.reply(actor, ticket_id, message.text, then=then)

    async def _give(self, conversation: DemoConversation, to: str, by: str) -> None:
        ticket_id, owner = self.tickets[conversation.key], self._people[to]
        async with self._engine.database.read() as tx:
            ticket = await tx.tickets.get(ticket_id)
        if to == by:
            await self._read(owner.actor, ticket_id)
        if ticket.assignee_id is None and to == by:
            await self._engine.desk.take(owner.actor, ticket_id)
        elif ticket.assignee_id != owner.id:
            await self._engine.desk.assign(self._people[by].actor, ticket_id, owner.id)

    async def _read(self, actor: Actor, ticket_id: int) -> None:
        """Whoever takes a ticket or writes on it has read it; what comes later is unread."""
        async with self._engine.database.read() as tx:
            ticket = await tx.tickets.get(ticket_id)
        await self._engine.desk.mark_read(actor, ticket_id, ticket.customer_messages)

    async def _move(self, conversation: DemoConversation, to: TicketStatus, by: str) -> None:
        ticket_id = self.tickets[conversation.key]
        async with self._engine.database.read() as tx:
            ticket = await tx.tickets.get(ticket_id)
        if ticket.status is not to:
            await self._engine.desk.change(self._people[by].actor, ticket_id, TicketPatch(status=to))

    async def _rate(self, conversation: DemoConversation, score: int) -> None:
        ticket_id = self.tickets[conversation.key]
        async with self._engine.database.read() as tx:
            told = {event.type for event in await tx.journal.of_ticket(ticket_id)}
        if EventType.SURVEY_SENT in told and EventType.SURVEY_ANSWERED not in told:
            await self._engine.satisfaction.answer(self._engine.links.token(Signed.SURVEY, ticket_id), score)


def external_id(conversation: DemoConversation, position: int) -> str:
    return f"demo:{conversation.key}:{position}"


def subject_of(conversation: DemoConversation, position: int) -> str:
    """Of an e-mail thread each message has one, of other conversations the first."""
    if position == 0:
        return conversation.subject
    return f"Re: {conversation.subject}" if conversation.channel_of(position) is Channel.EMAIL else ""


def readable(conversation: DemoConversation, position: int) -> str:
    """A customer's message as the analyzer gets it: subject first."""
    text, subject = conversation.messages[position].text, subject_of(conversation, position).strip()
    return f"{subject}\n{text}" if subject and not text.startswith(subject) else text


def inbound(
    conversation: DemoConversation,
    position: int,
    customer: DemoCustomer,
    sent_at: datetime,
    tickets: Mapping[str, int],
) -> InboundMessage:
    """The message as its channel would hand it over; the first of a conversation opens a ticket."""
    channel = conversation.channel_of(position)
    sender = contact_on(channel, customer)
    external, text = external_id(conversation, position), conversation.messages[position].text
    subject = subject_of(conversation, position)
    raw: dict[str, object] = {
        "channel": channel.value,
        "external_id": external,
        "subject": subject,
        "text": text,
    }
    raw |= {"customer": {field: value for field, value in asdict(sender).items() if value}}
    raw |= {"sent_at": sent_at.isoformat()}
    header = f"<{external.replace(':', '.')}@{customer.emails[0].partition('@')[2]}>" if customer.emails else None
    return InboundMessage(
        channel=channel,
        external_id=external,
        customer=sender,
        text=text,
        subject=subject,
        ticket_id=tickets.get(conversation.key) if position else None,
        message_id_header=header if channel is Channel.EMAIL else None,
        sent_at=sent_at,
        raw=json.dumps(raw, ensure_ascii=False).encode(),
    )


def contact_on(channel: Channel, customer: DemoCustomer) -> InboundCustomer:
    """Who a customer is on `channel`: their name, and the contact point that they write from there."""
    email, phone, handle = (next(iter(values), None) for values in (customer.emails, customer.phones, customer.handles))
    if channel in (Channel.SMS, Channel.PHONE) and phone:
        return InboundCustomer(phone=phone, name=customer.name)
    if channel is Channel.SOCIAL_MEDIA and handle:
        return InboundCustomer(handle=handle, name=customer.name)
    return InboundCustomer(email=email, name=customer.name)
