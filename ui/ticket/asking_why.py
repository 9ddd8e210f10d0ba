"""The "why" that is open on a ticket: asked when somebody opens it, beside everything else that the page does."""

import logging
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from nicegui import background_tasks

from core.domain.errors import Conflict, FrontlineError, Unavailable
from core.domain.ports import AnalyzerState
from core.explanations import Label
from core.views import TicketView
from ui.texts import say
from ui.ticket.side_why import Why

if TYPE_CHECKING:
    from ui.ticket.open_ticket import OpenTicket

log = logging.getLogger(__name__)


class AskingWhy:
    """One label at a time. `shown` is what the panel draws."""

    def __init__(self, ticket: "OpenTicket") -> None:
        self._ticket = ticket
        self._engine, self._browser, self._shell = ticket.engine, ticket.browser, ticket.shell
        self.shown: Why | None = None

    def forget(self) -> None:
        """Another ticket is opened; the browser forgets by itself."""
        self.shown = None

    def toggle(self, kind: Label) -> None:
        """Open or shut it; one that ended in a problem is asked again."""
        was, ticket_id = self.shown, self._ticket.shown.ticket.id
        if was is not None and was.kind is kind and not was.problem:
            self.shown = None
            self._browser.call("ticket.carried", ticket_id, None, [])
        else:
            self._begin(ticket_id, kind)
            self._browser.call("ticket.reveal", ticket_id, f"why-{kind}")
        self._ticket.draw_assistant()

    def follow(self, view: TicketView) -> None:
        """A newer message may be where the label comes from now."""
        shown = self.shown
        if shown is None or shown.found is None or not view.read:
            return
        if shown.kind.source(view.read).message.id != shown.found.message.id:
            self._begin(view.ticket.id, shown.kind)

    def _begin(self, ticket_id: int, kind: Label) -> None:
        self.shown = Why(kind)
        background_tasks.create(self._ask(ticket_id, self.shown))

    async def _ask(self, ticket_id: int, asked: Why) -> None:
        answer = await self._answer(ticket_id, asked)
        # Somebody may have shut it, or gone on to another label or ticket.
        if self.shown is not asked or self._ticket.ticket_id != ticket_id:
            return
        self.shown = answer
        with self._shell.speaking():
            self._ticket.draw_assistant()
        if answer.found is not None:
            words = [[carrier.word, carrier.effect > 0] for carrier in answer.found.found.carriers]
            self._browser.call("ticket.carried", ticket_id, answer.found.message.id, words)

    async def _answer(self, ticket_id: int, asked: Why) -> Why:
        try:
            (found,) = await self._engine.explanations.of_ticket(self._shell.actor, ticket_id, [asked.kind])
        except FrontlineError as error:
            log.info("why %s of ticket %s is not told: %s", asked.kind, ticket_id, error)
            with self._shell.speaking():
                return replace(asked, problem=self._told(error))
        except Exception:
            reference = secrets.token_hex(4)
            log.exception("why %s of ticket %s failed, reference %s", asked.kind, ticket_id, reference)
            with self._shell.speaking():
                return replace(asked, problem=say("error.unexpected", reference=reference))
        return replace(asked, found=found)

    def _told(self, error: FrontlineError) -> str:
        if isinstance(error, Conflict):
            return say("carried.unread")
        if isinstance(error, Unavailable):
            is_loading = self._engine.analyzer.state is AnalyzerState.LOADING
            return say("carried.loading" if is_loading else "carried.unavailable")
        return str(error)
