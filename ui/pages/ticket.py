"""One ticket: its conversation, what is known of it, and the answer to it."""

from collections.abc import Awaitable, Mapping
from datetime import timedelta

from fastapi import Request
from fastapi.responses import Response
from nicegui import ui

from core.bootstrap import Engine
from core.desk import TicketPatch
from core.domain.access import Permission
from core.domain.entities import Message
from core.domain.enums import Channel, Priority, TicketStatus
from core.domain.errors import Conflict, InvalidInput, NotFound, VersionConflict
from core.views import TicketView
from ui.browser import Browser
from ui.components.conversation import newest_customer_message
from ui.components.side import side_panel
from ui.components.thread import Thread
from ui.components.ticket_head import AFTER_REPLY, above_composer, closed_note, composer, ticket_head
from ui.live import Feed
from ui.marks import millis
from ui.markup import Html, join, tag
from ui.pages.queue import live
from ui.screen import Action, News, Payload, Screen, number_of, text_of
from ui.session import Visitor
from ui.shell import admitted, friendly_page, rail, show, start_page
from ui.texts import say


class TicketScreen(Screen):
    """One ticket open in one browser."""

    def __init__(self, engine: Engine, visitor: Visitor, browser: Browser, view: TicketView) -> None:
        super().__init__(engine, visitor, browser, f"/tickets/{view.ticket.id}")
        self.ticket_id: int = view.ticket.id
        self._view = view

    def actions(self) -> Mapping[str, Action]:
        return {
            "send": self._send, "undo": self._undo, "take": self._take, "status": self._set_status,
            "priority": self._set_priority, "insert": self._insert, "back": self._back,
            "resync": lambda _: self.load(),
        }  # fmt: skip

    def build(self) -> None:
        view = self._view
        with ui.element("div").classes("app"):
            show(rail(self.visitor, ""), "nav")
            with ui.element("main").classes("panel"):
                with ui.element("section").classes("conv") as conversation:
                    conversation.props["aria-label"] = say("ticket.conversation")
                    self._head = show(ticket_head(view, self.actor), "header")
                    self._thread = Thread(view)
                    show(above_composer())
                    self._closed = show(closed_note(), style="below")
                    self._composer = show(composer(view)) if self.actor.may(Permission.TICKET_REPLY) else None
                self._side = show(self._side_markup(view), "aside", "side")
        self._show_composer(view)

    def apply(self, news: News) -> None:
        view = news.watched.get(self.ticket_id)
        if view is not None:
            self._show(view)

    async def load(self) -> None:
        self.browser.call("setNow", millis(self.engine.clock.now()))
        self._show(await self.engine.views.ticket(self.actor, self.ticket_id))

    def _show(self, view: TicketView) -> None:
        """Patch what differs. A view that was read before the one shown is older news and ignored."""
        if view.ticket.version < self._view.ticket.version or len(view.messages) < len(self._view.messages):
            return
        self._view = view
        with self.browser.client:
            self._head.set_content(ticket_head(view, self.actor))
            self._side.set_content(self._side_markup(view))
            self._thread.show(view)
            self._show_composer(view)
            self.browser.call("ticket.after")

    def _show_composer(self, view: TicketView) -> None:
        self._closed.set_visibility(not view.ticket.takes_messages)
        if self._composer is not None:
            self._composer.set_visibility(view.ticket.takes_messages)

    def _side_markup(self, view: TicketView) -> Html:
        warn_ratio = float(self.engine.rules.current.sla.warn_ratio)
        return join(side_panel(view, self.engine.clock.now(), warn_ratio))

    async def _send(self, payload: Payload) -> None:
        text, mode = text_of(payload, "text"), text_of(payload, "mode")
        try:
            if mode == "note":
                await self.engine.desk.note(self.actor, self.ticket_id, text)
                self.browser.call("ticket.sent", mode, text, None)
                self.browser.toast(say("ticket.noted"))
            else:
                await self._reply(payload, text)
            await self.load()
        finally:
            self.browser.call("ticket.done")

    async def _reply(self, payload: Payload, text: str) -> None:
        seen, then = number_of(payload, "seen"), _after(text_of(payload, "then"))
        try:
            message = await self.engine.desk.reply(
                self.actor, self.ticket_id, text, then=then, seen_message_id=seen or None
            )
        except Conflict:
            await self.load()
            if not self._was_overtaken(seen):
                raise
            return
        undo = self._undo_offer(message)
        self.browser.call("ticket.sent", "reply", text, undo)
        if undo is None:
            self.browser.toast(say("ticket.sent"))

    def _was_overtaken(self, seen: int) -> bool:
        """The customer wrote again: say so once, and let the next sending count that message as read."""
        newest = newest_customer_message(self._view)
        was_checked = seen > 0 and self._view.ticket.takes_messages
        if newest is None or not was_checked or newest.message.id <= seen:
            return False
        name = newest.message.author_name or say("message.nobody")
        self.browser.call("ticket.stopped", say("ticket.stopped", name=name), newest.message.id)
        return True

    def _undo_offer(self, message: Message) -> dict[str, int] | None:
        seconds = self.engine.rules.current.lifecycle.undo_send_seconds
        if message.channel is Channel.CHAT or not seconds:
            return None
        return {"message": message.id, "until": millis(message.created_at + timedelta(seconds=seconds))}

    async def _undo(self, payload: Payload) -> None:
        if await self.engine.desk.undo_reply(self.actor, number_of(payload, "message")):
            self.browser.call("ticket.takenBack")
            self.browser.toast(say("ticket.undone"))
        else:
            self.browser.complain(say("ticket.too_late"))
        await self.load()

    async def _take(self, _: Payload) -> None:
        if self._view.ticket.assignee_id is None:
            await self._change(self.engine.desk.take(self.actor, self.ticket_id))
        else:
            version = self._view.ticket.version
            await self._change(self.engine.desk.assign(self.actor, self.ticket_id, self.visitor.user.id, version))

    async def _set_status(self, payload: Payload) -> None:
        wanted = text_of(payload, "value")
        if wanted not in TicketStatus.__members__.values():
            raise InvalidInput("status", f"{wanted!r} is not a status", "Reload the page")
        await self._patch(TicketPatch(status=TicketStatus(wanted)))

    async def _set_priority(self, payload: Payload) -> None:
        wanted = text_of(payload, "value")
        if wanted not in Priority.__members__.values():
            raise InvalidInput("priority", f"{wanted!r} is not a priority", "Reload the page")
        await self._patch(TicketPatch(priority=Priority(wanted)))

    async def _patch(self, patch: TicketPatch) -> None:
        version = self._view.ticket.version
        await self._change(self.engine.desk.change(self.actor, self.ticket_id, patch, version))

    async def _change(self, doing: Awaitable[object]) -> None:
        """Do it, and show how the ticket is now, whether it was done or not."""
        try:
            await doing
        except VersionConflict:
            self.browser.complain(say("ticket.conflict"))
        finally:
            await self.load()
            # A select keeps what was chosen in it, also when the choice was refused.
            self.browser.call("ticket.redraw", f"{self._head.html_id}", str(self._head.content))

    async def _insert(self, payload: Payload) -> None:
        value = text_of(payload, "value")
        if not (value.isascii() and value.isdigit() and len(value) < 19):
            raise InvalidInput("article", "is not a number", "Reload the page")
        article = await self.engine.articles.get(self.actor, int(value))
        self.browser.call("ticket.insert", article.body)

    async def _back(self, _: Payload) -> None:
        self.browser.call("ticket.back")


