"""What an inbound message is before it belongs to anybody: checked, storable, and known by its sender. Pure."""

import hashlib
import re
from dataclasses import fields, is_dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from core.domain.entities import ContactPoint
from core.domain.enums import ContactKind
from core.domain.errors import InvalidInput
from core.domain.messages import InboundMessage
from core.storage.receipts import ExternalKey

FAR_FUTURE = timedelta(days=1)
LAST_LINE = 160
LONGEST_CONTACT = 320
LONGEST_KEY = 255
LONGEST_MAILBOX = 320
LONGEST_EXTERNAL_ID = 512
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""PostgreSQL takes no NUL in text, and neither database half a surrogate pair."""


def check_inbound(message: InboundMessage, now: datetime) -> None:
    """Raise InvalidInput for what no reader of a channel may let through."""
    customer = message.customer
    if not message.external_id:
        raise InvalidInput("external_id", "is empty", "Give the id that the message has where it comes from")
    if not (customer.email or customer.phone or customer.handle):
        raise InvalidInput("customer", "has no email, phone or handle", "Give at least one")
    for name in ("email", "phone", "handle"):
        if len(getattr(customer, name) or "") > LONGEST_CONTACT:
            raise InvalidInput(f"customer.{name}", "is too long", f"Give at most {LONGEST_CONTACT} characters")
    if len(message.idempotency_key or "") > LONGEST_KEY:
        raise InvalidInput("idempotency_key", "is too long", f"Give at most {LONGEST_KEY} characters")
    if not (message.text.strip() or message.attachments or message.subject.strip() or message.quoted):
        raise InvalidInput("text", "is empty and there is no attachment", "Send a text or a file")
    if message.sent_at and message.sent_at > now + FAR_FUTURE:
        raise InvalidInput("sent_at", "lies in the future", "Give the time at which it was sent, with its time zone")


def storable(message: InboundMessage) -> InboundMessage:
    """The message without characters that a database refuses; its raw form keeps them."""
    found: InboundMessage = _storable(message)
    return found


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return _UNSTORABLE.sub("", value) if _UNSTORABLE.search(value) else value
    if isinstance(value, tuple):
        return tuple([_storable(part) for part in value])
    if not is_dataclass(value) or isinstance(value, type):
        return value
    parts = {field.name: getattr(value, field.name) for field in fields(value)}
    changed = {name: clean for name, part in parts.items() if (clean := _storable(part)) != part}
    return replace(value, **changed) if changed else value


def external_key(message: InboundMessage) -> ExternalKey:
    """What makes a message the same one when it comes again."""
    mailbox = _bounded(message.mailbox, LONGEST_MAILBOX)
    return (message.channel.value, mailbox, _bounded(message.external_id, LONGEST_EXTERNAL_ID))


def _bounded(text: str, longest: int) -> str:
    """`text`, or where it is too long its beginning and a hash of the whole, so that long ones stay different."""
    if len(text) <= longest:
        return text
    digest = hashlib.sha256(text.encode()).hexdigest()
    return f"{text[: longest - len(digest) - 1]}#{digest}"


def digest_of(message: InboundMessage) -> str:
    """The same for the same content, to tell a repeat from another message under the same key."""
    contacts = [point.value for point in contact_points(message)]
    said = message.raw or "\0".join((message.subject, message.text, *contacts)).encode()
    return hashlib.sha256(said).hexdigest()


def contact_points(message: InboundMessage) -> list[ContactPoint]:
    """How this sender can be recognised, the surest first."""
    given = (
        (ContactKind.EMAIL, message.customer.email),
        (ContactKind.PHONE, message.customer.phone),
        (ContactKind.HANDLE, message.customer.handle),
    )
    return [ContactPoint(kind, value) for kind, value in given if value]


def last_line(message: InboundMessage) -> str:
    """What the queue shows of a message: its beginning, on one line."""
    words = message.text or message.quoted or (f"[{message.attachments[0].filename}]" if message.attachments else "")
    return " ".join(words[: LAST_LINE * 2].split())[:LAST_LINE]
