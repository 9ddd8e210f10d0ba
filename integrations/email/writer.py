"""`OutboundMessage` to the bytes of a correct e-mail (RFC 5322, 2045 to 2047, 2231, 3834).

The headers are composed here, line by line, because no text of a customer or an agent may reach a header without
being encoded: that makes header injection impossible by construction.
"""

import base64
import re
from datetime import UTC, datetime
from email.header import Header
from email.utils import format_datetime
from hashlib import sha256
from quopri import encodestring
from urllib.parse import quote

from core.domain.errors import InvalidInput
from core.domain.messages import OutboundAttachment, OutboundMessage
from integrations.email.addresses import normalise_address
from integrations.email.cleaning import clean_line, clean_text
from integrations.email.filenames import safe_filename
from integrations.email.sender_address import MailboxAddress
from integrations.email.thread_ids import ThreadSigner

_MESSAGE_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{1,400}>")
_CONTENT_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,60}")
_ATOMS = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]+")
_LINE_LENGTH = 76
_MAX_REFERENCES = 20


def write_email(message: OutboundMessage, *, sender: MailboxAddress, signer: ThreadSigner) -> bytes:
    """The message with CRLF line ends, every line at most 998 bytes of ASCII.

    The same message gives the same bytes, except for a Date when `queued_at` is missing. Raises InvalidInput when the
    recipient is no e-mail address.
    """
    fields = [*_headers(message, sender, signer), ("MIME-Version", "1.0")]
    head = "".join(f"{name}: {value}\r\n" for name, value in fields)
    return head.encode("ascii") + _body(message)


def message_id_of(message: OutboundMessage, sender: MailboxAddress, signer: ThreadSigner) -> str:
    """The Message-ID that was fixed when the message was queued, else the signed one of its outbox row."""
    fixed = message.message_id_header or ""
    fixed = fixed if fixed.startswith("<") else f"<{fixed}>"
    if _MESSAGE_ID.fullmatch(fixed):
        return fixed
    return signer.message_id(message.ticket_id, message.outbox_id, sender.domain)


def _headers(message: OutboundMessage, sender: MailboxAddress, signer: ThreadSigner) -> list[tuple[str, str]]:
    recipient = normalise_address(message.recipient)
    if recipient is None:
        raise InvalidInput("recipient", f"{message.recipient[:80]!r} is not an e-mail address")
    fields = [
        ("Date", format_datetime(message.queued_at or datetime.now(UTC))),
        ("From", _mailbox(message.sender_name or sender.name, sender.address)),
        ("To", ascii_address(recipient)),
        ("Subject", _unstructured(message.subject or "(no subject)")),
        ("Message-ID", message_id_of(message, sender, signer)),
        ("X-Frontline", signer.installation),
    ]
    if sender.plus_addressing:
        fields.append(("Reply-To", _mailbox(sender.name, signer.reply_address(message.ticket_id, sender.address))))
    answered = _message_ids(message.in_reply_to)
    if answered:
        fields.append(("In-Reply-To", answered[0]))
    thread = list(dict.fromkeys([*_message_ids(*message.references), *answered[:1]]))
    if thread:
        fields.append(("References", "\r\n ".join([*thread[:1], *thread[1:][-_MAX_REFERENCES:]])))
    if message.automatic:
        fields += [("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All")]
    if re.fullmatch(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*", message.language):
        fields.append(("Content-Language", message.language))
    return fields


def ascii_address(address: str) -> str:
    """`address` with its domain in IDNA; raises InvalidInput when the local part needs SMTPUTF8 (RFC 6531)."""
    local, _, domain = address.rpartition("@")
    if not local.isascii():
        raise InvalidInput("recipient", f"{address[:80]!r} needs a mail server with SMTPUTF8")
    try:
        return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode('ascii')}"
    except UnicodeError as error:
        raise InvalidInput("recipient", f"{domain[:80]!r} is not a domain") from error


def _mailbox(name: str, address: str) -> str:
    cleaned = clean_line(name, 120)
    if not cleaned:
        return address
    if not cleaned.isascii():
        return f"{_encoded(cleaned)}\r\n <{address}>"
    escaped = cleaned.replace("\\", "\\\\").replace('"', '\\"')
    return f"{cleaned} <{address}>" if _ATOMS.fullmatch(cleaned) else f'"{escaped}" <{address}>'


def _unstructured(text: str) -> str:
    cleaned = clean_line(text, 900)
    # A literal =? would be taken for an encoded word by every reader.
    return _encoded(cleaned) if not cleaned.isascii() or "=?" in cleaned or len(cleaned) > 900 else cleaned


def _encoded(text: str) -> str:
    return Header(text, "utf-8", maxlinelen=_LINE_LENGTH).encode(linesep="\r\n")


def _message_ids(*values: str | None) -> list[str]:
    return [found for value in values if value for found in _MESSAGE_ID.findall(value)]


def _body(message: OutboundMessage) -> bytes:
    text = _part("text/plain", _line_ends(message.text))
    content = text if message.html is None else _multipart("alternative", message, text, _html_part(message.html))
    if message.attachments:
        content = _multipart("mixed", message, content, *(_attachment(item) for item in message.attachments))
    return content


def _html_part(html: str) -> bytes:
    return _part("text/html", _line_ends(html))


def _line_ends(text: str) -> bytes:
    """UTF-8 with CRLF and a last line end."""
    return (clean_text(text).rstrip("\n") + "\n").replace("\n", "\r\n").encode("utf-8")


def _part(content_type: str, content: bytes) -> bytes:
    """A text part in whichever encoding is shorter: quoted-printable reads well in the raw, base64 suits CJK."""
    encoded = encodestring(content.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
    packed = _base64(content)
    name, body = ("quoted-printable", encoded) if len(encoded) <= len(packed) else ("base64", packed)
    head = f"Content-Type: {content_type}; charset=utf-8\r\nContent-Transfer-Encoding: {name}\r\n\r\n"
    return head.encode("ascii") + body


def _attachment(item: OutboundAttachment) -> bytes:
    content_type = item.content_type.lower() if _CONTENT_TYPE.fullmatch(item.content_type.lower()) else ""
    if not content_type or content_type.startswith(("multipart/", "message/")):
        content_type = "application/octet-stream"
    name = safe_filename(item.filename) or "attachment.bin"
    head = (
        f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: attachment;{_filename_parameter(name)}\r\n\r\n"
    )
    return head.encode("ascii") + _base64(item.content)


def _filename_parameter(name: str) -> str:
    """Plain when it is ASCII, else RFC 2231 in numbered segments."""
    if name.isascii() and len(name) <= 60:
        return f'\r\n filename="{name}"'
    encoded = f"utf-8''{quote(name, safe='')}"
    pieces, start = [], 0
    while start < len(encoded):
        end = start + 50
        # An escape must not be torn apart.
        while end < len(encoded) and "%" in encoded[end - 2 : end]:
            end -= 1
        pieces.append(encoded[start:end])
        start = end
    return ";".join(f"\r\n filename*{number}*={piece}" for number, piece in enumerate(pieces))


def _multipart(kind: str, message: OutboundMessage, *parts: bytes) -> bytes:
    # The boundary comes from the effect, so that every attempt sends the same bytes; its =_ can't occur in
    # quoted-printable or base64.
    boundary = f"=_{kind}_{sha256(message.effect_key.encode()).hexdigest()[:24]}"
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode("ascii")
    mark = f"--{boundary}".encode("ascii")
    return head + b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"


def _base64(content: bytes) -> bytes:
    return base64.encodebytes(content).replace(b"\n", b"\r\n")
