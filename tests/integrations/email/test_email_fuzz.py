"""Whatever bytes arrive, reading them ends, and ends in a message that can be stored."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.errors import Unreadable
from core.quotes import split_reply
from integrations.email.calendar_part import summarise_calendar
from integrations.email.defects import Defects
from integrations.email.html import html_to_text, safe_html
from integrations.email.reader import read_email
from integrations.email.signatures import split_signature
from integrations.email.thread_ids import ThreadSigner
from integrations.email.tnef import DamagedTnef, open_tnef

SIGNER = ThreadSigner(b"a secret of the test desk")
NOW = datetime(2025, 3, 1, tzinfo=UTC)

# Pieces that make random bytes look enough like mail to reach every corner.
PIECES = [
    b"From: ", b"To: ", b"Subject: ", b"Date: ", b"Message-ID: <", b"@x>", b"\r\n", b"\n", b"\n\n", b" ", b"\t",
    b";", b":", b"Content-Type: ", b"multipart/mixed", b"multipart/alternative", b"text/plain", b"text/html",
    b"message/rfc822", b"text/calendar", b"application/ms-tnef", b"; boundary=b", b'; boundary="', b"--b", b"--b--",
    b"; charset=", b"iso-2022-jp", b"utf-16", b"idna", b"utf-8", b"Content-Transfer-Encoding: ", b"base64",
    b"quoted-printable", b"x-uuencode", b"=?utf-8?B?", b"=?x?Q?", b"?=", b"begin 644 a\n", b"\nend\n", b"<a href=",
    b"<table><td>", b"</div>", b"<blockquote>", b"> ", b"On a b wrote:", b"-- \n", b"\x78\x9f\x3e\x22",
    b"BEGIN:VEVENT\n", b"References: ", b"<", b">", b'"', b"(", b")", b"\\", b"'", b"*0*=", b"%", b"format=flowed",
    b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"Return-Path: <>",
]  # fmt: skip
MAIL = st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=12)), max_size=80).map(b"".join)


@settings(max_examples=600, deadline=None)
@given(st.one_of(MAIL, st.binary(max_size=2000)))
def test_any_bytes_become_a_message_or_are_unreadable(raw: bytes) -> None:
    try:
        message = read_email(raw, mailbox="m", signer=SIGNER, own_addresses=("support@desk.example",), now=NOW)
    except Unreadable:
        assert not raw.strip()
        return
    assert message.raw == raw
    assert len(message.external_id) <= 512
    assert message.customer.email or message.customer.handle
    texts = [message.text, message.subject, message.quoted, message.signature, message.html or "", message.external_id]
    texts += [message.customer.name or "", message.customer.email or "", message.message_id_header or ""]
    texts += [item.filename + item.content_type + (item.content_id or "") for item in message.attachments]
    texts += [*message.references, *message.defects, message.automatic_reason]
    for text in texts:
        assert "\x00" not in text
        text.encode("utf-8")


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from([piece.decode("latin-1") for piece in PIECES]), max_size=60).map("".join),
    st.text(max_size=40),
)
def test_text_tools_take_any_text(text: str, subject: str) -> None:
    split = split_reply(text, subject, 3)
    assert "".join(f"{split.own}{split.quoted}".split()) == "".join(text.split()) or split.own
    split_signature(text)
    html_to_text(text)
    safe_html(text)
    summarise_calendar(text)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_winmail_is_opened_or_refused(data: bytes) -> None:
    for candidate in (data, b"\x78\x9f\x3e\x22\x01\x00" + data):
        try:
            open_tnef(candidate, Defects())
        except DamagedTnef:
            continue
