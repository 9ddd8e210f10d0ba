"""Outbound mail is correct MIME, can't be injected into, and reads back as it was meant."""

import email
import email.policy
import re
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.enums import AutomaticKind, Channel
from core.domain.errors import InvalidInput
from core.domain.messages import OutboundAttachment, OutboundMessage
from integrations.email.reader import read_email
from integrations.email.sender_address import MailboxAddress
from integrations.email.thread_ids import ThreadSigner
from integrations.email.writer import write_email

SIGNER = ThreadSigner(b"a secret of the test desk")
DESK = MailboxAddress("support@desk.example", "Frontline Desk")
NOW = datetime(2025, 3, 1, 12, 0, tzinfo=UTC)
REPLY = OutboundMessage(
    outbox_id=5,
    effect_key="reply:77",
    channel=Channel.EMAIL,
    recipient="kim@customer.example",
    ticket_id=42,
    message_id=77,
    subject="Re: My order",
    text="Dear Kim,\n\nit is on its way.\n",
    sender_name="Ada",
    automatic=False,
    in_reply_to="<m1@customer.example>",
    references=("<m0@customer.example>", "<m1@customer.example>"),
    queued_at=datetime(2025, 3, 1, 11, 59, tzinfo=UTC),
)


def parsed(message: OutboundMessage, desk: MailboxAddress = DESK) -> EmailMessage:
    raw = write_email(message, sender=desk, signer=SIGNER)
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    found = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    assert not found.defects
    return found


def test_headers_of_a_reply() -> None:
    found = parsed(REPLY)
    assert found["From"] == "Ada <support@desk.example>"
    assert found["To"] == "kim@customer.example"
    assert found["Subject"] == "Re: My order"
    assert found["Date"].datetime == REPLY.queued_at
    assert SIGNER.ticket_of_message_id(found["Message-ID"]) == 42
    assert SIGNER.ticket_of_address(found["Reply-To"].addresses[0].addr_spec) == 42
    assert found["In-Reply-To"] == "<m1@customer.example>"
    assert found["References"] == "<m0@customer.example> <m1@customer.example>"
    assert found["Auto-Submitted"] is None
    assert found.get_content().replace("\r\n", "\n") == REPLY.text


def test_automatic_mail_says_so_and_other_desks_believe_it() -> None:
    found = parsed(replace(REPLY, automatic=True))
    assert found["Auto-Submitted"] == "auto-replied"
    assert found["X-Auto-Response-Suppress"] == "All"
    elsewhere = read_email(
        found.as_bytes(), mailbox="m", signer=ThreadSigner(b"the secret of another desk"), own_addresses=(), now=NOW
    )
    assert elsewhere.automatic is AutomaticKind.AUTO_REPLY


def test_message_id_fixed_in_the_queue_is_kept() -> None:
    assert parsed(replace(REPLY, message_id_header="<fixed@desk.example>"))["Message-ID"] == "<fixed@desk.example>"
    assert SIGNER.ticket_of_message_id(parsed(replace(REPLY, message_id_header="bad\r\nBcc: x"))["Message-ID"]) == 42


def test_every_attempt_sends_the_same_bytes() -> None:
    message = replace(REPLY, html="<p>x</p>", attachments=(OutboundAttachment("a.txt", "text/plain", b"x"),))
    assert write_email(message, sender=DESK, signer=SIGNER) == write_email(message, sender=DESK, signer=SIGNER)


def test_without_plus_addressing_answers_go_to_the_mailbox() -> None:
    assert parsed(REPLY, MailboxAddress("support@desk.example", plus_addressing=False))["Reply-To"] is None


