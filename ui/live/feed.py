"""One subscription to the bus for the whole process, and patches sent in slices that never hold the loop."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Sequence
from time import perf_counter

from nicegui import background_tasks

from core.bootstrap import Engine
from core.domain.access import SYSTEM
from core.domain.errors import FrontlineError
from core.domain.events import Event, EventType
from ui.live.heard import Heard
from ui.live.pace import Pace, Paced
from ui.live.reading import read_news
from ui.live.viewer import Viewer
from ui.news import News
from ui.tickets.counts import Counts, count_views

log = logging.getLogger(__name__)

SLICE_SECONDS, PAUSE_SECONDS = 0.001, 0.003
"""After so long on the loop, the feed pauses: what it began for each browser takes as long again and more, since the
frames are written on the same loop, and whatever else is under way needs many turns of it."""
REPLAY_LIMIT = 1_000
"""A browser that missed so many journal rows or more is loaded anew."""
SESSION_CHECK_SECONDS = 30.0


class Feed:
    """Tells every joined viewer what changed. One that is not connected, or was not a moment ago, is behind: what it
    missed is replayed for it alone when `catch_up` is called."""

    def __init__(self, engine: Engine, pace: Pace | None = None) -> None:
        self._engine, self._pace = engine, pace or Pace()
        self._viewers: dict[int, Viewer] = {}
        self._behind: set[int] = set()
        self._unseen: defaultdict[int, set[int]] = defaultdict(set)
        """Tickets whose people changed while a viewer was away: presence is in no journal."""
        self._heard = Heard()
        self._concerned: set[int] = set()
        self._news = Paced(self._tell, "live feed", before=self._gathering)
        self._counting = Paced(self._count, "count views", after=self._pace.count)
        self._alerting = Paced(self._alert, "alerts", after=self._pace.alerts)
        self.counts: Counts | None = None
        engine.bus.subscribe(self.hear)
        engine.presence.subscribe(self._see)

    @property
    def size(self) -> int:
        return len(self._viewers)

    def join(self, viewer: Viewer) -> None:
        self._viewers[id(viewer)] = viewer

    def leave(self, viewer: Viewer) -> None:
        self._viewers.pop(id(viewer), None)
        self._behind.discard(id(viewer))
        self._unseen.pop(id(viewer), None)

    # ---- hearing ----

    def hear(self, events: Sequence[Event]) -> None:
        """Committed events, on the event loop. Only notes what to look at; the work is done once for many events."""
        if not self._viewers:
            return
        self._heard.add(events)
        if any(event.type is EventType.USER_CHANGED for event in events):
            background_tasks.create(self.check_sessions(), name="check sessions")
        if not self._heard.is_empty:
            self._news.ask()

    def _see(self, ticket_ids: set[int]) -> None:
        if self._viewers:
            self._heard.looked_at |= ticket_ids
            self._news.ask()

    def count_soon(self) -> None:
        """Count the views anew, at most once in `Pace.count` seconds."""
        self._counting.ask()

    async def settled(self) -> None:
        """Returns when everything that was heard so far has been told."""
        while not all(paced.is_idle for paced in (self._news, self._counting, self._alerting)):
            for paced in (self._news, self._counting, self._alerting):
                await paced.until_idle()

    # ---- telling all ----

    def _gathering(self) -> float:
        """The more browsers there are to tell, the longer news is gathered, so that the loop keeps time for others."""
        return max(self._pace.coalesce, self._pace.each * len(self._viewers))

    async def _tell(self) -> None:
        heard, self._heard = self._heard, Heard()
        try:
            news = await read_news(self._engine, heard, {viewer.ticket_id for viewer in self._viewers.values()})
        except Exception as error:
            # Nothing may be missed: what was not read now is read with the next look.
            self._heard.put_back(heard)
            log.warning("screens wait for news: %s", error, exc_info=not isinstance(error, FrontlineError))
            await asyncio.sleep(self._pace.retry)
            self._news.ask()
            return
        await self._deliver(news)
        if news.rows:
            self.count_soon()
        self._note_concerned(heard, news)

    async def _deliver(self, news: News) -> None:
        began = perf_counter()
        for key, viewer in list(self._viewers.items()):
            if key not in self._viewers:
                continue
            if not viewer.browser.is_connected:
                self._behind.add(key)
                self._unseen[key] |= news.presence.keys()
            elif viewer.may_read:
                self._apply(viewer, news)
            if perf_counter() - began > SLICE_SECONDS:
                await asyncio.sleep(PAUSE_SECONDS)
                began = perf_counter()

    def _apply(self, viewer: Viewer, news: News) -> None:
        try:
            viewer.apply(news)
        except Exception:
            log.exception("a page could not be patched; it is loaded anew")
            background_tasks.create(viewer.resync(), name="resync")
        else:
            if news.seq and id(viewer) not in self._behind:
                viewer.seq = news.seq

    async def _count(self) -> None:
        try:
            self.counts = await count_views(self._engine, SYSTEM)
        except FrontlineError as error:
            log.warning("the views were not counted: %s", error)
        else:
            await self._deliver(News(counts=self.counts))

    # ---- telling one that was away ----

    async def catch_up(self, viewer: Viewer) -> None:
        """Bring a viewer that has connected again up to date: by what it missed, or anew when that is too much."""
        self._behind.add(id(viewer))
        while id(viewer) in self._viewers and viewer.browser.is_connected:
            try:
                await self._replay(viewer)
            except FrontlineError as error:
                log.warning("a page waits for what it missed: %s", error)
                await asyncio.sleep(self._pace.retry)
            else:
                self._behind.discard(id(viewer))
                return

    async def _replay(self, viewer: Viewer) -> None:
        user = await self._engine.people.user_of_session(viewer.visitor.secret)
        viewer.meet(user)
        if user is None or not viewer.may_read:
            return
        events = await self._engine.views.events(SYSTEM, viewer.seq, REPLAY_LIMIT) if viewer.seq else []
        if not viewer.seq or len(events) >= REPLAY_LIMIT:
            await viewer.resync()
            return
        missed = Heard(looked_at=set(self._unseen[id(viewer)]))
        missed.add(events)
        news = await read_news(self._engine, missed, {viewer.ticket_id}, self.counts)
        self._unseen[id(viewer)] -= missed.looked_at
        self._apply(viewer, news)
        viewer.seq = missed.seq or viewer.seq
        viewer.browser.call("caughtUp")
        viewer.alerts_changed()

    # ---- people ----

    def end_session(self, secret: str) -> None:
        """Somebody signed out: their other pages end now."""
        for viewer in self._of_session(secret):
            viewer.end()

    async def check_sessions(self) -> None:
        """End the pages whose session ran out, and let the others know of a changed role."""
        for secret in {viewer.visitor.secret for viewer in self._viewers.values()}:
            try:
                user = await self._engine.people.user_of_session(secret)
            except FrontlineError as error:
                log.warning("sessions were not checked: %s", error)
                return
            for viewer in self._of_session(secret):
                viewer.meet(user)

    def _of_session(self, secret: str) -> list[Viewer]:
        return [viewer for viewer in self._viewers.values() if viewer.visitor.secret == secret]

    def _note_concerned(self, heard: Heard, news: News) -> None:
        rows = [news.rows.get(ticket_id) for ticket_id in heard.alerting]
        assignees = {row.ticket.assignee_id for row in rows if row is not None and row.ticket.assignee_id is not None}
        if concerned := assignees | heard.mentioned:
            self._concerned |= concerned
            self._alerting.ask()

    async def _alert(self) -> None:
        concerned, self._concerned = self._concerned, set()
        for viewer in list(self._viewers.values()):
            if viewer.visitor.user.id in concerned and viewer.browser.is_connected:
                viewer.alerts_changed()
