"""Replies and notes leave the composer: stopped once when the thread moved on, with ten seconds to take them back."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from core.domain.drafts import DraftKind
from core.domain.entities import Message
from core.domain.enums import Channel, TicketStatus
from core.domain.errors import Conflict, InvalidInput
from core.views import TicketView
from ui.marks import millis
from ui.page import Action, Payload, number_of, text_of
from ui.texts import say
from ui.ticket.composer import AFTER_REPLY
from ui.ticket.conversation import newest_customer_message
from ui.ticket.drafting import kind_of
from ui.ticket.macro_level import status_of
from ui.ticket.moved_on import changes_since, stopped

if TYPE_CHECKING:
    from ui.ticket.open_ticket import OpenTicket


class Sending:
    """The acts of the send button. The ticket is named by the browser, for it may have gone on to another."""

    def __init__(self, ticket: "OpenTicket") -> None:
        self._ticket = ticket
        self._engine, self._browser, self._shell = ticket.engine, ticket.browser, ticket.shell

    def actions(self) -> Mapping[str, Action]:
        return {"send": self._send, "undo": self._undo}

    async def _send(self, payload: Payload) -> None:
        ticket_id, text, kind = number_of(payload, "ticket"), text_of(payload, "text"), kind_of(payload)
        try:
            if kind is DraftKind.NOTE:
                await self._engine.desk.note(self._shell.actor, ticket_id, text)
                self._browser.call("ticket.sent", ticket_id, kind, text, None)
                self._browser.toast(say("ticket.noted"))
            else:
                await self._reply(ticket_id, payload, text)
        except _Stopped:
            pass
        finally:
            self._browser.call("ticket.done", ticket_id)
        await self._shell.after(ticket_id)

    async def _reply(self, ticket_id: int, payload: Payload, text: str) -> None:
        then, actor = status_of(payload) or _after(text_of(payload, "then")), self._shell.actor
        chosen = self._ticket.macros.chosen(payload, text)
        view = await self._engine.views.ticket(actor, ticket_id)
        self._stop_if_moved(view, number_of(payload, "seq"))
        newest = newest_customer_message(view)
        try:
            message = await self._engine.desk.reply(
                actor, ticket_id, text, then=then, seen_message_id=newest.message.id if newest else None,
                **chosen,
            )  # fmt: skip
        except Conflict:
            # A message that came between the look and the lock; anything else is said as it is.
            self._stop_if_moved(await self._engine.views.ticket(actor, ticket_id), view.seq)
            raise
        undo = self._undo_offer(message)
        self._browser.call("ticket.sent", ticket_id, "reply", text, undo)
        if undo is None:
            self._browser.toast(say("ticket.sent"))

    def _stop_if_moved(self, view: TicketView, seq: int) -> None:
        changes = changes_since(view, seq, self._shell.actor)
        if changes and view.ticket.takes_messages:
            self._ticket.show(view)
            self._browser.call("ticket.stopped", view.ticket.id, stopped(changes), view.seq)
            raise _Stopped

    def _undo_offer(self, message: Message) -> dict[str, int] | None:
        seconds = self._engine.rules.current.lifecycle.undo_send_seconds
        if message.channel is Channel.CHAT or not seconds:
            return None
        return {"message": message.id, "until": millis(message.created_at + timedelta(seconds=seconds))}

    async def _undo(self, payload: Payload) -> None:
        ticket_id = number_of(payload, "ticket")
        is_back = await self._engine.desk.undo_reply(self._shell.actor, number_of(payload, "message"))
        self._browser.call("ticket.takenBack", ticket_id, is_back)
        if is_back:
            self._browser.toast(say("ticket.undone"))
        else:
            self._browser.complain(say("ticket.too_late"))
        await self._shell.after(ticket_id)


class _Stopped(Exception):
    """The reply was not sent, and its writer was told why."""


def _after(value: str) -> TicketStatus:
    if value not in AFTER_REPLY:
        raise InvalidInput("then", f"{value!r} can't follow a reply", "Reload the page")
    return TicketStatus(value)
