"""The ticket that is open in one browser: patched to how it is, and honest about what it refused."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from nicegui import ui

from core.customer_history import CustomerHistory
from core.domain.access import Permission
from core.domain.entities import User
from core.domain.errors import FrontlineError, InvalidInput, NotFound
from core.domain.macros import VARIABLES
from core.presence import Presence
from core.similar import SimilarTicket
from core.views import TicketView
from ui.frame import show, slot
from ui.markup import Html, join, tag
from ui.news import News
from ui.page import Action, Part, Payload, number_of, text_of
from ui.plain import empty
from ui.shell import Shell
from ui.texts import say
from ui.ticket.asking_why import AskingWhy
from ui.ticket.composer import above_composer, closed_note, composer
from ui.ticket.conversation import Entry, entries_of
from ui.ticket.drafting import Drafting
from ui.ticket.macro_level import MacroLevel
from ui.ticket.moved_on import changes_since, collided
from ui.ticket.sending import Sending
from ui.ticket.side import Section, folded_of, kept_of, side_frame
from ui.ticket.side_assistant import assistant_section
from ui.ticket.side_customer import customer_section
from ui.ticket.side_similar import similar_section
from ui.ticket.side_sla import sla_section
from ui.ticket.side_timeline import rows_after, timeline_section
from ui.ticket.thread import Thread, is_empty
from ui.ticket.ticket_head import ticket_head, writing

log = logging.getLogger(__name__)

_SLOTS = ("head", "writing", "composer", *(section.slot for section in Section))


class OpenTicket(Part):
    """Nothing is shown while `ticket_id` is None."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.ticket_id: int | None = None
        self.drafts = Drafting(self)
        self.macros = MacroLevel(self)
        self.why = AskingWhy(self)
        self._sending = Sending(self)
        self._view: TicketView | None = None
        self._thread = Thread()
        self._colleagues: list[User] = []
        self._folded: frozenset[str] = frozenset()
        self._history: CustomerHistory | None = None
        self._similar: Sequence[SimilarTicket] = ()
        self._people: Sequence[Presence] = ()
        self._at_opening: frozenset[str] = frozenset()
        self._has_composer = False
        self._told_to: int | None = None
        """The journal row up to which the timeline was told."""

    def build(self) -> None:
        with ui.element("section").classes("conv") as conversation:
            conversation.props["aria-label"] = say("ticket.conversation")
            show(slot("head"), "header")
            show(_talk()).classes("talk")
            show(above_composer())
            show(slot("composer"), style="below")
        show(side_frame(), "aside", "side").props["aria-label"] = say("ticket.details")
        self.browser.client.on_delete(lambda: self.engine.presence.leave(self._screen))

    # ---- opening ----

    async def open(self, ticket_id: int | None) -> None:
        if ticket_id == self.ticket_id:
            return
        self.ticket_id, self._view, self._history, self._similar = ticket_id, None, None, ()
        self._thread, self._has_composer, self._told_to = Thread(), False, None
        self.why.forget()
        user = self.shell.visitor.user
        self.engine.presence.look(user.id, user.name, self._screen, ticket_id)
        if ticket_id is not None:
            await self.load()

    async def load(self) -> None:
        """How the ticket is now. What the browser changed by itself in the meantime is put right."""
        if self.ticket_id is None:
            return
        try:
            view = await self.engine.views.ticket(self.shell.actor, self.ticket_id)
        except NotFound:
            self._show_missing()
            return
        if self._view is None:
            await self._begin(view)
        else:
            self.browser.forget("head")
            self.show(view)
        await self._look_around()

    async def _begin(self, view: TicketView) -> None:
        """The first look at a ticket: from its first unread entry, with what was begun to be written."""
        actor, ticket_id = self.shell.actor, view.ticket.id
        self._colleagues = await self.engine.views.users(actor)
        self._folded = folded_of((await self.engine.preferences.of(actor)).folded)
        seen = (await self.engine.views.reads(actor, [ticket_id])).get(ticket_id, 0)
        entries = self._entries(view)
        self._at_opening = frozenset(entry.key for entry in entries)
        unread = _first_unread(entries, view, seen)
        self._view = view
        fresh = _mark(entries, unread, "thread.new", actor.key) if unread else None
        self._people = self._others(self.engine.presence.of([ticket_id])[ticket_id])
        self._draw(view)
        self.browser.call("ticket.opened", await self._opened(view))
        self.browser.call("ticket.thread", self._thread.start(entries, unread) | {"ticket": ticket_id, "mark": fresh})
        self.browser.call("ticket.shown", ticket_id, *self._title(view))
        await self._mark_read(view)

    async def _opened(self, view: TicketView) -> dict[str, Any]:
        """What the script of a ticket needs to know once."""
        ticket = view.ticket
        sms = self.engine.rules.current.channels.sms
        return {
            "id": ticket.id, "seq": view.seq, "variables": VARIABLES,
            "drafts": await self.drafts.of(view),
            "colleagues": [{"id": one.id, "name": one.name} for one in self._colleagues if one.active],
            "sms": {"most": sms.max_reply_chars, "links": sms.link_to_web},
        }  # fmt: skip

    async def _look_around(self) -> None:
        """What stands beside the conversation and takes a moment longer."""
        view = self.shown
        try:
            self._history = await self.engine.views.history(self.shell.actor, view.customer.id)
            self._similar = await self.engine.views.similar(self.shell.actor, view.ticket.id)
        except FrontlineError as error:
            # The conversation is there; its surroundings come with the next look.
            log.info("the surroundings of ticket %s were not read: %s", view.ticket.id, error)
        self._draw_side(self.shown)

    def _show_missing(self) -> None:
        self._view = None
        for name in _SLOTS:
            self.browser.put(name, Html(""))
        to_queue = tag("a", say("ticket.back"), class_="btn", href="/queue")
        missing = empty("search", say("ticket.missing"), say("ticket.missing.hint"), to_queue, alone=True)
        self.browser.call("ticket.missing", missing)

    # ---- living ----

    def apply(self, news: News) -> None:
        people = news.presence.get(self.ticket_id or 0)
        if people is not None and self._view is not None:
            self._people = self._others(people)
            self._draw_people(self._view)
        view = news.watched.get(self.ticket_id or 0)
        if view is not None and self._view is not None:
            self.show(view)

    def show(self, view: TicketView) -> None:
        """A view that was read before the one shown is older news and ignored."""
        shown = self._view
        if shown is not None and (shown.ticket.id != view.ticket.id or view.seq < shown.seq):
            return
        self._view = view
        self._draw(view)
        entries = self._entries(view)
        patch = self._thread.patch(entries)
        if not is_empty(patch):
            fresh = next((at for at, entry in enumerate(entries) if self._is_news(entry)), None)
            mark = _mark(entries, fresh, "thread.since", self.shell.actor.key) if fresh is not None else None
            self.browser.call("ticket.thread", patch | {"ticket": view.ticket.id, "mark": mark})
        self.browser.call("ticket.shown", view.ticket.id, *self._title(view))

    @property
    def version(self) -> int | None:
        """The version of the ticket that is shown, if one is."""
        return self._view.ticket.version if self._view is not None else None

    @property
    def shown(self) -> TicketView:
        if self._view is None:
            raise InvalidInput("ticket", "is not open", "Open a ticket first")
        return self._view

    def view_of(self, ticket_id: int) -> TicketView | None:
        """The shown ticket, if it is this one."""
        return self._view if self._view is not None and self._view.ticket.id == ticket_id else None

    def actions(self) -> Mapping[str, Action]:
        return {
            **self._sending.actions(), **self.drafts.actions(), "beat": self._beat, "typing": self._typing,
            "away": self._away, "fold": self._fold, "older": self._older, "insert": self._insert, "read": self._read,
        }  # fmt: skip

    # ---- drawing ----

    def _draw(self, view: TicketView) -> None:
        actor = self.shell.actor
        self._draw_people(view)
        if not view.ticket.takes_messages:
            self._has_composer = False
            self.browser.put("composer", closed_note())
        elif not self._has_composer and actor.may(Permission.TICKET_REPLY):
            # Its text belongs to the browser: while the ticket stays open it is never drawn again.
            self._has_composer = True
            self.browser.forget("composer")
            self.browser.put("composer", composer(view))
        self._draw_side(view)

    def _draw_side(self, view: TicketView) -> None:
        folded, now = self._folded, self.engine.clock.now()
        put = self.browser.put
        put(Section.CUSTOMER.slot, customer_section(view.ticket, view.customer, self._history, folded))
        put(Section.SLA.slot, sla_section(view, now, self.engine.rules.current, folded))
        self.draw_assistant()
        put(Section.SIMILAR.slot, similar_section(self._similar, folded))
        self._draw_timeline(view)

    def draw_assistant(self) -> None:
        """Nothing, where the ticket was left meanwhile."""
        if self._view is not None:
            self.why.follow(self._view)
            markup = assistant_section(self._view, self.shell.actor, self._folded, self.why.shown)
            self.browser.put(Section.ASSISTANT.slot, markup)

    def _draw_timeline(self, view: TicketView, *, anew: bool = False) -> None:
        """The journal only grows: after the first time, what is new is put on top."""
        newest = max((event.seq for event in view.events), default=0)
        if anew or self._told_to is None:
            self.browser.forget(Section.TIMELINE.slot)
            self.browser.put(Section.TIMELINE.slot, timeline_section(view, self._folded))
        elif newest > self._told_to:
            is_shut = Section.TIMELINE.value in self._folded
            rows = [] if is_shut else rows_after(view, self._told_to)
            self.browser.call("ticket.told", view.ticket.id, join(rows), len(view.events))
        self._told_to = newest

    def _draw_people(self, view: TicketView) -> None:
        self.browser.put("head", ticket_head(view.ticket, self._people, self.shell.actor))
        self.browser.put("writing", writing(self._people))

    def _others(self, people: Sequence[Presence]) -> list[Presence]:
        return [one for one in people if one.user_id != self.shell.visitor.user.id]

    def _title(self, view: TicketView) -> tuple[str, int, bool]:
        """What the tab says, how far the reader has seen, and whether writing comes with an offer to take it."""
        ticket = view.ticket
        is_free = ticket.assignee_id is None and ticket.is_open
        offer = is_free and self.shell.actor.may(Permission.TICKET_ASSIGN_SELF)
        return f"#{ticket.number} {ticket.subject}", view.seq, offer

    def _entries(self, view: TicketView) -> list[Entry]:
        return entries_of(view, [one.name for one in self._colleagues])

    def _is_news(self, entry: Entry) -> bool:
        return entry.key not in self._at_opening and entry.by != self.shell.actor.key

    # ---- acts ----

    @property
    def _screen(self) -> str:
        return self.browser.client.id

    async def _beat(self, _: Payload) -> None:
        self.engine.presence.beat(self._screen)

    async def _typing(self, payload: Payload) -> None:
        kind = payload.get("kind")
        if number_of(payload, "ticket") == self.ticket_id:
            self.engine.presence.typing(self._screen, kind if kind in ("reply", "note") else None)

    async def _away(self, _: Payload) -> None:
        """The browser went to a page that shows no ticket."""
        user = self.shell.visitor.user
        self.engine.presence.look(user.id, user.name, self._screen, None)
        self.ticket_id = self._view = None

    async def _read(self, _: Payload) -> None:
        """The reader has seen the end of the thread."""
        if self._view is not None:
            await self._mark_read(self._view)

    async def _mark_read(self, view: TicketView) -> None:
        ticket = view.ticket
        await self.engine.desk.mark_read(self.shell.actor, ticket.id, ticket.customer_messages)

    async def _older(self, _: Payload) -> None:
        self._thread.reach_back()
        view = self.shown
        self.browser.call("ticket.thread", self._thread.patch(self._entries(view)) | {"ticket": view.ticket.id})

    async def _fold(self, payload: Payload) -> None:
        name, is_shut = text_of(payload, "section"), payload.get("shut") is True
        if name not in Section.__members__.values():
            raise InvalidInput("section", f"there is no {name!r}", "Reload the page")
        self._folded = self._folded | {name} if is_shut else self._folded - {name}
        await self.engine.preferences.change(self.shell.actor, folded=kept_of(self._folded))
        if name == Section.TIMELINE and not is_shut and self._view is not None:
            self._draw_timeline(self._view, anew=True)

    async def _insert(self, payload: Payload) -> None:
        await self.insert(number_of(payload, "article"), send=payload.get("send") is True)

    async def insert(self, article_id: int, *, send: bool = False) -> None:
        """Put an article into the composer, and with `send` let it go at once."""
        article = await self.engine.articles.get(self.shell.actor, article_id)
        self.browser.call("ticket.insert", self.shown.ticket.id, article.body, send)

    async def explain_conflict(self) -> bool:
        """Something was refused: show how the ticket is now, and say who changed what. False when nobody did."""
        seen = self.shown.seq
        await self.load()
        changes = changes_since(self.shown, seq=seen, actor=self.shell.actor)
        if changes:
            self.browser.complain(collided(changes))
        return bool(changes)


def _talk() -> Html:
    """The thread, which its script fills entry by entry, and the pill that leads to what is new."""
    thread = tag("div", class_="thread", id="thread", role="log", tabindex="0", aria_label=say("ticket.messages"))
    return join(thread, tag("button", class_="pill", id="thread-pill", type="button", hidden=True))


def _first_unread(entries: Sequence[Entry], view: TicketView, seen: int) -> int | None:
    """The index of the first message of the customer that was neither seen by the reader nor answered."""
    asked = [shown.message.id for shown in view.messages if shown.message.is_from_customer]
    unread = asked[max(seen, view.ticket.answered_messages) :]
    if not unread:
        return None
    return next((at for at, entry in enumerate(entries) if entry.key == f"message:{unread[0]}"), None)


def _mark(entries: Sequence[Entry], start: int, words: str, own: str) -> dict[str, Any]:
    """The line above the first new entry."""
    count = max(1, sum(1 for entry in entries[start:] if entry.by != own and entry.is_word))
    many = "" if count == 1 else ".many"
    return {
        "key": entries[start].key, "count": count, "text": say(f"{words}{many}", count=count),
        "pill": say(f"thread.pill{many}", count=count),
    }  # fmt: skip
