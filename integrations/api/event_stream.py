"""Server-sent events (WHATWG HTML, section 9.2): the journal as it grows, from any row on, with nothing skipped.

The bus only says that there is news; rows are read from the journal behind the last one that was sent. So a slow
reader costs no memory, and one that comes back with Last-Event-ID goes on where it was.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from core.bus import Bus
from core.domain.access import Actor
from core.domain.errors import NotAuthenticated, Unavailable
from core.domain.events import Event, EventType
from core.views import Views
from integrations.api.event_shapes import event_body
from integrations.api.responses import to_json

BATCH = 200
MOST_STREAMS = 256
HEARTBEAT_SECONDS = 15.0
REST_SECONDS = 0.05
"""Between two looks at the journal, so that a burst of commits is read in batches."""
_HEARTBEAT = b": heartbeat\n\n"

StillAllowed = Callable[[], Awaitable[object]]
"""Raises NotAuthenticated once the token was revoked."""


@dataclass(frozen=True, slots=True)
class Wanted:
    after: int
    ticket_id: int | None = None
    types: tuple[EventType, ...] = ()

    @property
    def is_filtered(self) -> bool:
        return self.ticket_id is not None or bool(self.types)

    def includes(self, event: Event) -> bool:
        return self.ticket_id in (None, event.ticket_id) and (not self.types or event.type in self.types)


class Stream:
    """One reader. It ends by `hang_up`, between two looks at the journal: a query is never broken off."""

    def __init__(self, streams: "Streams", actor: Actor, wanted: Wanted, still_allowed: StillAllowed) -> None:
        self._streams, self._actor, self._wanted, self._still_allowed = streams, actor, wanted, still_allowed
        self._after = wanted.after
        self._news = asyncio.Event()
        self._gone = False

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        with self._streams.listening(self):
            yield b"retry: 2000\n\n"
            while not self._gone:
                self._news.clear()
                try:
                    events = await self._next()
                except Unavailable:
                    # An event source gives up for good when its server answers 503, so the stream stays and tries on.
                    events = []
                if events:
                    yield b"".join(_block(event) for event in events)
                    if len(events) < BATCH:
                        await asyncio.sleep(REST_SECONDS)
                elif not await self._told():
                    if not await self._holds():
                        return
                    yield await self._heartbeat()

    def hang_up(self) -> None:
        self._gone = True
        self._news.set()

    def hear(self, events: Sequence[Event]) -> None:
        if any(self._wanted.includes(event) for event in events):
            self._news.set()

    async def _next(self) -> list[Event]:
        wanted = self._wanted
        events = await self._streams.views.events(
            self._actor, self._after, BATCH, ticket_id=wanted.ticket_id, types=wanted.types
        )
        if events:
            self._after = events[-1].seq
        return events

    async def _heartbeat(self) -> bytes:
        """Moves the reader past rows that its filter left out, so that it need not look at them again."""
        if not self._wanted.is_filtered:
            return _HEARTBEAT
        try:
            mark = await self._streams.views.last_seq(self._actor)
            missed = await self._next()
        except Unavailable:
            return _HEARTBEAT
        if missed:
            return b"".join(_block(event) for event in missed)
        self._after = mark
        return b": heartbeat\nid: %d\n\n" % mark

    async def _told(self) -> bool:
        try:
            # Not wait_for, which on Python 3.11 loses a cancellation that comes together with the news.
            async with asyncio.timeout(self._streams.heartbeat_seconds):
                await self._news.wait()
        except TimeoutError:
            return False
        return True

    async def _holds(self) -> bool:
        try:
            await self._still_allowed()
        except NotAuthenticated:
            return False
        except Unavailable:
            return True
        return True


class Streams:
    """All streams of this process. `close` ends them, so that a server which stops does not wait for them."""

    def __init__(self, views: Views, bus: Bus) -> None:
        self.views, self.heartbeat_seconds = views, HEARTBEAT_SECONDS
        self._bus = bus
        self._open: set[Stream] = set()
        self._closed = False

    @property
    def count(self) -> int:
        return len(self._open)

    def open(self, actor: Actor, wanted: Wanted, still_allowed: StillAllowed) -> Stream:
        """Raises Unavailable when there are too many, or the server stops."""
        if self._closed or self.count >= MOST_STREAMS:
            raise Unavailable("No more event streams can be opened", retry_after=5)
        return Stream(self, actor, wanted, still_allowed)

    def close(self) -> None:
        self._closed = True
        for stream in self._open:
            stream.hang_up()

    @contextmanager
    def listening(self, stream: Stream) -> Iterator[None]:
        end = self._bus.subscribe(stream.hear)
        self._open.add(stream)
        if self._closed:
            stream.hang_up()
        try:
            yield
        finally:
            self._open.discard(stream)
            end()


def _block(event: Event) -> bytes:
    # One line of data: JSON escapes every line break.
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (event.seq, event.type.value.encode(), to_json(event_body(event)))
