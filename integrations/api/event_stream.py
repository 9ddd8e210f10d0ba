"""Server-sent events (WHATWG HTML, section 9.2): the journal as it grows, from any row on, with nothing skipped.

The bus only says that there is news; rows are read from the journal behind the last one that was sent. So a slow
reader costs no memory, and one that comes back with Last-Event-ID goes on where it was.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

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


class Streams:
    """All streams of this process. `close` ends them, so that a server which stops does not wait for them."""

    def __init__(self, views: Views, bus: Bus, heartbeat_seconds: float = HEARTBEAT_SECONDS) -> None:
        self._views, self._bus, self._heartbeat_seconds = views, bus, heartbeat_seconds
        self._news: set[asyncio.Event] = set()
        self._closing = False

    @property
    def count(self) -> int:
        return len(self._news)

    def close(self) -> None:
        self._closing = True
        for news in self._news:
            news.set()

    def check_room(self) -> None:
        if self._closing or self.count >= MOST_STREAMS:
            raise Unavailable("No more event streams can be opened", retry_after=5)

    async def read(
        self, actor: Actor, wanted: Wanted, still_allowed: Callable[[], Awaitable[object]]
    ) -> AsyncIterator[bytes]:
        """Chunks of the stream. `still_allowed` raises NotAuthenticated once the token was revoked."""
        position = _Position(wanted)
        with self._listening(wanted) as news:
            yield b"retry: 2000\n\n"
            while not self._closing:
                news.clear()
                try:
                    events = await self._next(actor, position)
                except Unavailable:
                    # An event source gives up for good when its server answers 503, so the stream stays and tries on.
                    events = []
                if events:
                    yield b"".join(_block(event) for event in events)
                    if len(events) < BATCH:
                        await asyncio.sleep(REST_SECONDS)
                elif not await self._told(news):
                    if not await _holds(still_allowed):
                        return
                    yield await self._heartbeat(actor, position)

    async def _next(self, actor: Actor, position: "_Position") -> list[Event]:
        wanted = position.wanted
        events = await self._views.events(actor, position.after, BATCH, ticket_id=wanted.ticket_id, types=wanted.types)
        if events:
            position.after = events[-1].seq
        return events

    async def _heartbeat(self, actor: Actor, position: "_Position") -> bytes:
        """Moves the reader past rows that its filter left out, so that it need not look at them again."""
        if not position.wanted.is_filtered:
            return b": heartbeat\n\n"
        try:
            mark = await self._views.last_seq(actor)
            missed = await self._next(actor, position)
        except Unavailable:
            return b": heartbeat\n\n"
        if missed:
            return b"".join(_block(event) for event in missed)
        position.after = mark
        return b": heartbeat\nid: %d\n\n" % mark

    @contextmanager
    def _listening(self, wanted: Wanted) -> Iterator[asyncio.Event]:
        news = asyncio.Event()

        def hear(events: Sequence[Event]) -> None:
            if any(wanted.includes(event) for event in events):
                news.set()

        end = self._bus.subscribe(hear)
        self._news.add(news)
        try:
            yield news
        finally:
            self._news.discard(news)
            end()

    async def _told(self, news: asyncio.Event) -> bool:
        try:
            # Not wait_for, which on Python 3.11 loses a cancellation that comes together with the news.
            async with asyncio.timeout(self._heartbeat_seconds):
                await news.wait()
        except TimeoutError:
            return False
        return True


@dataclass(slots=True)
class _Position:
    wanted: Wanted
    after: int = field(init=False)

    def __post_init__(self) -> None:
        self.after = self.wanted.after


async def _holds(still_allowed: Callable[[], Awaitable[object]]) -> bool:
    try:
        await still_allowed()
    except NotAuthenticated:
        return False
    except Unavailable:
        return True
    return True


def _block(event: Event) -> bytes:
    # One line of data: JSON escapes every line break.
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (event.seq, event.type.value.encode(), to_json(event_body(event)))
