"""What a message on its way in becomes: the rows that one commit writes."""

from dataclasses import dataclass
from typing import Any

from core.domain.access import Actor
from core.domain.entities import Ticket
from core.domain.enums import CustomerTier, MessageKind
from core.domain.messages import InboundMessage
from core.inbound import contact_points, external_key, last_line
from core.replies import REACHED_BY
from core.storage.receipts import ExternalKey


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message on its way in, with what was prepared outside the transaction."""

    message: InboundMessage
    attachments: tuple[dict[str, Any], ...]
    raw_blob: str | None
    digest: str

    @property
    def key(self) -> ExternalKey:
        return external_key(self.message)


def came_from(message: InboundMessage) -> str:
    """The contact point that an answer on the same channel goes to."""
    kind = REACHED_BY.get(message.channel)
    return next((point.value for point in contact_points(message) if kind in (None, point.kind)), "")[:320]


def address(message: InboundMessage) -> str:
    return message.customer.email or message.customer.phone or message.customer.handle or ""


def opened(message: InboundMessage, follows: Ticket | None) -> dict[str, Any]:
    """What the journal says of a ticket that this message opens."""
    data: dict[str, Any] = {"channel": message.channel.value, "subject": message.subject[:200]}
    return {**data, "follows": follows.id} if follows else data


def customer_row(customer_id: int, message: InboundMessage, now: Any) -> dict[str, Any]:
    return {
        "id": customer_id,
        "name": (message.customer.name or "")[:200],
        "tier": (message.customer.tier or CustomerTier.STANDARD).value,
        "language": (message.customer.language or "").partition("-")[0][:8] or None,
        "created_at": now,
    }


def ticket_row(ticket_id: int, owner: int, message: InboundMessage, follows: Ticket | None, now: Any) -> dict[str, Any]:
    return {
        "id": ticket_id,
        "channel": message.channel.value,
        "subject": (message.subject.strip() or last_line(message))[:500],
        "customer_id": owner,
        "follows_id": follows.id if follows else None,
        "customer_messages": written(message),
        "created_at": now,
        "updated_at": now,
        **last_message(message, None, now),
    }


def written(message: InboundMessage) -> int:
    """How many messages of a customer this is: what a machine sent is none."""
    return 0 if message.automatic else 1


def last_message(message: InboundMessage, waiting_since: Any, now: Any) -> dict[str, Any]:
    """A customer waits since the first message that nobody answered; a machine does not wait."""
    since = waiting_since or (None if message.automatic else now)
    return {"last_line": last_line(message), "last_message_at": now, "waiting_since": since}


def message_row(message_id: int, ticket_id: int, actor: Actor, message: InboundMessage, now: Any) -> dict[str, Any]:
    return {
        "id": message_id,
        "ticket_id": ticket_id,
        "kind": MessageKind.CUSTOMER.value,
        "channel": message.channel.value,
        "author": actor.key,
        "author_name": actor.name,
        "subject": message.subject[:500],
        "text": message.text,
        "html": message.html,
        "quoted": message.quoted,
        "signature": message.signature,
        "address": came_from(message),
        "message_id_header": message.message_id_header[:998] if message.message_id_header else None,
        "automatic": message.automatic.value if message.automatic else None,
        "automatic_reason": message.automatic_reason[:300],
        "defects": list(message.defects),
        "sent_at": message.sent_at,
        "created_at": now,
    }


def receipt_row(parcel: Parcel, ticket_id: int, message_id: int, now: Any) -> dict[str, Any]:
    message = parcel.message
    channel, mailbox, external_id = parcel.key
    return {
        "channel": channel,
        "mailbox": mailbox,
        "external_id": external_id,
        "message_id": message_id,
        "ticket_id": ticket_id,
        "idempotency_key": message.idempotency_key,
        "payload_digest": parcel.digest,
        "raw": None if parcel.raw_blob else message.raw,
        "raw_blob": parcel.raw_blob,
        "raw_type": message.raw_type[:100],
        "received_at": now,
    }
