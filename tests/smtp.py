"""A real SMTP server in the test's own process, whose connections are all ended with it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiosmtpd.smtp import SMTP


class _Connection(SMTP):
    """One connection at the server's end, which can be waited for."""

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


@asynccontextmanager
async def smtp_server(handler: Any, **options: Any) -> AsyncIterator[int]:
    """The port on which `handler` (aiosmtpd's: methods named handle_…) takes mail; `options` are those of SMTP."""
    loop = asyncio.get_running_loop()
    connections: list[_Connection] = []

    def connection() -> _Connection:
        connections.append(_Connection(handler, hostname="mx.test", loop=loop, **options))
        return connections[-1]

    listener = await loop.create_server(connection, "127.0.0.1", 0)
    try:
        yield listener.sockets[0].getsockname()[1]
    finally:
        listener.close()
        await listener.wait_closed()
        for each in connections:
            await each.end()
