"""The live queue: every open ticket, soonest deadline first."""

from collections.abc import Mapping

from fastapi import Request
from fastapi.responses import Response
from nicegui import ui

from core.bootstrap import Engine
from core.domain.errors import InvalidInput
from core.domain.filters import TicketCursor, TicketFilter
from ui.browser import Browser, RawJson
from ui.components.queue_frame import queue_bar, queue_foot, queue_notes
from ui.live import Feed
from ui.marks import millis
from ui.queue_views import DEFAULT_VIEW, QUEUE_VIEWS
from ui.rows import Row, key_of, row_of
from ui.screen import Action, News, Payload, Screen, text_of
from ui.session import Visitor
from ui.shell import admitted, friendly_page, rail, show, start_page
from ui.texts import say
from ui.window import Patch, Window

PAGE_SIZE = 200
LONGEST_SEARCH = 200

GRID_OPTIONS = {
    ":getRowId": "params => String(params.data.id)",
    ":columnDefs": "frontline.queue.columns()",
    ":rowClassRules": "frontline.queue.rowClasses()",
    ":rowHeight": "frontline.queue.rowHeight()",
    ":headerHeight": "frontline.queue.headerHeight()",
    ":onGridReady": "params => frontline.queue.ready(params.api)",
    ":onRowClicked": "params => frontline.queue.clicked(params)",
    "rowData": [],
    "rowSelection": {"mode": "singleRow", "checkboxes": False, "enableClickSelection": False},
    "suppressCellFocus": True,
    "animateRows": False,
    "suppressNoRowsOverlay": True,
}


class QueueScreen(Screen):
    """One browser's view of the queue."""

    def __init__(self, engine: Engine, feed: Feed, visitor: Visitor, browser: Browser, path: str) -> None:
        super().__init__(engine, visitor, browser, path)
        self._feed = feed
        self.view, self.text = DEFAULT_VIEW, ""
        self._window = Window()
        self._cursor: TicketCursor | int | None = None
        self._sent = 0
        self._counted: object = None
        self._meanwhile: dict[int, Row | None] | None = None

    def actions(self) -> Mapping[str, Action]:
        return {"view": self._choose, "search": self._search, "more": self._more, "resync": lambda _: self.load()}

    def apply(self, news: News) -> None:
        if self._meanwhile is not None:
            self._meanwhile.update(news.rows)
        elif self._sent:
            patch = self._window.patch(news.rows)
            if not patch.is_empty:
                self._send(patch)
        self._tell_counts()

    async def load(self) -> None:
        """A fresh list; what changes while it is read is applied on top."""
        window = Window(self._wanted(), is_search=bool(self.text))
        self._cursor = None
        rows, _, changed = await self._extend(window)
        self._window = window
        self._reset(rows)
        if not changed.is_empty:
            self._send(changed)
        self._counted = None
        self._tell_counts()
        self._feed.count_soon()

    def load_failed(self, text: str) -> None:
        self.browser.call("queue.failed", text)

    async def _choose(self, payload: Payload) -> None:
        view = text_of(payload, "view")
        if view not in QUEUE_VIEWS:
            raise InvalidInput("view", f"there is no view {view!r}", f"Choose one of {', '.join(QUEUE_VIEWS)}")
        self.view, self.text = view, ""
        await self.load()

    async def _search(self, payload: Payload) -> None:
        self.text = text_of(payload, "text").strip()[:LONGEST_SEARCH]
        await self.load()

    async def _more(self, _: Payload) -> None:
        if self._cursor is None:
            return
        _rows, added, changed = await self._extend(self._window)
        self._send(added)
        if not changed.is_empty:
            self._send(changed)

    async def _extend(self, window: Window) -> tuple[list[Row], Patch, Patch]:
        """The next rows of the list, what they add to the window, and what changed while they were read."""
        self._meanwhile = {}
        try:
            rows, self._cursor = await self._read(window)
            horizon = key_of(rows[-1].ticket) if self._cursor is not None and rows else None
            return rows, window.load(rows, horizon), window.patch(self._meanwhile)
        finally:
            self._meanwhile = None

    async def _read(self, window: Window) -> tuple[list[Row], TicketCursor | int | None]:
        views, cursor = self.engine.views, self._cursor
        if window.is_search:
            before = cursor if isinstance(cursor, int) else None
            found, next_message = await views.search(self.actor, self.text, window.wanted, before, PAGE_SIZE)
            return [row_of(ticket) for ticket in found], next_message
        after = cursor if isinstance(cursor, TicketCursor) else None
        tickets, next_page = await views.tickets(self.actor, window.wanted, cursor=after, limit=PAGE_SIZE)
        return [row_of(ticket) for ticket in tickets], next_page

    def _wanted(self) -> TicketFilter:
        return TicketFilter() if self.text else QUEUE_VIEWS[self.view].wanted(self.visitor.user.id)

    def _reset(self, rows: list[Row]) -> None:
        self._sent += 1
        listed = ",".join(row.json for row in rows)
        self.browser.call("setNow", millis(self.engine.clock.now()))
        self.browser.call(
            "queue.reset",
            RawJson(
                f'{{"at":{self._sent},"search":{_js(bool(self.text))},"hasMore":{_js(self._cursor)},"rows":[{listed}]}}'
            ),
        )

    def _send(self, patch: Patch) -> None:
        self._sent += 1
        head = f'{{"at":{self._sent},"hasMore":{_js(self._cursor)},'
        self.browser.call("queue.patch", RawJson(head + patch.as_json()[1:]))

    def _tell_counts(self) -> None:
        counts = self._feed.counts
        if counts is not None and (told := counts.of(self.visitor.user.id)) != self._counted:
            self._counted = told
            self.browser.call("queue.counts", told)


def queue_page(engine: Engine, feed: Feed) -> None:
    """Register /queue."""

    @ui.page("/queue", title=f"{say('queue.title')} · {say('product')}")
    async def queue(request: Request, view: str = DEFAULT_VIEW, q: str = "") -> Response | None:
        visitor = await admitted(engine, request)
        if isinstance(visitor, Response):
            return visitor
        start_page(engine, visitor, request)
        screen = QueueScreen(engine, feed, visitor, Browser(ui.context.client), "/queue")
        if not screen.may_read:
            friendly_page(visitor, "chart-line", say("executive.title"), say("executive.hint"))
            return None
        screen.view = view if view in QUEUE_VIEWS else DEFAULT_VIEW
        screen.text = q.strip()[:LONGEST_SEARCH]
        _build(screen)
        live(screen, feed)
        return None


def live(screen: Screen, feed: Feed) -> None:
    """Connect a built page: it joins the feed, loads whenever it connects, and leaves when it is gone."""
    client = screen.browser.client

    async def connect() -> None:
        feed.join(screen)
        await screen.resync()

    client.on_connect(connect)
    client.on_delete(lambda: feed.leave(screen))
    ui.on("frontline", lambda event: screen.act(event.args))


def _build(screen: QueueScreen) -> None:
    with ui.element("div").classes("app"):
        show(rail(screen.visitor, "/queue"), "nav")
        with ui.element("main").classes("panel"), ui.element("div").classes("page"):
            show(queue_bar(screen.view, screen.text), "header")
            with ui.element("div").classes("gridbox"):
                ui.aggrid(dict(GRID_OPTIONS), auto_size_columns=False).classes("ag-desk").props(
                    f'aria-label="{say("queue.title")}"'
                )
                show(queue_notes())
            show(queue_foot(), "footer")


def _js(value: object) -> str:
    return "true" if value else "false"
