"""Answers leave here: the message on the ticket, the row in the outbox, the clocks that the answer meets."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from config.rules import BusinessRules
from core import clocks
from core.domain.access import Actor
from core.domain.entities import Customer, Message, Ticket
from core.domain.enums import Channel, ClockKind, ContactKind, MessageKind
from core.domain.errors import InvalidInput
from core.domain.events import EventType, NewEvent
from core.domain.mentions import may_mention, mentioned_in
from core.links import Links
from core.phrases import Phrase, phrase
from core.storage.transaction import Transaction
from core.taking_back import before

LONGEST_REPLY = 100_000
SERVICE_NAME = "Support"
"""Who signs what the desk says on its own; the names of the service agents are for colleagues."""
REACHED_BY = {
    Channel.EMAIL: ContactKind.EMAIL,
    Channel.SMS: ContactKind.PHONE,
    Channel.PHONE: ContactKind.PHONE,
    Channel.SOCIAL_MEDIA: ContactKind.HANDLE,
}


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be said. `effect_key` makes an automatic message unique; a person's reply is unique by its id."""

    text: str
    automatic: bool = False
    effect_key: str | None = None
    subject: str | None = None
    counts_as_answer: bool = True
    delay: timedelta = timedelta(0)
    channel: Channel | None = None
    """Which way it goes; None is the way that the customer came last."""


@dataclass(frozen=True, slots=True)
class House:
    """What every reply of this desk shares: its rules, and where its pages are."""

    rules: BusinessRules
    links: Links


@dataclass(frozen=True, slots=True)
class Addressed:
    """A draft with the address that it goes to, and the Message-ID of what it answers."""

    ticket: Ticket
    draft: Draft
    recipient: str
    answers: str | None

    @property
    def channel(self) -> Channel:
        return self.draft.channel or self.ticket.channel


async def queue_reply(
    tx: Transaction, actor: Actor, ticket: Ticket, draft: Draft, house: House
) -> tuple[Message, dict[str, Any]]:
    """Add a reply to a ticket that this transaction holds; returns it and the ticket columns for the caller to write.

    Raises InvalidInput when there is nothing to say, or no address to say it to.
    """
    customer = await tx.customers.get(ticket.customer_id)
    asked = await tx.messages.newest_of_ticket(ticket.id, MessageKind.CUSTOMER)
    draft = replace(draft, channel=draft.channel or way_back(ticket, asked))
    recipient = recipient_of(customer, draft.channel or ticket.channel, asked)
    header = asked.message_id_header if asked else None
    (message_id,) = await queue_replies(tx, actor, [Addressed(ticket, draft, recipient, header)], house)
    columns: dict[str, Any] = {}
    if draft.counts_as_answer:
        line = preview(check_text(draft.text))
        columns = await clocks.meet(tx, actor, ticket.id, [ClockKind.FIRST_RESPONSE])
        columns |= {"waiting_since": None, "last_line": line, "last_message_at": tx.now}
        columns["answered_messages"] = ticket.customer_messages
    return await tx.messages.get(message_id), columns


def way_back(ticket: Ticket, asked: Message | None) -> Channel:
    """Who wrote an e-mail and is in the chat now waits for the answer there. A call is over: what is written after it
    goes the way that the ticket came."""
    if asked is None or asked.channel is Channel.PHONE:
        return ticket.channel
    return asked.channel


async def queue_replies(tx: Transaction, actor: Actor, wanted: Sequence[Addressed], house: House) -> list[int]:
    """Messages, outbox rows and events of many replies in one go; returns the message ids, in order."""
    texts = [check_text(reply.draft.text) for reply in wanted]
    message_ids = await tx.sequences.take("messages", len(wanted))
    outbox_ids = await tx.sequences.take("outbox", len(wanted))
    rows = list(zip(wanted, texts, message_ids, outbox_ids, strict=True))
    await tx.messages.add([_message_row(actor, reply, text, message_id, tx) for reply, text, message_id, _ in rows])
    await tx.outbox.add([_outbox_row(actor, row, tx.now, house) for row in rows])
    for reply, text, message_id, _ in rows:
        ticket = reply.ticket
        data = {"channel": reply.channel.value, "automatic": reply.draft.automatic, "preview": preview(text)}
        tx.record(NewEvent(EventType.REPLY_QUEUED, actor, ticket.id, message_id, ticket.customer_id, data))
    await tx.search.add([(message_id, reply.ticket.id, text) for reply, text, message_id, _ in rows])
    return message_ids


