"""A reader of the event stream. httpx would wait for the end of a stream that has none."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.types import Message

from tests.integrations.api.caller import V1, Caller

PATIENCE_SECONDS = 10


@dataclass
class Stream:
    """What came so far. `block` holds the reader up, as a slow connection does."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    chunks: list[bytes] = field(default_factory=list)
    flowing: asyncio.Event = field(default_factory=asyncio.Event)
    came: asyncio.Condition = field(default_factory=asyncio.Condition)
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    ended: bool = False

    @property
    def text(self) -> str:
        return b"".join(self.chunks).decode()

    @property
    def events(self) -> list[dict[str, Any]]:
        found = []
        for block in self.text.split("\n\n"):
            lines = dict(line.split(": ", 1) for line in block.splitlines() if line and not line.startswith(":"))
            if "data" in lines:
                event: dict[str, Any] = orjson.loads(lines["data"])
                assert lines["id"] == str(event["seq"])
                assert lines["event"] == event["type"]
                found.append(event)
        return found

    @property
    def last_id(self) -> str:
        """What an event source would send as Last-Event-ID."""
        return [line.removeprefix("id: ") for line in self.text.splitlines() if line.startswith("id: ")][-1]

    async def until(self, count: int) -> list[dict[str, Any]]:
        async with asyncio.timeout(PATIENCE_SECONDS), self.came:
            await self.came.wait_for(lambda: len(self.events) >= count)
        return self.events

    async def until_text(self, part: str) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS), self.came:
            await self.came.wait_for(lambda: part in self.text)

    async def until_end(self) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS), self.came:
            await self.came.wait_for(lambda: self.ended)

    async def receive(self) -> Message:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        await self.flowing.wait()
        async with self.came:
            if message["type"] == "http.response.start":
                self.status = message["status"]
                self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            else:
                self.chunks.append(message.get("body", b""))
                self.ended = not message.get("more_body", False)
            self.came.notify_all()


@asynccontextmanager
async def open_stream(caller: Caller, app: Any, query: str = "", last_event_id: str = "") -> AsyncIterator[Stream]:
    """The reader hangs up when the block is left."""
    stream = Stream()
    stream.flowing.set()
    headers = [(name.lower().encode(), value.encode()) for name, value in caller.http.headers.items()]
    if last_event_id:
        headers.append((b"last-event-id", last_event_id.encode()))
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "method": "GET",
        "path": f"{V1}/events/stream",
        "query_string": query.encode(),
        "headers": headers,
        "client": ("127.0.0.1", 1),
    }
    call = asyncio.create_task(app(scope, stream.receive, stream.send))
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), stream.came:
            await stream.came.wait_for(lambda: bool(stream.chunks))
        yield stream
    finally:
        stream.flowing.set()
        stream.gone.set()
        await asyncio.wait_for(call, PATIENCE_SECONDS)
