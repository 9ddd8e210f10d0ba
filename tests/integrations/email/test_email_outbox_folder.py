"""The visible outbox: each effect is one whole file, once."""

import email
import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.domain.enums import Channel
from core.domain.errors import PermanentDeliveryError, TemporaryDeliveryError
from core.domain.messages import OutboundAttachment, OutboundMessage
from integrations.email.outbox_folder import OutboxFolderChannel, file_stem
from integrations.email.sender_address import MailboxAddress
from integrations.email.thread_ids import ThreadSigner

REPLY = OutboundMessage(
    outbox_id=5,
    effect_key="reply:77/é",
    channel=Channel.EMAIL,
    recipient="kim@customer.example",
    ticket_id=42,
    message_id=77,
    subject="Re: My order",
    text="On its way.",
    sender_name="Ada",
    automatic=False,
    queued_at=datetime(2025, 3, 1, tzinfo=UTC),
)


@pytest.fixture
def outbox(tmp_path: Path, signer: ThreadSigner) -> OutboxFolderChannel:
    return OutboxFolderChannel(tmp_path / "outbox", sender=MailboxAddress("support@desk.example"), signer=signer)


async def test_mail_becomes_an_eml_file(outbox: OutboxFolderChannel, tmp_path: Path) -> None:
    receipt = await outbox.deliver(REPLY)
    (file,) = (tmp_path / "outbox").iterdir()
    assert file.name == receipt.external_id
    assert file.suffix == ".eml"
    assert email.message_from_bytes(file.read_bytes())["Subject"] == "Re: My order"


async def test_second_delivery_of_an_effect_changes_nothing(outbox: OutboxFolderChannel, tmp_path: Path) -> None:
    first = await outbox.deliver(REPLY)
    second = await outbox.deliver(replace(REPLY, text="something else"))
    assert first.external_id == second.external_id
    (file,) = (tmp_path / "outbox").iterdir()
    assert b"On its way." in file.read_bytes()


async def test_other_channels_become_json(outbox: OutboxFolderChannel, tmp_path: Path) -> None:
    message = replace(
        REPLY,
        channel=Channel.SMS,
        recipient="+44",
        text="荷物",
        attachments=(OutboundAttachment("a", "text/plain", b"\xff"),),
    )
    await outbox.deliver(message)
    (file,) = (tmp_path / "outbox").iterdir()
    record = json.loads(file.read_text(encoding="utf-8"))
    assert (record["channel"], record["recipient"], record["text"]) == ("sms", "+44", "荷物")
    assert record["attachments"] == [{"filename": "a", "content_type": "text/plain", "content": "/w=="}]


def test_different_keys_never_share_a_file() -> None:
    keys = ["a/b", "a-b", "a:b", "A-b", "../../etc/passwd", "", "x" * 500, "x" * 501]
    stems = [file_stem(key) for key in keys]
    assert len(set(stems)) == len(keys)
    assert all("/" not in stem and len(stem) < 120 and not stem.startswith(".") for stem in stems)


async def test_failure_leaves_no_half_file(
    outbox: OutboxFolderChannel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(TemporaryDeliveryError, match="No space left"):
        await outbox.deliver(REPLY)
    assert list((tmp_path / "outbox").iterdir()) == []


async def test_bad_recipient_is_permanent(outbox: OutboxFolderChannel) -> None:
    with pytest.raises(PermanentDeliveryError):
        await outbox.deliver(replace(REPLY, recipient="nobody"))
