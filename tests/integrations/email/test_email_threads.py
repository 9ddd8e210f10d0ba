"""Our signed ids: proven when they are ours, worthless when they are invented."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.messages import InboundMessage
from integrations.email.thread_ids import ThreadSigner

Mail = Callable[..., InboundMessage]


def test_signed_message_id_proves_its_ticket(signer: ThreadSigner) -> None:
    ours = signer.message_id(42, 7, "desk.example")
    assert ours.startswith("<ticket.42.7.")
    assert ours.endswith("@desk.example>")
    assert signer.ticket_of_message_id(ours) == 42
    assert signer.ticket_of_message_id(ours.upper()) == 42
    assert signer.ticket_of_message_id(ours.strip("<>")) == 42


def test_signed_address_proves_its_ticket(signer: ThreadSigner) -> None:
    ours = signer.reply_address(42, "support@desk.example")
    assert ours.startswith("support+42.")
    assert signer.ticket_of_address(ours.upper()) == 42
    assert len(ours.partition("@")[0]) <= 64


def test_changed_number_or_foreign_signature_proves_nothing(signer: ThreadSigner) -> None:
    ours = signer.message_id(42, 7, "desk.example")
    other = ThreadSigner(b"the secret of another desk")
    assert signer.ticket_of_message_id(ours.replace("ticket.42", "ticket.43")) is None
    assert signer.ticket_of_message_id(ours.replace(".7.", ".8.")) is None
    assert other.ticket_of_message_id(ours) is None
    assert other.ticket_of_address(signer.reply_address(42, "support@desk.example")) is None
    assert signer.ticket_of_address(f"support+42.{ours[13:29]}@desk.example") is None


def test_signature_has_eighty_bits(signer: ThreadSigner) -> None:
    signature = signer.message_id(1, 1, "d").split(".")[3].partition("@")[0]
    assert len(signature) * 5 == 80


def test_short_secret_is_refused_and_no_secret_is_shown(signer: ThreadSigner) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        ThreadSigner(b"short")
    assert "secret of" not in repr(signer)


@given(st.text(max_size=80))
def test_invented_ids_are_never_proven(text: str) -> None:
    signer = ThreadSigner(b"a secret of the test desk")
    assert signer.ticket_of_message_id(text) is None
    assert signer.ticket_of_address(text) is None


def test_newest_signed_reference_wins(mail: Mail, signer: ThreadSigner) -> None:
    old, new = signer.message_id(1, 1, "desk.example"), signer.message_id(2, 1, "desk.example")
    assert mail(references=f"{old} <x@y> {new} <z@y>").ticket_id == 2


@pytest.mark.parametrize("header", ["to", "cc", "delivered_to", "x_original_to"])
def test_signed_address_in_any_recipient_header_is_found(mail: Mail, signer: ThreadSigner, header: str) -> None:
    address = signer.reply_address(9, "support@desk.example")
    assert mail(**{header: f"Desk <{address}>, lee@x.example"}).ticket_id == 9


def test_forged_reference_stays_unproven(mail: Mail) -> None:
    forged = "<ticket.42.7.aaaaaaaaaaaaaaaa@desk.example>"
    message = mail(in_reply_to=forged, to="support+42.aaaaaaaaaaaaaaaa@desk.example")
    assert message.ticket_id is None
    assert message.references == (forged,)
