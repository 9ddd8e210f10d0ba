"""The JSON shape of a message: what is accepted, what is made uniform, and what each refusal says."""

import base64
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.enums import Channel, CustomerTier
from core.domain.errors import InvalidInput, TooLarge
from core.domain.messages import InboundMessage
from integrations.payload import normalise_phone, parse_message_payload

NOW = datetime(2025, 3, 1, 12, 0, tzinfo=UTC)
GOOD: dict[str, Any] = {
    "channel": "email",
    "external_id": "abc-1",
    "customer": {"email": "kim@customer.example"},
    "subject": "My order",
    "text": "Where is it?",
}


def parse(changes: Mapping[str, Any] | None = None, **fields: Any) -> InboundMessage:
    return parse_message_payload({**GOOD, **(changes or {}), **fields}, b"raw", now=NOW)


def test_full_message_is_accepted() -> None:
    message = parse(
        customer={
            "email": " Kim@Customer.Example ",
            "phone": "+44 (0)20 7946-0000",
            "handle": "@KimC",
            "name": " Kim\nCole ",
            "tier": "gold",
            "language": "pt-BR",
        },
        ticket_id=42,
        in_reply_to="<m0@desk.example>",
        sent_at="2025-03-01T11:00:00+01:00",
        attachments=[{"filename": "a.png", "content_type": "Image/PNG", "content": base64.b64encode(b"\x89").decode()}],
    )
    customer = message.customer
    assert (customer.email, customer.phone, customer.handle) == ("kim@customer.example", "+442079460000", "kimc")
    assert (customer.name, customer.tier, customer.language) == ("Kim Cole", CustomerTier.GOLD, "pt")
    assert message.channel is Channel.EMAIL
    assert (message.ticket_id, message.references) == (42, ("<m0@desk.example>",))
    assert message.sent_at == datetime(2025, 3, 1, 10, 0, tzinfo=UTC)
    assert message.attachments[0].content_type == "image/png"
    assert message.raw == b"raw"


def test_html_alone_gives_text_and_is_made_safe() -> None:
    message = parse(text=None, html="<p>Hi <b>there</b></p><script>alert(1)</script>")
    assert message.text == "Hi there"
    assert message.html == "<p>Hi <b>there</b></p>"


def test_naive_time_is_utc_and_a_little_ahead_is_fine() -> None:
    assert parse(sent_at="2025-03-01T10:00:00").sent_at == datetime(2025, 3, 1, 10, 0, tzinfo=UTC)
    assert parse(sent_at="2025-03-02T11:59:00Z").sent_at == datetime(2025, 3, 2, 11, 59, tzinfo=UTC)


def test_unstorable_characters_are_cleaned() -> None:
    message = parse(text="a\x00b\ud800c", subject="x\x00\ny", external_id="id\x00\ud800")
    assert message.text == "a\ufffdb\ufffdc"
    message.external_id.encode()
    message.subject.encode()


def test_attachment_alone_is_enough() -> None:
    assert parse(text="", attachments=[{"filename": "a.txt", "content": "eA=="}]).attachments[0].content == b"x"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"channel": "fax"}, "channel"),
        ({"channel": None}, "channel"),
        ({"channel": 7}, "channel"),
        ({"external_id": ""}, "external_id"),
        ({"external_id": None}, "external_id"),
        ({"external_id": 12}, "external_id"),
        ({"external_id": "\x07"}, "external_id"),
        ({"customer": None}, "customer"),
        ({"customer": {}}, "customer"),
        ({"customer": {"name": "Kim"}}, "customer"),
        ({"customer": {"email": "not an address"}}, "customer.email"),
        ({"customer": {"email": "a@b@c.example"}}, "customer.email"),
        ({"customer": {"phone": "call me"}}, "customer.phone"),
        ({"customer": {"phone": "1"}}, "customer.phone"),
        ({"customer": {"handle": "@"}}, "customer.handle"),
        ({"customer": {"email": "a@b.example", "tier": "king"}}, "customer.tier"),
        ({"customer": {"email": "a@b.example", "language": "??"}}, "customer.language"),
        ({"customer": {"email": "a@b.example", "vip": True}}, "customer.vip"),
        ({"text": ""}, "text"),
        ({"text": " \n\t"}, "text"),
        ({"text": ["x"]}, "text"),
        ({"subject": 3}, "subject"),
        ({"ticket_id": 0}, "ticket_id"),
        ({"ticket_id": -1}, "ticket_id"),
        ({"ticket_id": True}, "ticket_id"),
        ({"ticket_id": "42"}, "ticket_id"),
        ({"ticket_id": 2**70}, "ticket_id"),
        ({"sent_at": "yesterday"}, "sent_at"),
        ({"sent_at": 5}, "sent_at"),
        ({"sent_at": "2025-03-03T00:00:00Z"}, "sent_at"),
        ({"attachments": {}}, None),
        ({"attachments": "x"}, "attachments"),
        ({"attachments": [1]}, "attachments[0]"),
        ({"attachments": [{"content": "eA=="}]}, "attachments[0].filename"),
        ({"attachments": [{"filename": "a"}]}, "attachments[0].content"),
        ({"attachments": [{"filename": "a", "content": "no base64!"}]}, "attachments[0].content"),
        ({"attachments": [{"filename": "a", "content": "é"}]}, "attachments[0].content"),
        ({"attachments": [{"filename": "a", "content": "", "content_type": "x"}]}, "attachments[0].content_type"),
        ({"attachments": [{"filename": "a", "content": "", "url": "x"}]}, "attachments[0].url"),
        ({"unknown": 1}, "unknown"),
    ],
)
def test_refusals_name_the_field(changes: dict[str, Any], field: str | None) -> None:
    if field is None:
        assert parse(changes)
        return
    with pytest.raises(InvalidInput) as caught:
        parse(changes)
    assert caught.value.field == field
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"external_id": "x" * 513}, "external_id"),
        ({"text": "x" * 1_000_001}, "text"),
        ({"subject": "x" * 999}, "subject"),
        ({"attachments": [{"filename": "a", "content": ""}] * 101}, "attachments"),
    ],
)
def test_too_much_is_told_apart_from_wrong(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(TooLarge) as caught:
        parse(changes)
    assert caught.value.field == field


@pytest.mark.parametrize("body", [None, [], "x", 7])
def test_body_that_is_no_object_is_refused(body: Any) -> None:
    with pytest.raises(InvalidInput):
        parse_message_payload(body, b"", now=NOW)


@pytest.mark.parametrize(
    ("given_number", "normal"),
    [
        ("+44 20 7946 0000", "+442079460000"),
        ("0044 20 7946 0000", "+442079460000"),
        ("+49 (0)30/123-456", "+4930123456"),
        ("030 123456", "030123456"),
        ("+1.555.010.0000", "+15550100000"),
        ("++44", None),
        ("٠١٢٣٤", None),
        ("12", None),
    ],
)
def test_phone_numbers_are_made_uniform(given_number: str, normal: str | None) -> None:
    assert normalise_phone(given_number) == normal


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from([*GOOD, "html", "ticket_id", "sent_at", "attachments", "in_reply_to"]), JSON, max_size=6
    )
)
def test_any_json_is_accepted_or_refused_with_a_reason(changes: dict[str, Any]) -> None:
    try:
        message = parse(changes)
    except InvalidInput:
        return
    message.text.encode()


def test_common_message_costs_well_below_a_tenth_of_a_millisecond() -> None:
    began = time.perf_counter()
    for _ in range(2_000):
        parse()
    assert (time.perf_counter() - began) / 2_000 < 100e-6
