"""Who writes: tier, worth, ways to reach them, and what the desk knows from before."""

from collections.abc import Collection
from decimal import Decimal

from core.customer_history import CustomerHistory
from core.domain.entities import Customer, Ticket
from ui import marks
from ui.figures import number
from ui.markup import Child, Html, tag
from ui.routing import ticket_path
from ui.texts import name_of, say
from ui.ticket.side import Section, facts, section

_MOST_OPEN = 4


def customer_section(
    ticket: Ticket, customer: Customer, history: CustomerHistory | None, folded: Collection[str]
) -> Html:
    """`history` comes a moment after the rest and may be missing."""
    company = tag("span", customer.company, class_="company clip", dir="auto") if customer.company else None
    name = tag("span", tag("span", customer.name, class_="clip", dir="auto"), company, class_="vs")
    title = tag("span", marks.avatar(customer.name, "l"), name, class_="hs")
    rows: list[tuple[str, Child]] = []
    since = tag("span", say("side.since"), " ", marks.time_mark(customer.created_at, "day"), class_="end")
    value = f"{number(Decimal(customer.annual_value_usd))} USD" if customer.annual_value_usd else "–"
    rows.append((say("side.value"), [tag("span", value, class_="num"), since]))
    if history is not None:
        rows.append((say("side.history"), [_count(history), _content(history)]))
        rows += _also_open(ticket, history)
    rows += [
        (name_of("contact", point.kind), tag("span", point.value, class_="clip", dir="auto", title=point.value))
        for point in customer.contacts
    ]
    if customer.language:
        rows.append((say("side.language"), name_of("language", customer.language)))
    return section(Section.CUSTOMER, title, facts(rows), folded=folded, summary=marks.tier_badge(customer.tier),
                   is_person=True)  # fmt: skip


def _count(history: CustomerHistory) -> str:
    return say("side.ticket") if history.total == 1 else say("side.tickets", count=history.total)


def _content(history: CustomerHistory) -> Html | None:
    """Mean score of the surveys; a figure comes with the number of answers behind it."""
    if history.csat is None:
        return None
    words = say("side.csat", score=number(history.csat, 1), count=history.csat_count)
    return tag("span", words, class_="end num", title=say("side.csat.hint"))


def _also_open(ticket: Ticket, history: CustomerHistory) -> list[tuple[str, Child]]:
    others = [one for one in history.open if one.id != ticket.id]
    rows: list[tuple[str, Child]] = []
    for index, one in enumerate(others[:_MOST_OPEN]):
        subject = tag("span", one.subject or say("queue.no_subject"), class_="clip", dir="auto", title=one.subject)
        link = tag("a", f"#{one.number}", href=ticket_path(one.id), class_="num")
        rows.append((say("side.also_open") if index == 0 else "", [link, subject]))
    if len(others) > _MOST_OPEN:
        rows.append(("", say("side.more_open", count=len(others) - _MOST_OPEN)))
    return rows
