"""A message as a JSON object, the shape of `POST /api/v1/messages`, checked by hand because it must be quick.

{channel, external_id, customer{email|phone|handle, name, tier, language}, subject, text|html, ticket_id?,
in_reply_to?, sent_at?, attachments?[{filename, content_type, content (base64)}]}
"""

import binascii
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from core.domain.enums import Channel, CustomerTier
from core.domain.errors import InvalidInput, TooLarge
from core.domain.messages import InboundAttachment, InboundCustomer, InboundMessage
from integrations.email.cleaning import clean_line, clean_text
from integrations.email.filenames import safe_filename
from integrations.email.html import html_to_text, safe_html

MAX_TEXT_CHARS: Final = 1_000_000
MAX_EXTERNAL_ID: Final = 512
MAX_ATTACHMENTS: Final = 100
_MAX_SUBJECT, _MAX_NAME, _MAX_HANDLE, _MAX_EMAIL = 998, 200, 200, 254
_TOO_FAR_AHEAD = timedelta(days=1)
_FIELDS = frozenset({
    "channel", "external_id", "customer", "subject", "text", "html", "ticket_id", "in_reply_to", "sent_at",
    "attachments",
})  # fmt: skip
_CUSTOMER_FIELDS = frozenset({"email", "phone", "handle", "name", "tier", "language"})
_ATTACHMENT_FIELDS = frozenset({"filename", "content_type", "content"})
_CHANNELS = {channel.value: channel for channel in Channel}
_TIERS = {tier.value: tier for tier in CustomerTier}
_EMAIL = re.compile(r"[^\s<>()\[\],;:\"@\\]+@[^\s<>()\[\],;:\"@\\.]+(?:\.[^\s<>()\[\],;:\"@\\.]+)*")
_PHONE_MARKS = str.maketrans("", "", " \t-./()\u00a0\u2010\u2011\u2013")
_PHONE = re.compile(r"\+?\d{3,15}")
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{2,8})*")
_CONTENT_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,60}/[A-Za-z0-9!#$&^_.+-]{1,60}")


def parse_message_payload(data: Mapping[str, Any], raw: bytes, *, now: datetime) -> InboundMessage:
    """Raises InvalidInput (TooLarge for sizes) naming the field. `raw` is kept as the original of the message."""
    if not isinstance(data, Mapping):
        raise InvalidInput("body", "it is not a JSON object")
    if not data.keys() <= _FIELDS:
        raise _unknown(data, _FIELDS, "")
    channel = _CHANNELS.get(_string(data, "channel", 100))
    if channel is None:
        raise InvalidInput("channel", _wrong(data, "channel"), f"Give one of {', '.join(_CHANNELS)}")
    text, html = _body(data)
    attachments = _attachments(data.get("attachments"))
    if not text and not html and not attachments:
        raise InvalidInput("text", "the message is empty", "Give text, html or attachments")
    in_reply_to = _string(data, "in_reply_to", 998)
    return InboundMessage(
        channel=channel,
        external_id=_external_id(data),
        customer=_customer(data.get("customer")),
        text=text,
        subject=clean_line(_string(data, "subject", _MAX_SUBJECT)),
        html=html,
        ticket_id=_ticket_id(data.get("ticket_id")),
        references=(in_reply_to,) if in_reply_to else (),
        sent_at=_sent_at(data.get("sent_at"), now),
        attachments=attachments,
        raw=raw,
    )


def normalise_email(text: str) -> str | None:
    """Trimmed and case folded; None when it is no e-mail address."""
    folded = text.strip().casefold()
    return folded if len(folded) <= _MAX_EMAIL and _EMAIL.fullmatch(folded) else None


def normalise_phone(text: str) -> str | None:
    """Digits with a leading + when the country is given (E.164, also written 00…); None when it is no number."""
    digits = text.replace("(0)", "").translate(_PHONE_MARKS)
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    return digits if _PHONE.fullmatch(digits) and digits.isascii() else None


def normalise_handle(text: str) -> str | None:
    folded = clean_line(text, _MAX_HANDLE).lstrip("@").casefold()
    return folded or None


def _body(data: Mapping[str, Any]) -> tuple[str, str | None]:
    """Text and safe HTML; HTML alone is also turned into text."""
    text = clean_text(_string(data, "text", MAX_TEXT_CHARS)).strip()
    html = _string(data, "html", MAX_TEXT_CHARS)
    if not html:
        return text, None
    return text or html_to_text(html)[0].strip(), safe_html(html) or None


def _external_id(data: Mapping[str, Any]) -> str:
    value = _string(data, "external_id", MAX_EXTERNAL_ID)
    cleaned = clean_line(value, MAX_EXTERNAL_ID)
    if not cleaned:
        raise InvalidInput("external_id", "it is missing", "Give the message's id in your system")
    return cleaned


def _customer(value: Any) -> InboundCustomer:
    if not isinstance(value, Mapping):
        raise InvalidInput(
            "customer", "it is missing or no object", "Give customer.email, customer.phone or customer.handle"
        )
    if not value.keys() <= _CUSTOMER_FIELDS:
        raise _unknown(value, _CUSTOMER_FIELDS, "customer.")
    email, phone, handle = (_string(value, name, 1000, "customer.") for name in ("email", "phone", "handle"))
    if not (email or phone or handle):
        raise InvalidInput("customer", "there is no way to reach them", "Give email, phone or handle")
    name = clean_line(_string(value, "name", 1000, "customer."), _MAX_NAME)
    return InboundCustomer(
        email=_contact("email", email, normalise_email(email)),
        phone=_contact("phone", phone, normalise_phone(phone)),
        handle=_contact("handle", handle, normalise_handle(handle)),
        name=name or None,
        tier=_tier(value),
        language=_language(value),
    )


def _contact(field: str, given: str, normal: str | None) -> str | None:
    if given.strip() and normal is None:
        raise InvalidInput(f"customer.{field}", f"{given[:80]!r} is not valid")
    return normal


def _tier(value: Mapping[str, Any]) -> CustomerTier | None:
    given = _string(value, "tier", 40, "customer.")
    if not given:
        return None
    tier = _TIERS.get(given)
    if tier is None:
        raise InvalidInput("customer.tier", f"{given!r} is unknown", f"Give one of {', '.join(_TIERS)}")
    return tier


def _language(value: Mapping[str, Any]) -> str | None:
    given = _string(value, "language", 40, "customer.")
    if not given:
        return None
    match = _LANGUAGE.fullmatch(given)
    if match is None:
        raise InvalidInput("customer.language", f"{given!r} is no language code", "Give a code such as en or pt-BR")
    return match[1].lower()


def _ticket_id(value: Any) -> int | None:
    if value is None:
        return None
    if type(value) is not int or not 0 < value < 2**63:
        raise InvalidInput("ticket_id", f"{str(value)[:40]!r} is no ticket id", "Give a positive whole number")
    return value


def _sent_at(value: Any, now: datetime) -> datetime | None:
    if value is None or value == "":
        return None
    try:
        moment = datetime.fromisoformat(value)
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError) as error:
        raise InvalidInput("sent_at", f"{str(value)[:40]!r} is no time", "Write 2025-01-31T09:30:00Z") from error
    if moment > now + _TOO_FAR_AHEAD:
        raise InvalidInput("sent_at", f"{value} lies in the future")
    return moment