@pytest.mark.parametrize(
    "attack", ["x\r\nBcc: victim@x.example", "x\nBcc: victim@x.example", "x\r\n\r\n<b>body</b>", "x\u2028y\x0bz"]
)
def test_headers_can_not_be_injected(attack: str) -> None:
    found = parsed(
        replace(
            REPLY,
            subject=attack,
            sender_name=attack,
            in_reply_to=f"<{attack}>",
            references=(attack,),
            language=attack,
            attachments=(OutboundAttachment(attack, f"text/plain{attack}", b"x"),),
        )
    )
    assert found["Bcc"] is None
    assert set(found.keys()) <= {
        "Date", "From", "To", "Subject", "Message-ID", "X-Frontline", "Reply-To", "In-Reply-To", "References",
        "Content-Language", "MIME-Version", "Content-Type",
    }  # fmt: skip


@pytest.mark.parametrize(
    "recipient",
    ["", "kim", "kim@x.example\r\nBcc: a@b.example", "a@x.example, b@x.example", "kim@x .example", "jö@x.example"],
)
def test_bad_recipients_are_refused(recipient: str) -> None:
    with pytest.raises(InvalidInput):
        write_email(replace(REPLY, recipient=recipient), sender=DESK, signer=SIGNER)


def test_domain_beyond_ascii_is_written_in_idna() -> None:
    assert parsed(replace(REPLY, recipient="kim@bücher.example"))["To"] == "kim@xn--bcher-kva.example"


def test_bad_mailbox_is_refused() -> None:
    with pytest.raises(InvalidInput):
        MailboxAddress("not an address")


@pytest.mark.parametrize(
    "name", ["plain.pdf", "größe und länge.pdf", "荷物" * 40 + ".pdf", 'a"b;c.pdf', "", "../../x.pdf"]
)
def test_alternatives_and_attachments_read_back(name: str) -> None:
    message = replace(
        REPLY,
        html="<p>It is on its way.</p>",
        attachments=(OutboundAttachment(name, "application/pdf", b"%PDF\x00\xff"),),
    )
    found = parsed(message)
    assert found.get_content_type() == "multipart/mixed"
    body = found.get_body(("html",))
    assert body is not None
    assert "It is on its way." in body.get_content()
    (attached,) = found.iter_attachments()
    assert attached.get_content() == b"%PDF\x00\xff"
    again = read_email(found.as_bytes(), mailbox="m", signer=SIGNER, own_addresses=(), now=NOW)
    assert re.fullmatch(r"[^/\\\"]+", again.attachments[0].filename)


def test_message_types_are_never_attached_as_such() -> None:
    found = parsed(replace(REPLY, attachments=(OutboundAttachment("a.eml", "message/rfc822", b"\xff"),)))
    (attached,) = found.iter_attachments()
    assert attached.get_content_type() == "application/octet-stream"


# What a line of a reply may hold; the reader rightly takes out control characters, byte order marks and the like.
LINE = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Cf", "Zl", "Zp", "Co", "Cn")), max_size=120)


@settings(max_examples=150, deadline=None)
@given(
    subject=LINE,
    name=LINE,
    text=st.lists(LINE, max_size=12).map("\n".join),
    content=st.binary(max_size=300),
    filename=LINE,
)
def test_what_is_written_reads_back(subject: str, name: str, text: str, content: bytes, filename: str) -> None:
    message = replace(
        REPLY,
        subject=subject,
        sender_name=name,
        text=text,
        attachments=(OutboundAttachment(filename, "image/png", content),),
    )
    raw = write_email(message, sender=DESK, signer=SIGNER)
    back = read_email(raw, mailbox="m", signer=SIGNER, own_addresses=("support@desk.example",), now=NOW)
    assert back.subject == (" ".join(subject.split()) or ("(no subject)" if not subject else ""))
    assert back.attachments[0].content == content
    assert back.automatic is AutomaticKind.LOOP
    kept = "".join(f"{back.text}{back.quoted}{back.signature}".split())
    if not back.html:
        assert sorted(kept) == sorted("".join(text.split()))
    assert back.message_id_header == SIGNER.message_id(42, 5, "desk.example")
