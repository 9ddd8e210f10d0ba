"""The list of tickets in one browser: a view of the queue, or what a search found, kept current by patches."""

from collections.abc import Mapping

from nicegui import ui

from core.domain.errors import InvalidInput
from core.domain.filters import TicketCursor, TicketFilter
from ui.browser import RawJson
from ui.frame import show
from ui.marks import millis
from ui.news import News
from ui.page import Action, Part, Payload, text_of
from ui.routing import Route
from ui.shell import Shell
from ui.texts import say
from ui.tickets.counts import Counts
from ui.tickets.frame import queue_bar, queue_foot, queue_notes
from ui.tickets.queue_views import DEFAULT_VIEW, QUEUE_VIEWS
from ui.tickets.rows import Row, key_of, row_of
from ui.tickets.window import Patch, Window

PAGE_SIZE = 200
LONGEST_SEARCH = 200

GRID_OPTIONS = {
    ":getRowId": "params => String(params.data.id)",
    ":columnDefs": "frontline.list.columns()",
    ":rowClassRules": "frontline.list.rowClasses()",
    ":rowHeight": "frontline.list.rowHeight()",
    ":headerHeight": "frontline.list.headerHeight()",
    ":onGridReady": "params => frontline.list.ready(params.api)",
    ":onRowClicked": "params => frontline.list.clicked(params)",
    "rowData": [],
    "rowSelection": {"mode": "singleRow", "checkboxes": False, "enableClickSelection": False},
    "suppressCellFocus": True,
    "animateRows": False,
    "suppressNoRowsOverlay": True,
}


class TicketList(Part):
    """`refresh` shows at once what this person has changed; everything else comes with the feed."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.view, self.text = DEFAULT_VIEW, ""
        self._window = Window()
        self._cursor: TicketCursor | int | None = None
        self._sent = 0
        self._counted: object = None
        self._meanwhile: dict[int, Row | None] | None = None

    def actions(self) -> Mapping[str, Action]:
        return {"view": self._choose, "search": self._search, "more": self._more}

    def build(self) -> None:
        with ui.element("section").classes("listpane").props(f'aria-label="{say("queue.title")}"'):
            show(queue_bar(self.view, self.text), "header")
            with ui.element("div").classes("gridbox"):
                ui.aggrid(dict(GRID_OPTIONS), auto_size_columns=False).classes("ag-desk")
                show(queue_notes())
            show(queue_foot(), "footer")

    async def open(self, route: Route) -> None:
        """Show the list that the address names; an address without one leaves the list as it is."""
        if route.view is None:
            if not self._sent:
                await self.load()
            return
        self.view = route.view if route.view in QUEUE_VIEWS else DEFAULT_VIEW
        self.text = route.query.get("q", "").strip()[:LONGEST_SEARCH]
        await self.load()

    def _tell_counts(self, counts: Counts | None) -> None:
        if counts is not None and (told := counts.of(self.shell.visitor.user.id)) != self._counted:
            self._counted = told
            self.browser.call("list.counts", told)

    async def refresh(self, ticket_ids: tuple[int, ...]) -> None:
        found = await self.engine.views.many(self.shell.actor, ticket_ids)
        rows = {ticket_id: row_of(found[ticket_id]) if ticket_id in found else None for ticket_id in ticket_ids}
        self.apply(News(rows))

    def apply(self, news: News) -> None:
        if self._meanwhile is not None:
            self._meanwhile.update(news.rows)
        elif self._sent:
            patch = self._window.patch(news.rows)
            if not patch.is_empty:
                self._send(patch)
        self._tell_counts(news.counts)

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
        self._tell_counts(self.shell.feed.counts)
        self.shell.feed.count_soon()
        self._tell_counts(self.shell.feed.counts)
        self.shell.feed.count_soon()

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
            found, next_message = await views.search(self.shell.actor, self.text, window.wanted, before, PAGE_SIZE)
            return [row_of(ticket) for ticket in found], next_message
        after = cursor if isinstance(cursor, TicketCursor) else None
        tickets, next_page = await views.tickets(self.shell.actor, window.wanted, cursor=after, limit=PAGE_SIZE)
        return [row_of(ticket) for ticket in tickets], next_page

    def _wanted(self) -> TicketFilter:
        return TicketFilter() if self.text else QUEUE_VIEWS[self.view].wanted(self.shell.visitor.user.id)

    def _reset(self, rows: list[Row]) -> None:
        self._sent += 1
        listed = ",".join(row.json for row in rows)
        self.browser.call("setNow", millis(self.engine.clock.now()))
        self.browser.call(
            "list.reset",
            RawJson(
                f'{{"at":{self._sent},"search":{_js(bool(self.text))},"hasMore":{_js(self._cursor)},"rows":[{listed}]}}'
            ),
        )

    def _send(self, patch: Patch) -> None:
        self._sent += 1
        head = f'{{"at":{self._sent},"hasMore":{_js(self._cursor)},'
        self.browser.call("list.patch", RawJson(head + patch.as_json()[1:]))


def _js(value: object) -> str:
    return "true" if value else "false"
