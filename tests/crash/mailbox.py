"""An SMTP server that remembers what it was handed, and takes its time to say so."""

import asyncio
import email
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.smtp import smtp_server

_OURS = re.compile(r"<ticket\.\d+\.(\d+)\.")


class Mailbox:
    """`received` counts the outbox rows whose message arrived, by the number in its Message-ID."""

    def __init__(self) -> None:
        self.received: Counter[int] = Counter()
        self.answer_seconds = 0.03
        self.port = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        found = _OURS.match(str(email.message_from_bytes(envelope.content)["Message-ID"]))
        assert found is not None
        self.received[int(found[1])] += 1
        # Between taking a message and saying so lies the moment in which a dying sender leaves everybody in doubt.
        await asyncio.sleep(self.answer_seconds)
        return "250 taken"


@asynccontextmanager
async def mailbox() -> AsyncIterator[Mailbox]:
    box = Mailbox()
    async with smtp_server(box) as box.port:
        yield box
