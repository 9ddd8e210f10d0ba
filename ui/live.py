"""The live feed: one subscription to the bus for the whole process, one reading of what changed for all browsers, and
patches sent in slices that never hold the loop."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from time import perf_counter

from nicegui import background_tasks

from core.bootstrap import Engine
from core.domain.access import SYSTEM
from core.domain.entities import User
from core.domain.errors import FrontlineError, NotFound
from core.domain.events import Event, EventType
from core.domain.filters import TicketFilter
from core.views import TicketView
from ui.news import News
from ui.shell import Shell
from ui.tickets.counts import Counts, count_views
from ui.tickets.rows import row_of

log = logging.getLogger(__name__)

COALESCE_SECONDS = 0.25
COUNT_SECONDS = 1.0
RETRY_SECONDS = 1.0
SLICE_SECONDS = 0.01
"""After so long on the loop, the feed lets others run."""
SESSION_CHECK_SECONDS = 30.0


class Feed:
    """Tells every joined screen what changed. A screen that is not connected is left out: it loads anew when it
    connects again."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._screens: dict[int, Shell] = {}
        self._tickets: set[int] = set()
        self._customers: set[int] = set()
        self._running = False
        self._counting = False
        self._recount = False
        self._idle = asyncio.Event()
        self._idle.set()
        self.counts: Counts | None = None
        engine.bus.subscribe(self.hear)

    def join(self, screen: Shell) -> None:
        self._screens[id(screen)] = screen

    def leave(self, screen: Shell) -> None:
        self._screens.pop(id(screen), None)

    async def catch_up(self, shell: Shell) -> None:
        """Bring a browser that was away up to date."""
        await shell.resync()

    @property
    def size(self) -> int:
        return len(self._screens)

    def hear(self, events: Sequence[Event]) -> None:
        """Committed events, on the event loop. Only notes what to look at; the work is done once for many events."""
        if not self._screens:
            return
        self._tickets.update(event.ticket_id for event in events if event.ticket_id)
        self._customers.update(
            event.customer_id for event in events if event.type is EventType.CUSTOMER_CHANGED and event.customer_id
        )
        if any(event.type is EventType.USER_CHANGED for event in events):
            background_tasks.create(self.check_sessions(), name="check sessions")
        if (self._tickets or self._customers) and not self._running:
            self._running = True
            self._idle.clear()
            background_tasks.create(self._run(), name="live feed")

    def end_session(self, secret: str) -> None:
        """Somebody signed out: their other pages end now."""
        for screen in self._of_session(secret):
            screen.end()

    async def check_sessions(self) -> None:
        """End the pages whose session ran out, and let the others know of a changed role."""
        for secret in {screen.visitor.secret for screen in self._screens.values()}:
            try:
                user = await self._engine.people.user_of_session(secret)
            except FrontlineError as error:
                log.warning("sessions were not checked: %s", error)
                return
            self._meet(secret, user)

    async def settled(self) -> None:
        """Returns when everything that was heard so far has been told."""
        await self._idle.wait()

    def count_soon(self) -> None:
        """Count the views anew, at most once in COUNT_SECONDS."""
        self._recount = True
        if not self._counting:
            self._counting = True
            self._idle.clear()
            background_tasks.create(self._count(), name="count views")

    def _meet(self, secret: str, user: User | None) -> None:
        for screen in self._of_session(secret):
            screen.meet(user)

    def _of_session(self, secret: str) -> list[Shell]:
        return [screen for screen in self._screens.values() if screen.visitor.secret == secret]

    async def _run(self) -> None:
        try:
            while self._tickets or self._customers:
                await asyncio.sleep(COALESCE_SECONDS)
                await self._tell()
        finally:
            self._running = False
            self._rest()

    async def _tell(self) -> None:
        tickets, self._tickets = self._tickets, set()
        customers, self._customers = self._customers, set()
        try:
            news = await self._read(tickets, customers)
        except Exception as error:
            # Nothing may be missed: what was not read now is read with the next look.
            self._tickets |= tickets
            self._customers |= customers
            log.warning("screens wait for news: %s", error, exc_info=not isinstance(error, FrontlineError))
            await asyncio.sleep(RETRY_SECONDS)
            return
        await self._deliver(news)
        self.count_soon()

    async def _read(self, tickets: set[int], customers: set[int]) -> News:
        views = self._engine.views
        ids = set(tickets)
        for customer_id in customers:
            page, _ = await views.tickets(SYSTEM, TicketFilter(open=True, customer_id=customer_id), limit=200)
            ids.update(ticket.id for ticket in page)
        found = await views.many(SYSTEM, sorted(ids))
        rows = {ticket_id: row_of(found[ticket_id]) if ticket_id in found else None for ticket_id in sorted(ids)}
        watched = {screen.ticket_id for screen in self._screens.values() if screen.ticket_id in ids}
        return News(rows, await self._read_watched(ticket_id for ticket_id in watched if ticket_id))

    async def _read_watched(self, ids: Iterable[int]) -> dict[int, TicketView]:
        found = {}
        for ticket_id in ids:
            try:
                found[ticket_id] = await self._engine.views.ticket(SYSTEM, ticket_id)
            except NotFound:
                log.info("ticket %s is gone while it is being watched", ticket_id)
        return found

    async def _deliver(self, news: News) -> None:
        began = perf_counter()
        for key, screen in list(self._screens.items()):
            if key in self._screens and screen.browser.is_connected and screen.may_read:
                self._apply(screen, news)
            if perf_counter() - began > SLICE_SECONDS:
                await asyncio.sleep(0)
                began = perf_counter()

    def _apply(self, screen: Shell, news: News) -> None:
        try:
            screen.apply(news)
        except Exception:
            log.exception("a page could not be patched; it is loaded anew")
            background_tasks.create(screen.resync(), name="resync")

    async def _count(self) -> None:
        try:
            while self._recount:
                self._recount = False
                self.counts = await count_views(self._engine, SYSTEM)
                await self._deliver(News(counts=self.counts))
                await asyncio.sleep(COUNT_SECONDS)
        except FrontlineError as error:
            log.warning("the views were not counted: %s", error)
        finally:
            self._counting = False
            self._rest()

    def _rest(self) -> None:
        if not self._running and not self._counting:
            self._idle.set()
