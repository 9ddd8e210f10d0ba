"""An SMTP server that remembers what it was handed, and takes its time to say so."""

import asyncio
import email
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

_OURS = re.compile(r"<ticket\.\d+\.(\d+)\.")


class _Connection(SMTP):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.lost = asyncio.Event()

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self.lost.set()

    async def end(self) -> None:
        if isinstance(self.transport, asyncio.Transport):
            self.transport.abort()
            await asyncio.wait_for(self.lost.wait(), 5)
            self.transport = None


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
    box, loop = Mailbox(), asyncio.get_running_loop()
    connections: list[_Connection] = []

    def connection() -> _Connection:
        connections.append(_Connection(box, hostname="mx.test", loop=loop))
        return connections[-1]

    listener = await loop.create_server(connection, "127.0.0.1", 0)
    box.port = listener.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        listener.close()
        await listener.wait_closed()
        for each in connections:
            await each.end()
