"""What somebody writes on a ticket and has not sent: kept on the server, so that it waits in every browser."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.domain.drafts import DraftKind
from core.domain.errors import InvalidInput
from core.views import TicketView
from ui.marks import millis
from ui.page import Action, Payload, number_of, text_of
from ui.ticket.conversation import newest_customer_message

if TYPE_CHECKING:
    from ui.ticket.open_ticket import OpenTicket


class Drafting:
    """The acts of a composer that saves. The ticket is named by the browser, for it may have gone on to another."""

    def __init__(self, ticket: "OpenTicket") -> None:
        self._ticket = ticket
        self._engine, self._browser, self._shell = ticket.engine, ticket.browser, ticket.shell

    def actions(self) -> Mapping[str, Action]:
        return {"draft": self._save}

    async def of(self, view: TicketView) -> dict[str, Any]:
        """What the composer starts with. A draft is as old as its last saving: what came later has not been seen."""
        drafts: dict[str, Any] = {kind.value: None for kind in DraftKind}
        for kind, draft in (await self._engine.drafts.of(self._shell.actor, view.ticket.id)).items():
            seen = max((event.seq for event in view.events if event.at <= draft.updated_at), default=0)
            drafts[kind.value] = {"text": draft.text, "seq": seen, "at": millis(draft.updated_at), "macro": None}
        return drafts

    async def _save(self, payload: Payload) -> None:
        ticket_id, kind, text = number_of(payload, "ticket"), kind_of(payload), text_of(payload, "text")
        view = self._ticket.view_of(ticket_id)
        newest = newest_customer_message(view) if view else None
        seen = newest.message.id if newest else None
        await self._engine.drafts.save(self._shell.actor, ticket_id, kind, text, seen)
        self._browser.call("ticket.drafted", ticket_id, kind, number_of(payload, "at"))


def kind_of(payload: Payload) -> DraftKind:
    value = text_of(payload, "kind")
    if value not in DraftKind.__members__.values():
        raise InvalidInput("kind", f"{value!r} is neither a reply nor a note", "Reload the page")
    return DraftKind(value)
