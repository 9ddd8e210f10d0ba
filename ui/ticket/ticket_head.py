"""The head of a ticket: what it is about, who looks at it, and a chip for each thing that a command changes."""

from collections.abc import Sequence

from core.domain.access import Actor, Permission
from core.domain.entities import Ticket
from core.presence import Presence
from ui import marks
from ui.markup import Child, Html, icon, tag
from ui.texts import name_of, say

_MOST_FACES = 4


def ticket_head(ticket: Ticket, people: Sequence[Presence], actor: Actor) -> Html:
    may_change = actor.may(Permission.TICKET_CHANGE)
    back = _round_button("chevron-left", say("ticket.back"), "back", data_back=True, data_keys="Esc")
    details = _round_button("info-circle", say("ticket.details"), "only-narrow", data_run="details")
    more = _round_button("link", say("command.copy_link"), "only-wide", data_run="copy_link")
    title = tag("h1", ticket.subject or say("queue.no_subject"), class_="clip", dir="auto", title=ticket.subject)
    who = tag(
        "span", tag("span", ticket.customer_name, dir="auto"), marks.tier_badge(ticket.tier), class_="who only-phone"
    )
    number = tag("span", f"#{ticket.number}", class_="muted num")
    clock = tag("span", marks.clock_mark(ticket.due_at, ticket.sla_state), class_="only-narrow")
    top = tag("div", back, tag("span", title, who, class_="what grow"), number, present(people), clock, more, details,
              class_="t")  # fmt: skip
    chips: list[Child] = [
        _chip("status", _status_sign(ticket), name_of("status", ticket.status), may_change),
        _chip("priority", marks.priority_mark(ticket.priority), name_of("priority", ticket.priority), may_change),
        _chip("assign", *_assignee(ticket), actor.may(Permission.TICKET_ASSIGN_SELF)),
        _chip("queue", icon("route"), ticket.queue_name or say("ticket.no_queue"), may_change, _routed_by(ticket)),
        _resolve(ticket) if may_change else None,
    ]
    return tag("div", top, tag("div", chips, class_="m"), class_="head")


def present(people: Sequence[Presence]) -> Html:
    """The colleagues who look at this ticket; who writes has a pen."""
    if not people:
        return Html("")
    names = ", ".join(f"{one.name} ({say('presence.typing')})" if one.typing else one.name for one in people)
    faces = [_face(one) for one in people[:_MOST_FACES]]
    rest = len(people) - _MOST_FACES
    more = tag("span", f"+{rest}", class_="av more") if rest > 0 else None
    title = say("presence.viewing", names=names)
    return tag("span", faces, more, class_="stack", title=title, role="img", aria_label=title)


def writing(people: Sequence[Presence]) -> Html:
    """Who writes just now, above the composer."""
    told = [
        tag("span", tag("i"), tag("i"), tag("i"), say(f"presence.{one.typing}", name=one.name), class_="typing")
        for one in people
        if one.typing
    ]
    return tag("div", told, class_="writing") if told else Html("")


def _face(one: Presence) -> Html:
    pen = tag("span", icon("pencil"), class_="st pen") if one.typing else None
    return tag("span", marks.initials(one.name), pen, class_=f"av {marks.hue(one.name)}")


def _chip(command: str, sign: Html, words: str, may: bool, why: str | None = None) -> Html:
    text = tag("span", words, class_="clip")
    if not may:
        return tag("span", sign, text, class_="prop", title=why)
    label = f"{say(f'ticket.{command}')}: {words}"
    return tag("button", sign, text, class_="prop", type="button", data_run=command, data_key=f"chip-{command}",
               data_tip=why or say(f"ticket.{command}"), aria_label=label)  # fmt: skip


def _status_sign(ticket: Ticket) -> Html:
    return icon(marks.STATUS_ICONS[ticket.status], f"on-{ticket.status}")


def _assignee(ticket: Ticket) -> tuple[Html, str]:
    if ticket.assignee_name is None:
        return tag("span", class_="av s none"), say("ticket.nobody")
    return marks.avatar(ticket.assignee_name, "s"), ticket.assignee_name


def _routed_by(ticket: Ticket) -> str | None:
    return say("ticket.routed_by", rule=ticket.routing_rule) if ticket.routing_rule else None


def _resolve(ticket: Ticket) -> Html | None:
    if not ticket.is_open:
        return None
    return tag("button", icon("check"), say("ticket.resolve"), class_="btn is-sm", type="button", data_run="resolve",
               data_key="resolve")  # fmt: skip


def _round_button(sign: str, label: str, style: str, **attributes: str | bool) -> Html:
    return tag("button", icon(sign), class_=f"btn icon ghost is-sm {style}", type="button", aria_label=label,
               data_tip=label, **attributes)  # fmt: skip
