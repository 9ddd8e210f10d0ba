"""What is owed until when, how much of it is used, and the steps that lead to the deadline."""

from collections.abc import Collection
from datetime import datetime

from config.rules import BusinessRules
from core.domain.entities import SlaClock, Ticket
from core.domain.enums import ClockKind, ClockState
from core.sla_why import Step, StepKind, Why, explain
from core.views import TicketView
from ui import marks
from ui.figures import duration, number
from ui.markup import Child, Html, icon, tag
from ui.texts import fill, name_of, say
from ui.ticket.side import Section, section


def sla_section(view: TicketView, now: datetime, rules: BusinessRules, folded: Collection[str]) -> Html:
    ticket = view.ticket
    summary = marks.clock_mark(ticket.due_at, ticket.sla_state)
    clocks = [view.clocks[kind] for kind in ClockKind if kind in view.clocks]
    content: Child = tag("p", say("clock.unknown"), class_="is-sm muted")
    if clocks:
        content = [_clock(ticket, clock, now, rules, is_first=clock is _leading(clocks)) for clock in _in_order(clocks)]
    return section(Section.SLA, say("side.sla"), content, folded=folded, summary=summary)


def _leading(clocks: list[SlaClock]) -> SlaClock:
    """The clock that is due next; with none counting, the resolution."""
    counting = [clock for clock in clocks if clock.state.is_counting]
    return min(counting, key=lambda clock: clock.due_at) if counting else clocks[-1]


def _in_order(clocks: list[SlaClock]) -> list[SlaClock]:
    first = _leading(clocks)
    return [first, *(clock for clock in clocks if clock is not first)]


def _clock(ticket: Ticket, clock: SlaClock, now: datetime, rules: BusinessRules, *, is_first: bool) -> Html:
    """The clock that is due next in full; of the other one line, with its steps folded away."""
    warn_ratio = float(rules.sla.warn_ratio)
    share = marks.used_share(clock, now, warn_ratio)
    tone = _tone(clock, share, warn_ratio)
    # A bar's width is the one style that a page must compute; it comes from the share alone.
    bar = tag("div", tag("i", class_=tone, style=f"width:{share * 100:.0f}%"), class_="slabar", aria_hidden="true")
    used = say("side.used", used=f"{share * 100:.0f}", warn=f"{warn_ratio * 100:.0f}") if clock.met_at is None else None
    line = tag("div", tag("span", _promise(clock)), tag("span", used, class_="num"), class_="due")
    why = _why(ticket, explain(ticket, clock, rules), clock)
    if is_first:
        return tag("div", bar, line, why, class_="slaclock")
    return tag(
        "details", tag("summary", icon("chevron-right", "is-xs"), tag("span", _promise(clock))), why, class_="slaclock"
    )


def _promise(clock: SlaClock) -> Html:
    if clock.met_at is not None:
        late = "side.met_late" if clock.breached_at else "side.met"
        return fill(late, clock=name_of("clock", clock.kind), at=tag("b", marks.time_mark(clock.met_at)))
    if clock.state is ClockState.PAUSED and clock.paused_at:
        return fill("side.paused_since", clock=name_of("clock", clock.kind), at=marks.time_mark(clock.paused_at))
    return fill(f"side.due.{clock.kind}", at=tag("b", marks.time_mark(clock.due_at), class_="med"))


def _tone(clock: SlaClock, share: float, warn_ratio: float) -> str:
    if clock.breached_at is not None or (share >= 1 and clock.met_at is None):
        return "late"
    if clock.state is ClockState.PAUSED:
        return "paused"
    return "risk" if share >= warn_ratio and clock.met_at is None else "ok"


def _why(ticket: Ticket, why: Why, clock: SlaClock) -> Html:
    steps: list[Child] = [_row(*_told(ticket, step), is_counted=step.counts) for step in why.steps]
    if not steps and clock.kind is ClockKind.RESOLUTION:
        # The rules have changed since; what was noted then still tells how it came.
        steps = [_row(reason, "") for reason in ticket.sla_reasons]
    total = [marks.time_mark(why.started_at), f" + {duration(why.total)}"]
    result = tag("div", tag("span", total), marks.time_mark(why.due_at), class_="res")
    return tag("div", steps, result, class_="why")


def _told(ticket: Ticket, step: Step) -> tuple[str, str]:
    length = duration(step.duration) if step.duration is not None else ""
    match step.kind:
        case StepKind.TARGET:
            words = {"channel": name_of("channel", ticket.channel), "priority": name_of("priority", ticket.priority)}
            return say("why.target", **words), length
        case StepKind.RULE:
            return say("why.rule" if step.counts else "why.rule_loses", rule=ticket.routing_rule or "–"), length
        case StepKind.TIER:
            return name_of("tier", ticket.tier), f"× {number(step.factor or 1, None)}"
        case StepKind.CAPPED:
            return say("why.capped"), length
        case StepKind.PAUSED:
            return say("why.paused"), f"+ {length}"
        case StepKind.OUTSIDE:
            return say("why.outside"), f"+ {length}"


def _row(words: str, figure: str, *, is_counted: bool = True) -> Html:
    style = None if is_counted else "cut"
    return tag("div", tag("span", words, class_=style), tag("span", figure, class_="num"))
