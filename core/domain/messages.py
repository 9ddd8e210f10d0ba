"""What crosses the border of the engine: messages coming in, receipts going back, messages going out."""

from dataclasses import dataclass, field
from datetime import datetime

from core.domain.enums import AutomaticKind, Channel, CustomerTier


@dataclass(frozen=True, slots=True)
class InboundCustomer:
    """What a message says of its sender. At least one contact point is needed to recognise the person again."""

    email: str | None = None
    phone: str | None = None
    handle: str | None = None
    name: str | None = None
    tier: CustomerTier | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class InboundAttachment:
    """One file of a message. `content_id` is set for images that the HTML shows inline (RFC 2392)."""

    filename: str
    content_type: str
    content: bytes
    inline: bool = False
    content_id: str | None = None


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """One readable message from any channel.

    `external_id` is the sender's id within (channel, mailbox): the same one again yields the first receipt.
    `text` is what the customer wrote now; quoted history and signature are apart, so nothing is lost.
    `html` is already sanitised. `ticket_id` is a proven reference (an authorised caller, or our own signed
    Message-ID or plus-address); `references` are unproven Message-IDs, newest last, guarded by the subject.
    `raw` is the message as it came, kept for "show original" and for reading it again later.
    """

    channel: Channel
    external_id: str
    customer: InboundCustomer
    text: str
    subject: str = ""
    html: str | None = None
    quoted: str = ""
    signature: str = ""
    mailbox: str = ""
    ticket_id: int | None = None
    references: tuple[str, ...] = ()
    message_id_header: str | None = None
    sent_at: datetime | None = None
    attachments: tuple[InboundAttachment, ...] = ()
    automatic: AutomaticKind | None = None
    automatic_reason: str = ""
    raw: bytes = b""
    raw_type: str = "application/json"
    idempotency_key: str | None = None
    defects: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Receipt:
    """Given after commit: the message is durable under these ids."""

    ticket_id: int
    message_id: int
    duplicate: bool


@dataclass(frozen=True, slots=True)
class OutboundAttachment:
    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """One message to deliver. `effect_key` names the effect: a channel that can, delivers a key at most once.

    `channel` is one of the six, or another outbox channel such as `slack`.
    `message_id_header` is fixed when the message is queued, so every attempt carries the same Message-ID.
    """

    outbox_id: int
    effect_key: str
    channel: Channel | str
    recipient: str
    ticket_id: int
    message_id: int | None
    subject: str
    text: str
    sender_name: str
    automatic: bool
    html: str | None = None
    message_id_header: str | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    language: str = "en"
    queued_at: datetime | None = None
    attachments: tuple[OutboundAttachment, ...] = ()


@dataclass(frozen=True, slots=True)
class DeliveryReceipt:
    """What the channel said when it took the message: its id there and one line for the record."""

    external_id: str
    detail: str
