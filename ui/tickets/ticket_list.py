"""The list of tickets in one browser: a view of the queue, or what a search found, kept current by patches."""

from collections.abc import Mapping

from nicegui import ui

from core.domain.bulk import BulkUndo
from core.domain.filters import TicketCursor
from core.presence import Presence
from ui.browser import RawJson
from ui.frame import show, slot
from ui.marks import millis
from ui.news import News
from ui.page import Action, Part, Payload, numbers_of
from ui.routing import Route, parse
from ui.shell import Shell
from ui.texts import say
from ui.tickets.counts import MOST, Counts, shown
from ui.tickets.filter_bar import filter_bar
from ui.tickets.frame import list_head, queue_bar, queue_foot, queue_notes
from ui.tickets.list_state import ListState, read_state
from ui.tickets.rows import Row, row_of
from ui.tickets.views_nav import views_nav
from ui.tickets.window import Patch, Window

PAGE_SIZE = 100

GRID_OPTIONS = {
    ":getRowId": "params => String(params.data.id)",
    ":columnDefs": "frontline.list.columns()",
    ":rowClassRules": "frontline.list.rowClasses()",
    ":rowHeight": "frontline.list.rowHeight()",
    ":headerHeight": "frontline.list.headerHeight()",
    ":selectionColumnDef": "frontline.list.checkboxes()",
    ":onGridReady": "params => frontline.list.ready(params.api)",
    ":onRowClicked": "params => frontline.list.clicked(params)",
    ":onSelectionChanged": "params => frontline.list.selectionChanged()",
    ":onBodyScrollEnd": "params => frontline.list.scrolled()",
    "rowData": [],
    "rowSelection": {"mode": "multiRow", "checkboxes": True, "headerCheckbox": True, "enableClickSelection": False},
    "suppressCellFocus": True,
    "animateRows": False,
    "suppressNoRowsOverlay": True,
}