def _attachments(value: Any) -> tuple[InboundAttachment, ...]:
    if not value:
        return ()
    if not isinstance(value, list):
        raise InvalidInput("attachments", "it is no list")
    if len(value) > MAX_ATTACHMENTS:
        raise TooLarge("attachments", f"there are more than {MAX_ATTACHMENTS}", "Send fewer files")
    return tuple(_attachment(item, f"attachments[{index}]") for index, item in enumerate(value))


def _attachment(item: Any, where: str) -> InboundAttachment:
    if not isinstance(item, Mapping):
        raise InvalidInput(where, "it is no object")
    if not item.keys() <= _ATTACHMENT_FIELDS:
        raise _unknown(item, _ATTACHMENT_FIELDS, f"{where}.")
    filename = safe_filename(_string(item, "filename", 1000, f"{where}."))
    if not filename:
        raise InvalidInput(f"{where}.filename", "it is missing")
    content_type = _string(item, "content_type", 200, f"{where}.") or "application/octet-stream"
    if not _CONTENT_TYPE.fullmatch(content_type):
        raise InvalidInput(f"{where}.content_type", f"{content_type[:60]!r} is no media type", "Write image/png")
    content = item.get("content")
    try:
        if not isinstance(content, str):
            raise TypeError
        return InboundAttachment(filename, content_type.lower(), binascii.a2b_base64(content, strict_mode=True))
    except (binascii.Error, ValueError, TypeError) as error:
        raise InvalidInput(f"{where}.content", "it is not base64") from error


def _string(data: Mapping[str, Any], name: str, limit: int, prefix: str = "") -> str:
    """The field's text, "" when it is absent or null."""
    value = data.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InvalidInput(f"{prefix}{name}", "it is no text")
    if len(value) > limit:
        raise TooLarge(f"{prefix}{name}", f"it is longer than {limit} characters", "Shorten it")
    return value


def _wrong(data: Mapping[str, Any], name: str) -> str:
    return f"{str(data[name])[:40]!r} is unknown" if data.get(name) is not None else "it is missing"


def _unknown(data: Mapping[str, Any], allowed: frozenset[str], prefix: str) -> InvalidInput:
    field = min(str(name) for name in data.keys() - allowed)
    return InvalidInput(f"{prefix}{field[:60]}", "this field is unknown", f"Allowed are {', '.join(sorted(allowed))}")
