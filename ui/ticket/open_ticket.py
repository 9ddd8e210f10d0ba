"""The ticket that is open in one browser: patched to how it is, and honest about what it refused."""

from collections.abc import Awaitable, Mapping
from datetime import timedelta

from nicegui import ui

from core.desk import TicketPatch
from core.domain.access import Permission
from core.domain.entities import Message
from core.domain.enums import Channel, Priority, TicketStatus
from core.domain.errors import Conflict, InvalidInput, NotFound, VersionConflict
from core.views import TicketView
from ui.frame import show, slot
from ui.marks import millis
from ui.markup import Html, join, tag
from ui.news import News
from ui.page import Action, Part, Payload, number_of, text_of
from ui.plain import empty
from ui.shell import Shell
from ui.texts import say
from ui.ticket.conversation import entries_of, newest_customer_message
from ui.ticket.side import side_panel
from ui.ticket.ticket_head import AFTER_REPLY, above_composer, closed_note, composer, ticket_head


class OpenTicket(Part):
    """Nothing is shown while `ticket_id` is None."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.ticket_id: int | None = None
        self._view: TicketView | None = None

    def build(self) -> None:
        with ui.element("section").classes("conv") as conversation:
            conversation.props["aria-label"] = say("ticket.conversation")
            show(slot("head"), "header")
            show(slot("thread")).classes("thread").props(
                f'role="log" tabindex="0" aria-label="{say("ticket.messages")}"'
            )
            show(above_composer())
            show(slot("composer"), style="below")
        show(slot("side"), "aside", "side")

    async def open(self, ticket_id: int | None) -> None:
        if ticket_id == self.ticket_id:
            return
        self.ticket_id, self._view = ticket_id, None
        if ticket_id is not None:
            await self.load()

    async def load(self) -> None:
        if self.ticket_id is None:
            return
        try:
            view = await self.engine.views.ticket(self.shell.actor, self.ticket_id)
        except NotFound:
            to_queue = tag("a", say("ticket.back"), class_="btn", href="/queue")
            missing = empty("search", say("ticket.missing"), say("ticket.missing.hint"), to_queue)
            self.browser.put("head", Html(""))
            self.browser.put("thread", missing)
            self.browser.put("composer", Html(""))
            self.browser.put("side", Html(""))
            return
        self._show(view)

    def apply(self, news: News) -> None:
        view = news.watched.get(self.ticket_id or 0)
        if view is not None:
            self._show(view)

    def actions(self) -> Mapping[str, Action]:
        return {
            "send": self._send, "undo": self._undo, "take": self._take, "status": self._set_status,
            "priority": self._set_priority, "insert": self._insert,
        }  # fmt: skip

    @property
    def _shown(self) -> TicketView:
        if self._view is None:
            raise InvalidInput("ticket", "is not open", "Open a ticket first")
        return self._view

    def _show(self, view: TicketView) -> None:
        """A view that was read before the one shown is older news and ignored."""
        shown = self._view
        if shown and (view.ticket.version < shown.ticket.version or len(view.messages) < len(shown.messages)):
            return
        self._view = view
        warn_ratio = float(self.engine.rules.current.sla.warn_ratio)
        self.browser.put("head", ticket_head(view, self.shell.actor))
        self.browser.put("side", join(side_panel(view, self.engine.clock.now(), warn_ratio)))
        entries = [tag("div" if entry.style == "event" else "article", entry.markup, class_=entry.style)
                   for entry in entries_of(view)]  # fmt: skip
        self.browser.put("thread", join(entries))
        if not view.ticket.takes_messages:
            self.browser.put("composer", closed_note())
        elif shown is None and self.shell.actor.may(Permission.TICKET_REPLY):
            self.browser.put("composer", composer(view))
        self.browser.call("ticket.shown", view.ticket.id, f"#{view.ticket.number} {view.ticket.subject}")

    async def _send(self, payload: Payload) -> None:
        text, mode = text_of(payload, "text"), text_of(payload, "mode")
        try:
            if mode == "note":
                await self.engine.desk.note(self.shell.actor, self._shown.ticket.id, text)
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
                self.shell.actor, self._shown.ticket.id, text, then=then, seen_message_id=seen or None
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
        newest = newest_customer_message(self._shown)
        was_checked = seen > 0 and self._shown.ticket.takes_messages
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
        if await self.engine.desk.undo_reply(self.shell.actor, number_of(payload, "message")):
            self.browser.call("ticket.takenBack")
            self.browser.toast(say("ticket.undone"))
        else:
            self.browser.complain(say("ticket.too_late"))
        await self.load()

    async def _take(self, _: Payload) -> None:
        ticket, actor = self._shown.ticket, self.shell.actor
        if ticket.assignee_id is None:
            await self._change(self.engine.desk.take(actor, ticket.id))
        else:
            await self._change(self.engine.desk.assign(actor, ticket.id, self.shell.visitor.user.id, ticket.version))

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
        ticket = self._shown.ticket
        await self._change(self.engine.desk.change(self.shell.actor, ticket.id, patch, ticket.version))

    async def _change(self, doing: Awaitable[object]) -> None:
        """Do it, and show how the ticket is now, whether it was done or not."""
        try:
            await doing
        except VersionConflict:
            self.browser.complain(say("ticket.conflict"))
        finally:
            self.browser.forget()
            await self.load()

    async def _insert(self, payload: Payload) -> None:
        value = text_of(payload, "value")
        if not (value.isascii() and value.isdigit() and len(value) < 19):
            raise InvalidInput("article", "is not a number", "Reload the page")
        article = await self.engine.articles.get(self.shell.actor, int(value))
        self.browser.call("ticket.insert", article.body)


def _after(value: str) -> TicketStatus:
    if value not in AFTER_REPLY:
        raise InvalidInput("then", f"{value!r} can't follow a reply", "Reload the page")
    return TicketStatus(value)
