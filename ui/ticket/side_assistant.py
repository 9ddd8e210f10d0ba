"""What the desk thinks of a ticket: labels that a click corrects, why it is in its queue, articles that may answer."""

from collections.abc import Collection, Iterable

from core.domain.access import Actor, Permission
from core.domain.analysis import Analysis
from core.domain.entities import Suggestion, Ticket
from core.domain.enums import Sentiment
from core.explanations import Label
from core.views import TicketView
from ui import marks
from ui.markup import Child, Html, icon, tag
from ui.texts import name_of, say
from ui.ticket.side import Section, section
from ui.ticket.side_why import Why, labels_of, why_button, why_panel

SURE = 0.8
"""Below this confidence a label is shown as a guess, as the automation rules treat it."""


def assistant_section(view: TicketView, actor: Actor, folded: Collection[str], why: Why | None = None) -> Html:
    ticket = view.ticket
    may_correct = actor.may(Permission.TICKET_CHANGE)
    may_send = actor.may(Permission.TICKET_REPLY) and ticket.takes_messages
    rows = [*_labels(view, may_correct, why), _queue(ticket)]
    content = [tag("div", rows, class_="ai"), _reasons(ticket), _articles(view.suggestions, may_send)]
    summary = say("side.one_click") if may_correct else None
    return section(Section.ASSISTANT, say("side.assistant"), content, folded=folded, summary=summary)


def _labels(view: TicketView, may_correct: bool, why: Why | None) -> list[Child]:
    """The ticket's labels; a confidence stands only where the model still means the same as the ticket says."""
    told = labels_of(view.ticket)
    rows: list[Child] = []
    for kind in Label:
        analysis = kind.source(view.read).analysis if view.read else None
        ask = why_button(kind, told[kind], why) if analysis else None
        of_model = _said(kind, analysis) if analysis else None
        rows.append(_label(kind, told[kind], of_model, ask, may_correct and kind is not Label.URGENT))
        if why is not None and why.kind is kind:
            rows.append(why_panel(why, told[kind]))
    return rows


def _said(kind: Label, analysis: Analysis) -> tuple[str, float | None]:
    """What the model said when it read the message. How urgent it was is not kept as a figure."""
    match kind:
        case Label.CATEGORY:
            return analysis.category, analysis.category_confidence
        case Label.INTENT:
            return analysis.intent, analysis.intent_confidence
        case Label.SENTIMENT:
            return analysis.sentiment, analysis.sentiment_confidence
        case Label.URGENT:
            return str(analysis.urgent).lower(), None


def _label(
    kind: Label, value: str | None, of_model: tuple[str, float | None] | None, ask: Html | None, may_correct: bool
) -> Html:
    name = tag("span", say(f"side.{kind}"))
    pick = _pick(kind, value, may_correct)
    if of_model is not None and of_model[0] != value:
        by_hand = tag("span", icon("check", "is-sm", title=say("side.corrected")), class_="num")
        return tag("div", name, pick, by_hand, ask, class_="pred by-hand")
    share = of_model[1] if of_model else None
    if share is None or value is None:
        none = tag("span", "–" if of_model is None else None, class_="num muted")
        return tag("div", name, pick, tag("span", class_="meter none"), none, ask, class_="pred")
    tone = "accent" if share >= SURE else "warn"
    meter = tag("span", tag("i", class_=tone, style=f"width:{share * 100:.0f}%"), class_="meter", aria_hidden="true")
    return tag("div", name, pick, meter, tag("span", f"{share * 100:.0f} %", class_="num"), ask, class_="pred")


def _pick(kind: Label, value: str | None, may_correct: bool) -> Html:
    words = name_of(kind, value) if value else say("side.unknown")
    face: Html | None = None
    style = "pick clip" if value else "pick clip muted"
    if kind is Label.SENTIMENT and value:
        tone, sign = marks.SENTIMENT_MARKS[Sentiment(value)]
        face, style = icon(sign), f"{style} {tone}"
    if not may_correct:
        return tag("span", face, words, class_=style)
    label = f"{say(f'side.{kind}')}: {words}. {say('side.correct')}"
    return tag("button", face, tag("span", words, class_="clip"), icon("chevron-down", "is-xs", "muted"), class_=style,
               type="button", data_run=kind, data_key=f"label-{kind}", data_tip=say("side.correct"),
               aria_label=label)  # fmt: skip


def _queue(ticket: Ticket) -> Html:
    why = ", ".join(ticket.routing_reasons)
    name = tag("b", ticket.queue_name or say("ticket.no_queue"), class_="med")
    value = tag("span", name, f", {why}" if why else None, class_="clip wide",
                title=say("ticket.routed_by", rule=ticket.routing_rule or "–"))  # fmt: skip
    return tag("div", tag("span", say("side.queue")), value, class_="pred")


def _reasons(ticket: Ticket) -> Html | None:
    """Why it went where it is, and why it is as urgent as it is: every reason on a line, one click away."""
    if not ticket.routing_reasons and not ticket.priority_reasons:
        return None
    rule = tag("div", tag("span", say("side.rule")), tag("span", ticket.routing_rule or "–", class_="med"))
    told: list[Child] = [tag("div", tag("span", reason)) for reason in ticket.routing_reasons]
    if ticket.priority_reasons:
        priority = name_of("priority", ticket.priority)
        told.append(tag("div", tag("span", say("ticket.priority")), tag("span", priority, class_="med")))
        told += [tag("div", tag("span", reason)) for reason in ticket.priority_reasons]
    return tag(
        "details",
        tag("summary", icon("chevron-right", "is-xs"), tag("span", say("side.why"))),
        tag("div", rule, told, class_="why"),
        class_="reasons",
    )


def _articles(suggestions: Iterable[Suggestion], may_send: bool) -> Html:
    found = [_article(one, may_send) for one in suggestions]
    nothing = tag("p", say("side.no_suggestions"), class_="is-sm muted")
    return tag("div", found or nothing, class_="arts")


def _article(one: Suggestion, may_send: bool) -> Html:
    fits = say("side.fits", share=f"{one.confidence * 100:.0f}")
    solved = say("side.solved", share=f"{one.success_rate * 100:.0f}") if one.success_rate is not None else None
    acts: list[Child] = []
    if may_send:
        acts = [
            tag("button", say("side.insert"), class_="btn is-sm", type="button", data_article=one.article_id,
                aria_label=f"{say('side.insert')}: {one.title}"),
            tag("button", icon("send"), class_="btn icon ghost is-sm", type="button", data_article=one.article_id,
                data_send=True, data_tip=say("side.send"), aria_label=f"{say('side.send')}: {one.title}"),
        ]  # fmt: skip
    words = ", ".join(filter(None, (solved, fits)))
    return tag(
        "div", tag("b", one.title, class_="clip", title=one.title, dir="auto"), tag("span", acts, class_="acts"),
        tag("span", words, class_="muted"), class_="art",
    )  # fmt: skip
