"""Tickets that ask much the same, and how they ended."""

from collections.abc import Collection, Sequence

from core.domain.enums import TicketStatus
from core.similar import SimilarTicket
from ui.markup import Html, tag
from ui.routing import ticket_path
from ui.texts import name_of, say
from ui.ticket.side import Section, section

_TONES = {TicketStatus.RESOLVED: "badge good", TicketStatus.CLOSED: "badge good", TicketStatus.ESCALATED: "badge bad"}


def similar_section(found: Sequence[SimilarTicket], folded: Collection[str]) -> Html:
    rows = [_row(one) for one in found] or tag("p", say("side.no_similar"), class_="is-sm muted")
    return section(
        Section.SIMILAR, say("side.similar"), rows, folded=folded, summary=tag("span", len(found), class_="num")
    )


def _row(one: SimilarTicket) -> Html:
    ticket = one.ticket
    title = say("side.likeness", share=f"{one.likeness * 100:.0f}")
    status = tag("span", name_of("status", ticket.status), class_=_TONES.get(ticket.status, "badge"))
    subject = tag("span", ticket.subject or say("queue.no_subject"), class_="clip grow", dir="auto")
    number = tag("span", f"#{ticket.number}", class_="muted num")
    return tag("a", number, subject, status, href=ticket_path(ticket.id), class_="sim", title=title)
