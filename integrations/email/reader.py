"""Raw e-mail to `InboundMessage`: every message comes through, and what was repaired is told in its defects."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from core.domain.enums import AutomaticKind, Channel
from core.domain.errors import Unreadable
from core.domain.messages import InboundCustomer, InboundMessage
from core.quotes import split_reply
from integrations.email.addresses import Mailbox, parse_mailboxes
from integrations.email.automatic import Evidence, recognise
from integrations.email.bodies import Body, BodyReader, Contents, joined_html
from integrations.email.cleaning import clean_text, tidy_paragraphs
from integrations.email.dates import parse_date
from integrations.email.defects import Defects
from integrations.email.headers import Headers
from integrations.email.html import html_to_text, safe_html
from integrations.email.identity import external_id, message_id, references
from integrations.email.limits import EmailLimits
from integrations.email.mime import parse_message
from integrations.email.sender import find_sender
from integrations.email.signatures import split_signature
from integrations.email.thread_ids import ThreadSigner

RAW_TYPE = "message/rfc822"
_RECIPIENT_HEADERS = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-apparently-to")
_PLAIN_IS_A_STUB = 200


@dataclass(frozen=True, slots=True)
class _Text:
    """What was written now, apart from history and signature, and the whole of it."""

    own: str
    quoted: str
    signature: str
    whole: str


def read_email(
    raw: bytes,
    *,
    mailbox: str,
    signer: ThreadSigner,
    own_addresses: Collection[str],
    now: datetime,
    limits: EmailLimits | None = None,
) -> InboundMessage:
    """One message of `mailbox` (any name that tells our mailboxes apart).

    `own_addresses` are the desk's own, lower-cased. Raises Unreadable only when there are no bytes to read.
    """
    if not raw.strip():
        raise Unreadable("The file is empty: there is no message in it.")
    limits, defects = limits or EmailLimits(), Defects()
    root = parse_message(raw, limits, defects)
    headers = root.headers
    subject = _subject(headers, defects)
    contents = BodyReader(limits, defects).read(root)
    text = _read_text(contents, subject, defects, is_report=root.content_type == "multipart/report")
    own_id = message_id(headers)
    if own_id is None:
        defects.add("There is no usable Message-ID.")
    known_as = external_id(own_id, headers, text.whole, contents.attachments, raw)
    answered = references(headers, own_id, limits)
    ticket_id = _proven_ticket(headers, answered, signer)
    sender = find_sender(headers, own_addresses, defects)
    automatic = recognise(Evidence(root, sender, subject, own_addresses, signer, ticket_id))
    if ticket_id is None and automatic and automatic.kind is AutomaticKind.BOUNCE:
        ticket_id = next(iter(signer.tickets_quoted_in(raw)), None)
    return InboundMessage(
        channel=Channel.EMAIL,
        external_id=known_as,
        customer=_customer(sender, known_as),
        text=text.own,
        subject=subject,
        html=_html(contents, limits, defects),
        quoted=text.quoted,
        signature=text.signature,
        mailbox=mailbox,
        ticket_id=ticket_id,
        references=answered,
        message_id_header=own_id,
        sent_at=parse_date(headers.first("date"), now, defects),
        attachments=tuple(contents.attachments),
        automatic=automatic.kind if automatic else None,
        automatic_reason=automatic.reason if automatic else "",
        raw=raw,
        raw_type=RAW_TYPE,
        defects=defects.as_tuple(),
    )


def _subject(headers: Headers, defects: Defects) -> str:
    if len(headers.all("subject")) > 1:
        defects.add("There is more than one subject; the first was taken.")
    return headers.text("subject", defects)


def _read_text(contents: Contents, subject: str, defects: Defects, *, is_report: bool) -> _Text:
    pieces: list[str] = []
    quote_line: int | None = None
    for body in contents.bodies:
        text, line = _body_text(body)
        if line is not None and quote_line is None:
            quote_line = line + sum(piece.count("\n") + 2 for piece in pieces)
        if text:
            pieces.append(text)
    whole = "\n\n".join([*pieces, *contents.summaries])
    if not whole.strip():
        defects.add("The message has no text.")
        return _Text("", "", "", "")
    if is_report:
        return _Text(whole, "", "", whole)
    split = split_reply(whole, subject, quote_line)
    own, signature = split_signature(split.own)
    return _Text(tidy_paragraphs(own).strip(), split.quoted, signature, whole)


def _body_text(body: Body) -> tuple[str, int | None]:
    """The text alternative, unless it only says that the real message is the HTML one."""
    plain = tidy_paragraphs(clean_text(body.text))
    if not body.html.strip():
        return plain, None
    if plain.strip() and not (len(plain) < _PLAIN_IS_A_STUB and "html" in plain.lower()):
        return plain, None
    text, line = html_to_text(body.html)
    return (text, line) if text.strip() else (plain, None)


def _html(contents: Contents, limits: EmailLimits, defects: Defects) -> str | None:
    html = joined_html(contents.bodies)
    if not html:
        return None
    if len(html) > limits.max_html_chars:
        defects.add(f"The HTML is longer than {limits.max_html_chars} characters; the rest is only in the original.")
        html = html[: limits.max_html_chars]
    safe = safe_html(html)
    if not safe:
        defects.add("The HTML shows nothing once it is safe.")
    return safe or None


def _proven_ticket(headers: Headers, answered: tuple[str, ...], signer: ThreadSigner) -> int | None:
    """From the newest signed Message-ID that is answered, else from the signed address it was sent to."""
    for reference in reversed(answered):
        ticket_id = signer.ticket_of_message_id(reference)
        if ticket_id is not None:
            return ticket_id
    for name in _RECIPIENT_HEADERS:
        for value in headers.all(name):
            for box in parse_mailboxes(value, Defects()):
                ticket_id = signer.ticket_of_address(box.address)
                if ticket_id is not None:
                    return ticket_id
    return None


def _customer(sender: Mailbox | None, known_as: str) -> InboundCustomer:
    """A sender without an address gets a handle of its own, so that strangers aren't taken for one person."""
    name = sender.name or None if sender else None
    if sender and sender.address:
        return InboundCustomer(email=sender.address, name=name)
    return InboundCustomer(handle=f"unknown-{hashlib.sha256(known_as.encode()).hexdigest()[:12]}", name=name)
