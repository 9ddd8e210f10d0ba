"""The head of a ticket and its composer."""

from collections.abc import Sequence
from enum import StrEnum

from core.domain.access import Actor, Permission
from core.domain.entities import Ticket
from core.domain.enums import Priority, TicketStatus
from core.domain.statuses import FOLLOWING
from core.replies import LONGEST_REPLY
from core.views import TicketView
from ui import marks
from ui.markup import Html, icon, tag
from ui.texts import name_of, say

AFTER_REPLY = (TicketStatus.PENDING_CUSTOMER, TicketStatus.RESOLVED, TicketStatus.IN_PROGRESS)
"""What a ticket may become when a reply is sent; the first is the usual one."""


def ticket_head(view: TicketView, actor: Actor) -> Html:
    ticket = view.ticket
    back = tag("button", icon("chevron-left"), class_="btn icon ghost is-sm back", type="button", data_act="back",
               title=f"{say('ticket.back')} (Esc)", aria_label=say("ticket.back"))  # fmt: skip
    details = tag("button", icon("info-circle"), class_="btn icon ghost is-sm only-narrow", type="button",
                  data_side=True, title=say("ticket.details"), aria_label=say("ticket.details"))  # fmt: skip
    title = tag("h1", ticket.subject or say("queue.no_subject"), class_="clip grow")
    number = tag("span", f"#{ticket.number}", class_="muted num")
    clock = marks.clock_mark(ticket.due_at, ticket.sla_state)
    chips = [_status(ticket, actor), _priority(ticket, actor), _assignee(ticket), _queue(ticket), _take(ticket, actor)]
    return tag(
        "div", tag("div", back, title, number, clock, details, class_="t"), tag("div", chips, class_="m"), class_="head"
    )


def _status(ticket: Ticket, actor: Actor) -> Html:
    possible = [ticket.status, *sorted(FOLLOWING[ticket.status] - {ticket.status}, key=list(TicketStatus).index)]
    sign = icon(marks.STATUS_ICONS[ticket.status])
    return _choice("status", sign, ticket.status, possible, actor)


def _priority(ticket: Ticket, actor: Actor) -> Html:
    return _choice("priority", marks.priority_mark(ticket.priority), ticket.priority, list(reversed(Priority)), actor)


def _choice(kind: str, sign: Html, chosen: StrEnum, possible: Sequence[StrEnum], actor: Actor) -> Html:
    """A select in the clothes of a chip; a plain chip for who may not change it, or where nothing else is possible."""
    if not actor.may(Permission.TICKET_CHANGE) or len(possible) < 2:
        return tag("span", sign, name_of(kind, chosen), class_="prop")
    options = [tag("option", name_of(kind, one), value=one, selected=one is chosen) for one in possible]
    select = tag("select", options, data_act=kind, aria_label=say(f"ticket.{kind}"))
    return tag("label", sign, select, icon("chevron-down", "is-xs"), class_="prop")


def _assignee(ticket: Ticket) -> Html:
    if ticket.assignee_name is None:
        return tag("span", tag("span", class_="av s none"), say("ticket.nobody"), class_="prop")
    return tag("span", marks.avatar(ticket.assignee_name, "s"), ticket.assignee_name, class_="prop")


def _queue(ticket: Ticket) -> Html:
    return tag(
        "span", icon("route"), ticket.queue_name or say("ticket.no_queue"), class_="prop", title=say("ticket.queue")
    )


def _take(ticket: Ticket, actor: Actor) -> Html | None:
    if not ticket.is_open or ticket.assignee_id == actor.user_id:
        return None
    if ticket.assignee_id is None and actor.may(Permission.TICKET_ASSIGN_SELF):
        label = say("ticket.take")
    elif actor.may(Permission.TICKET_ASSIGN_OTHERS):
        label = say("ticket.assign_to_me")
    else:
        return None
    return tag("button", icon("hand-stop"), label, class_="btn is-sm end", type="button", data_act="take")


def composer(view: TicketView) -> Html:
    """Where replies and notes are written. Its text belongs to the browser: the server never draws it again."""
    ticket = view.ticket
    modes = [_mode("reply", say("composer.reply"), "R"), _mode("note", say("composer.note_tab"), "N")]
    sign = icon(marks.CHANNEL_ICONS[ticket.channel], "is-sm")
    to = tag("span", sign, say("composer.to", name=ticket.customer_name), class_="hs tight to")
    top = tag("div", tag("span", modes, class_="seg"), to, tag("span", id="draft-state", class_="end", role="status"),
              class_="top")  # fmt: skip
    text = tag(
        "textarea", id="composer-text", class_="text", rows=3, maxlength=LONGEST_REPLY, aria_label=say("composer.label")
    )
    options = [tag("option", say(f"then.{status}"), value=status) for status in AFTER_REPLY]
    choice = tag("select", options, id="composer-then", aria_label=say("composer.then"))
    then = tag("label", choice, icon("chevron-down", "is-xs"), class_="prop")
    send = tag("button", say("composer.send"), tag("kbd", say("keys.send"), class_="kbd"), class_="btn primary",
               id="composer-send", type="button")  # fmt: skip
    foot = tag("div", tag("span", then, send, class_="end"), class_="foot")
    return tag("div", top, text, foot, class_="composer")


def above_composer() -> Html:
    """What speaks up when a reply is stopped or may still be taken back."""
    stopped = tag(
        "div", icon("alert-circle"), tag("span"), class_="banner warn", id="stopped", role="alert", hidden=True
    )
    undo = tag("div", icon("mail"), tag("span"), tag("button", say("undo.do"), type="button"), class_="undo", id="undo",
               role="status", hidden=True)  # fmt: skip
    return tag("div", stopped, undo, class_="below")


def closed_note() -> Html:
    return tag("div", icon("lock"), say("ticket.closed"), class_="banner info")


def _mode(kind: str, label: str, key: str) -> Html:
    return tag("button", label, tag("kbd", key, class_="kbd"), type="button", data_mode_button=kind,
               class_="on" if kind == "reply" else None)  # fmt: skip