def _after(value: str) -> TicketStatus:
    if value not in AFTER_REPLY:
        raise InvalidInput("then", f"{value!r} can't follow a reply", "Reload the page")
    return TicketStatus(value)


def ticket_page(engine: Engine, feed: Feed) -> None:
    """Register /tickets/{ticket_id}."""

    @ui.page("/tickets/{ticket_id}", title=f"{say('ticket.title')} · {say('product')}")
    async def ticket(request: Request, ticket_id: int) -> Response | None:
        visitor = await admitted(engine, request)
        if isinstance(visitor, Response):
            return visitor
        if not visitor.actor.may(Permission.TICKET_READ):
            start_page(engine, visitor, request)
            friendly_page(visitor, "chart-line", say("executive.title"), say("executive.hint"))
            return None
        try:
            view = await engine.views.ticket(visitor.actor, ticket_id)
        except NotFound:
            start_page(engine, visitor, request)
            to_queue = tag("a", say("ticket.back"), class_="btn", href="/queue")
            friendly_page(visitor, "search", say("ticket.missing"), say("ticket.missing.hint"), to_queue)
            ui.status_code(404)
            return None
        start_page(engine, visitor, request, ticket=ticket_id)
        ui.page_title(f"#{ticket_id} {view.ticket.subject} · {say('product')}")
        screen = TicketScreen(engine, visitor, Browser(ui.context.client), view)
        screen.build()
        live(screen, feed)
        return None
