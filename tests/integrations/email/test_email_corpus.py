"""A folder of real-world and broken mail, when one lies beside the project; it is never part of it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.domain.errors import Unreadable
from core.domain.messages import InboundMessage

Read = Callable[..., InboundMessage]

FOLDER = Path(__file__).parents[4] / "shared" / "data" / "mail"
FILES = sorted(FOLDER.iterdir()) if FOLDER.is_dir() else []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_message_comes_through(path: Path, read: Read) -> None:
    raw = path.read_bytes()
    if not raw.strip():
        with pytest.raises(Unreadable):
            read(raw)
        return
    message = read(raw)
    assert message.raw == raw
    assert message.customer.email or message.customer.handle
    assert message.text or message.attachments or "The message has no text." in message.defects
    assert raw.lower().count(b"content-disposition: attachment") <= len(message.attachments)
