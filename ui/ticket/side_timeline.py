"""Everything that happened to a ticket, from the journal: what, who and when, newest first."""

from collections.abc import Collection

from core.domain.events import Event, EventType
from core.views import TicketView
from ui import marks
from ui.markup import Html, icon, tag
from ui.texts import name_of, say
from ui.ticket.event_lines import told_as
from ui.ticket.side import Section, section

MOST = 200
"""A journal that is longer is cut here: the oldest rows are in the audit."""
_SIGNS = {
    "message": "mail", "analysis": "sparkles", "ticket": "circle-dashed", "label": "tag", "articles": "book",
    "note": "lock", "reply": "corner-up-left", "sla": "clock", "survey": "star", "notification": "bell",
}  # fmt: skip


def timeline_section(view: TicketView, folded: Collection[str]) -> Html:
    """A shut one holds no rows; the browser asks for them when it is opened."""
    is_shut = Section.TIMELINE.value in folded
    rows = [] if is_shut else rows_after(view, 0)
    cut = 0 if is_shut else len(view.events) - len(rows)
    more = tag("p", say("side.timeline_cut", count=cut), class_="is-sm muted") if cut else None
    return section(
        Section.TIMELINE, say("side.timeline"), tag("ol", rows, class_="told", id="told"), more, folded=folded,
        summary=tag("span", len(view.events), class_="num", id="told-count"),
    )  # fmt: skip


def rows_after(view: TicketView, seq: int) -> list[Html]:
    """The journal rows after `seq`, newest first."""
    newest = sorted((event for event in view.events if event.seq > seq), key=lambda event: -event.seq)
    return [_row(event, view) for event in newest[:MOST]]


def _row(event: Event, view: TicketView) -> Html:
    told = told_as(event, view.ticket)
    sign, words = told if told is not None else (_SIGNS.get(event.type.split(".")[0], "circle"), _plainly(event.type))
    by = tag("span", event.actor_name, class_="muted clip", dir="auto")
    return tag("li", icon(sign, "is-sm"), tag("span", words), by, marks.time_mark(event.at))


def _plainly(type_: EventType) -> str:
    return name_of("timeline", type_)
