"""What stands beside a conversation: who writes, what is owed until when, what the desk thinks of it."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from core.domain.analysis import Analysis
from core.domain.entities import Customer, SlaClock, Suggestion, Ticket
from core.domain.enums import ClockKind, ClockState
from core.views import TicketView
from ui import marks
from ui.markup import Child, Html, icon, tag
from ui.texts import name_of, say
from ui.ticket.conversation import newest_customer_message

SURE = 0.8
"""Below this confidence a label is shown as a guess, as the automation rules treat it."""


def side_panel(view: TicketView, now: datetime, warn_ratio: float) -> list[Html]:
    newest = newest_customer_message(view)
    return [
        customer_section(view.customer),
        sla_section(view, now, warn_ratio),
        labels_section(view.ticket, newest.analysis if newest else None),
        suggestions_section(view.suggestions),
    ]


def customer_section(customer: Customer) -> Html:
    company = tag("span", customer.company, class_="is-sm muted clip") if customer.company else None
    name = tag("span", tag("b", customer.name, class_="clip"), company, class_="vs grow")
    who = tag("div", marks.avatar(customer.name, "l"), name, marks.tier_badge(customer.tier), class_="hs who")
    facts: list[tuple[str, Child]] = [(say(f"contact.{point.kind}"), point.value) for point in customer.contacts]
    if customer.language:
        facts.append((say("side.language"), name_of("language", customer.language)))
    if customer.annual_value_usd:
        facts.append((say("side.value"), f"{Decimal(customer.annual_value_usd):,.0f} USD"))
    facts.append((say("side.since"), marks.time_mark(customer.created_at, "day")))
    return _section(say("side.customer"), who, _facts(facts))


def sla_section(view: TicketView, now: datetime, warn_ratio: float) -> Html:
    ticket = view.ticket
    summary = marks.clock_mark(ticket.due_at, ticket.sla_state)
    clocks = [_clock(view.clocks[kind], now, warn_ratio) for kind in ClockKind if kind in view.clocks]
    reasons = [tag("div", tag("span", reason)) for reason in ticket.sla_reasons]
    why = tag("div", reasons, class_="why") if reasons else None
    return _section("SLA", clocks or tag("p", say("clock.unknown"), class_="is-sm muted"), why, summary=summary)


def _clock(clock: SlaClock, now: datetime, warn_ratio: float) -> Html:
    share = marks.used_share(clock, now, warn_ratio)
    tone = _tone(clock, share, warn_ratio)
    # A bar's width is the one style that a page must compute; it comes from the share alone.
    bar = tag("div", tag("i", class_=tone, style=f"width:{share * 100:.0f}%"), class_="slabar", aria_hidden="true")
    met = [f"{say('clock.met')} ", marks.time_mark(clock.met_at)] if clock.met_at else None
    due: Child = name_of("clock", clock.state)
    if clock.state.is_counting:
        due = [due, " · ", marks.time_mark(clock.due_at)]
    line = tag("div", tag("span", name_of("clock", clock.kind), class_="med"), tag("span", met or due), class_="due")
    return tag("div", line, bar)


def _tone(clock: SlaClock, share: float, warn_ratio: float) -> str:
    if clock.breached_at is not None or (share >= 1 and clock.met_at is None):
        return "late"
    if clock.state in (ClockState.PAUSED, ClockState.CANCELLED):
        return "paused"
    return "risk" if share >= warn_ratio and clock.met_at is None else "ok"


def labels_section(ticket: Ticket, analysis: Analysis | None) -> Html:
    """The ticket's labels; a confidence stands only where the model still means the same as the ticket says."""
    of_model = analysis and (
        (analysis.category, analysis.category_confidence),
        (analysis.intent, analysis.intent_confidence),
        (analysis.sentiment, analysis.sentiment_confidence),
        (analysis.language, analysis.language_confidence),
    )
    labels = (("category", ticket.category), ("intent", ticket.intent), ("sentiment", ticket.sentiment),
              ("language", ticket.language))  # fmt: skip
    rows = [_label(kind, value, of_model[index] if of_model else None) for index, (kind, value) in enumerate(labels)]
    route = [tag("div", tag("span", reason)) for reason in (*ticket.routing_reasons, *ticket.priority_reasons)]
    rule = tag("div", tag("span", say("side.rule")), tag("span", ticket.routing_rule or "–", class_="med"))
    return _section(say("side.assistant"), tag("div", rows, class_="ai"), tag("div", rule, route, class_="why"))


def _label(kind: str, value: str | None, of_model: tuple[str, float] | None) -> Html:
    name = tag("span", say(f"side.{kind}"))
    if value is None:
        unknown = tag("span", say("side.unknown"), class_="pick muted")
        return tag("div", name, unknown, tag("span"), tag("span", "–", class_="num muted"), class_="pred")
    pick = tag("span", name_of(kind, value), class_="pick clip")
    if of_model is None or of_model[0] != value:
        set_by_hand = tag("span", icon("check", "is-sm", title=say("side.corrected")), class_="num")
        return tag("div", name, pick, tag("span"), set_by_hand, class_="pred")
    share = of_model[1]
    tone = "accent" if share >= SURE else "warn"
    meter = tag("span", tag("i", class_=tone, style=f"width:{share * 100:.0f}%"), class_="meter", aria_hidden="true")
    return tag("div", name, pick, meter, tag("span", f"{share * 100:.0f} %", class_="num"), class_="pred")


def suggestions_section(suggestions: Iterable[Suggestion]) -> Html:
    found = [_suggestion(one) for one in suggestions]
    return _section(say("side.suggestions"), found or tag("p", say("side.no_suggestions"), class_="is-sm muted"))


def _suggestion(one: Suggestion) -> Html:
    solved = f" · {say('side.solved', share=f'{one.success_rate * 100:.0f}')}" if one.success_rate is not None else ""
    insert = tag(
        "button", say("side.insert"), class_="btn is-sm", type="button", data_act="insert", data_value=one.article_id
    )
    return tag(
        "div",
        tag("b", one.title, class_="clip"),
        tag("span", insert, class_="acts"),
        tag("span", say("side.fits", share=f"{one.confidence * 100:.0f}") + solved),
        class_="art",
    )


def _section(title: str, *content: Child, summary: Html | None = None) -> Html:
    head = tag("h2", title, tag("span", summary, class_="sum") if summary else None)
    return tag("section", head, *content, class_="sec")


def _facts(facts: Iterable[tuple[str, Child]]) -> Html:
    return tag("dl", [(tag("dt", name), tag("dd", value)) for name, value in facts], class_="kv")