class TicketList(Part):
    """`refresh` shows at once what this person has changed; everything else comes with the feed."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.state = ListState()
        self.undo: BulkUndo | None = None
        self._window = Window()
        self._cursor: TicketCursor | int | None = None
        self._sent = 0
        self._counted: object = None
        self._meanwhile: dict[int, Row | None] | None = None

    def actions(self) -> Mapping[str, Action]:
        return {"more": self._more, "reread": self._reread, "undo_change": self._undo}

    def build(self) -> None:
        with ui.element("section").classes("listpane").props(f'aria-label="{say("queue.title")}"'):
            show(queue_bar(), "header", "queue-only")
            show(list_head(), "header", "ticket-only")
            show(slot("filters"), style="filters queue-only")
            with ui.element("div").classes("gridbox"):
                ui.aggrid(dict(GRID_OPTIONS), auto_size_columns=False).classes("ag-desk")
                show(queue_notes())
            show(queue_foot(), "footer", "queue-only")

    async def open(self, route: Route) -> None:
        """Show the list that the address names; an address without one leaves the list as it is."""
        if route.view is None:
            if not self._sent:
                await self.load()
            return
        state, wrong = read_state(route)
        if self._sent and state == self.state:
            return
        self.state = state
        if wrong:
            self.browser.complain(say("queue.ignored", what=", ".join(wrong)))
        await self.load()

    async def load(self) -> None:
        """A fresh list; what changes while it is read is applied on top."""
        state = self.state
        wanted = state.wanted(self.shell.visitor.user.id)
        window = Window(wanted, state.sort, is_search=bool(state.text))
        self._cursor = None
        rows, _, changed = await self._extend(window)
        self._window = window
        self._reset(rows)
        if not changed.is_empty:
            self._send(changed)
        await self._tell_of_reader(rows)
        await self.draw()
        self._counted = None
        self._tell_counts(self.shell.feed.counts)
        self.shell.feed.count_soon()

    def apply(self, news: News) -> None:
        if self._meanwhile is not None:
            self._meanwhile.update(news.rows)
        elif self._sent and news.rows:
            self._patch(news.rows)
        self._tell_people({key: who for key, who in news.presence.items() if self._window.version(key) is not None})
        self._tell_counts(news.counts)

    async def refresh(self, ticket_ids: tuple[int, ...]) -> None:
        """This person changed these: show them as they are, also where the browser has shown something else."""
        found = await self.engine.views.many(self.shell.actor, ticket_ids)
        rows = {ticket_id: row_of(found[ticket_id]) if ticket_id in found else None for ticket_id in ticket_ids}
        self._patch(rows, own=True)

    def version(self, ticket_id: int) -> int | None:
        """The version that this browser shows, for changes that must not overwrite what it has not seen."""
        return self._window.version(ticket_id)

    def _patch(self, rows: Mapping[int, Row | None], *, own: bool = False) -> None:
        patch = self._window.patch(rows, self.engine.clock.now(), again=own)
        if not patch.is_empty:
            self._send(patch, own=own)

    async def _reread(self, payload: Payload) -> None:
        """A change was refused that the browser had shown ahead."""
        await self.refresh(numbers_of(payload, "targets"))

    async def _undo(self, _: Payload) -> None:
        if self.undo is None:
            self.browser.complain(say("bulk.nothing_to_undo"))
            return
        undo, self.undo = self.undo, None
        outcome = await self.engine.desk.undo_many(self.shell.actor, undo)
        await self.shell.after(*(one.ticket_id for one in undo.tickets))
        if outcome.refused:
            self.browser.complain(
                say("bulk.undone_partly", count=len(outcome.done), why=next(iter(outcome.refused.values())))
            )
        else:
            self.browser.toast(say("bulk.undone", count=len(outcome.done)))

    # ---- pages ----

    async def _more(self, _: Payload) -> None:
        if self._cursor is None:
            return
        rows, added, changed = await self._extend(self._window)
        self._send(added, more=True)
        if not changed.is_empty:
            self._send(changed)
        await self._tell_of_reader(rows)

    async def _extend(self, window: Window) -> tuple[list[Row], Patch, Patch]:
        """The next rows of the list, what they add to the window, and what changed while they were read."""
        self._meanwhile = {}
        try:
            rows, self._cursor = await self._read(window)
            horizon = rows[-1].key(window.sort) if self._cursor is not None and rows else None
            return rows, window.load(rows, horizon), window.patch(self._meanwhile, self.engine.clock.now())
        finally:
            self._meanwhile = None

    async def _read(self, window: Window) -> tuple[list[Row], TicketCursor | int | None]:
        views, cursor, actor = self.engine.views, self._cursor, self.shell.actor
        if window.is_search:
            before = cursor if isinstance(cursor, int) else None
            found, next_message = await views.search(actor, self.state.text, window.wanted, before, PAGE_SIZE)
            return [row_of(ticket) for ticket in found], next_message
        after = cursor if isinstance(cursor, TicketCursor) else None
        tickets, next_page = await views.tickets(actor, window.wanted, window.sort, after, PAGE_SIZE)
        return [row_of(ticket) for ticket in tickets], next_page

    # ---- telling the browser ----

    async def _tell_of_reader(self, rows: list[Row]) -> None:
        """What differs from viewer to viewer: what this one has read, and who sits where now."""
        ids = [row.ticket.id for row in rows]
        reads = await self.engine.views.reads(self.shell.actor, ids)
        if reads:
            self.browser.call("list.reads", {str(key): count for key, count in reads.items()})
        self._tell_people(self.engine.presence.of(ids))

    def _tell_people(self, people: Mapping[int, tuple[Presence, ...]]) -> None:
        if people:
            self.browser.call("list.people", {
                str(key): [[one.name, bool(one.typing)] for one in who if one.user_id != self.shell.visitor.user.id]
                for key, who in people.items()
            })  # fmt: skip

    async def draw(self) -> None:
        """The filters above the list and the views beside it."""
        actor = self.shell.actor
        saved = await self.engine.saved_views.all(actor)
        queues = [load.queue for load in await self.engine.views.queues(actor)]
        wanted = {f"saved:{view.id}": read_state_of(view.query).wanted(self.shell.visitor.user.id) for view in saved}
        counts = await self.engine.views.counts(actor, wanted, MOST + 1)
        self.browser.put("filters", filter_bar(self.state, queues, self.shell.preferences.density))
        self.browser.put("views", views_nav(self.state, queues, saved))
        self.browser.call("list.state", self.state.view, self.state.path, self.state.sort, self.state.text)
        self.browser.call("list.counts", {name: (shown(count), "") for name, count in counts.items()})

    def _tell_counts(self, counts: Counts | None) -> None:
        if counts is not None and (told := counts.of(self.shell.visitor.user.id)) != self._counted:
            self._counted = told
            self.browser.call("list.counts", told)

    def _reset(self, rows: list[Row]) -> None:
        self._sent += 1
        listed = ",".join(row.json for row in rows)
        head = f'"at":{self._sent},"sort":"{self.state.sort}","search":{_js(bool(self.state.text))}'
        self.browser.call("setNow", millis(self.engine.clock.now()))
        self.browser.call("list.reset", RawJson(f'{{{head},"hasMore":{_js(self._cursor)},"rows":[{listed}]}}'))

    def _send(self, patch: Patch, *, own: bool = False, more: bool = False) -> None:
        self._sent += 1
        flags = f',"hasMore":{_js(self._cursor)}' if more else ',"own":true' if own else ""
        self.browser.call("list.patch", RawJson(f'{{"at":{self._sent}{flags},{patch.as_json()[1:]}'))


def read_state_of(path: str) -> ListState:
    """The state that a saved view holds; parts that make no sense any more are left out."""
    route = parse(path)
    return read_state(route)[0] if route is not None else ListState()


def _js(value: object) -> str:
    return "true" if value else "false"