async def add_note(tx: Transaction, actor: Actor, ticket: Ticket, text: str) -> Message:
    """Write an internal note, which never leaves the desk."""
    text = check_text(text)
    (message_id,) = await tx.sequences.take("messages", 1)
    row = {
        "id": message_id,
        "ticket_id": ticket.id,
        "kind": MessageKind.NOTE.value,
        "channel": ticket.channel.value,
        "author": actor.key,
        "author_name": actor.name,
        "text": text,
        "created_at": tx.now,
    }
    await tx.messages.add([row])
    data: dict[str, Any] = {"preview": preview(text)}
    if mentions := await _mentioned(tx, actor, text):
        data["mentions"] = mentions
    tx.record(NewEvent(EventType.NOTE_ADDED, actor, ticket.id, message_id, ticket.customer_id, data))
    await tx.search.add([(message_id, ticket.id, text)])
    return await tx.messages.get(message_id)


async def _mentioned(tx: Transaction, actor: Actor, text: str) -> list[int]:
    """The colleagues whom a note names. Nobody is looked up where there is no @."""
    if not may_mention(text):
        return []
    return [user_id for user_id in mentioned_in(text, await tx.users.all()) if user_id != actor.user_id]


def check_text(text: str) -> str:
    cleaned = text.replace("\x00", "").strip()
    if not cleaned:
        raise InvalidInput("text", "is empty", "Write something")
    if len(cleaned) > LONGEST_REPLY:
        raise InvalidInput("text", f"has {len(cleaned):,} characters", f"Send at most {LONGEST_REPLY:,}")
    return cleaned


def recipient_of(customer: Customer, channel: Channel, asked: Message | None) -> str:
    """Where an answer goes: to the address that was written from, else to the customer's first on this channel.

    Raises InvalidInput when the customer has none.
    """
    if asked is not None and asked.address and asked.channel is channel:
        return asked.address
    kind = REACHED_BY.get(channel)
    found = customer.contact(kind) if kind else (customer.contacts[0].value if customer.contacts else None)
    if found is None:
        wanted = kind.value if kind else "contact point"
        raise InvalidInput("customer", f"{customer.name or customer.id} has no {wanted}", "Add one, then answer")
    return found


_Numbered = tuple[Addressed, str, int, int]
"""A reply, its text, its message id and its outbox id."""


def _message_row(actor: Actor, reply: Addressed, text: str, message_id: int, tx: Transaction) -> dict[str, Any]:
    return {
        "id": message_id,
        "ticket_id": reply.ticket.id,
        "kind": (MessageKind.AUTO_REPLY if reply.draft.automatic else MessageKind.REPLY).value,
        "channel": reply.channel.value,
        "author": actor.key,
        "author_name": actor.name,
        "subject": reply.draft.subject or "",
        "text": text,
        "created_at": tx.now,
    }


def _outbox_row(actor: Actor, numbered: _Numbered, now: datetime, house: House) -> dict[str, Any]:
    reply, text, message_id, outbox_id = numbered
    return {
        "id": outbox_id,
        "effect_key": reply.draft.effect_key or f"reply:{message_id}",
        "channel": reply.channel.value,
        "recipient": reply.recipient,
        "ticket_id": reply.ticket.id,
        "message_id": message_id,
        "payload": _payload(actor, reply, _fitting(text, reply, message_id, house)),
        "run_at": now + reply.draft.delay,
    }


def _payload(actor: Actor, reply: Addressed, text: str) -> dict[str, Any]:
    ticket, draft = reply.ticket, reply.draft
    subject = draft.subject or ticket.subject
    return {
        "subject": f"Re: {subject}" if reply.channel is Channel.EMAIL and not draft.subject else subject,
        "text": text,
        "sender_name": SERVICE_NAME if draft.automatic else actor.name,
        "automatic": draft.automatic,
        "answers": draft.counts_as_answer,
        "before": before(ticket),
        "language": ticket.language or "en",
        "in_reply_to": reply.answers,
        "references": [reply.answers] if reply.answers else [],
    }


def _fitting(text: str, reply: Addressed, message_id: int, house: House) -> str:
    """An SMS holds few characters: a longer answer is cut and ends with a link to the whole.

    Where the rules want no links, the whole answer leaves, and the network sends it in parts.
    """
    sms = house.rules.channels.sms
    if reply.channel is not Channel.SMS or not sms.link_to_web or len(text) <= sms.max_reply_chars:
        return text
    tail = phrase(Phrase.READ_ON, reply.ticket.language, link=house.links.message(message_id))
    return text[: max(0, sms.max_reply_chars - len(tail))].rstrip() + tail


def preview(text: str) -> str:
    """The beginning, on one line, as lists show it."""
    return " ".join(text[:320].split())[:160]
