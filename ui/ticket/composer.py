"""Where replies and notes are written, and what speaks up above it. Its text belongs to the browser."""

from core.domain.enums import Channel, TicketStatus
from core.replies import LONGEST_REPLY
from core.views import TicketView
from ui import marks
from ui.frame import slot
from ui.markup import Html, icon, tag
from ui.texts import name_of, say

AFTER_REPLY = (TicketStatus.PENDING_CUSTOMER, TicketStatus.RESOLVED, TicketStatus.IN_PROGRESS)
"""What a ticket may become when a reply is sent; the first is the usual one."""


def composer(view: TicketView) -> Html:
    ticket, channel = view.ticket, view.reply_channel
    modes = [_mode("reply", say("composer.reply"), "R"), _mode("note", say("composer.note_tab"), "N")]
    way = tag("span", icon(marks.CHANNEL_ICONS[channel]), name_of("channel", channel), class_="prop channel")
    to = tag("span", say("composer.to", name=ticket.customer_name), class_="clip to", dir="auto")
    state = tag("span", id="draft-state", class_="end hs tight nowrap", role="status")
    top = tag("div", tag("span", modes, class_="seg"), way, to, state, class_="top")
    text = tag("textarea", id="composer-text", class_="text", rows=2, maxlength=LONGEST_REPLY, dir="auto",
               aria_label=say("composer.label"), data_channel=channel, spellcheck="true")  # fmt: skip
    tools = [_tool("bolt", "macros"), _tool("book", "article"), _tool("at", "mention")]
    counter = tag("span", id="sms-counter", class_="sms hs tight", hidden=channel is not Channel.SMS)
    foot = tag("div", tools, tag("span", counter, _send(), class_="end"), class_="foot")
    chips = tag("div", id="composer-effects", class_="effects", hidden=True)
    warning = tag("div", icon("alert-circle"), tag("span"), class_="banner warn", id="composer-warning", role="alert",
                  hidden=True)  # fmt: skip
    found = tag(
        "div", id="composer-names", class_="menu", role="listbox", aria_label=say("composer.names"), hidden=True
    )
    return tag("div", found, top, text, warning, chips, foot, class_="composer")


def above_composer() -> Html:
    """Offers and notices between the thread and the composer."""
    offer = tag(
        "div", icon("hand-stop"), tag("span", say("ticket.offer"), class_="grow"),
        tag("button", say("ticket.take"), class_="btn is-sm", type="button", data_run="take"), id="take-offer",
        class_="banner info", role="status", hidden=True,
    )  # fmt: skip
    take_back = tag("button", say("undo.do"), type="button", data_run="undo_send")
    undo = tag(
        "div", icon("mail"), tag("span", class_="grow"), take_back, class_="undo", id="undo", role="status",
        hidden=True,
    )  # fmt: skip
    return tag("div", slot("writing"), tag("div", id="stopped", role="alert", hidden=True), offer, undo, class_="below")


def closed_note() -> Html:
    return tag("div", icon("lock"), say("ticket.closed"), class_="banner info")


def _send() -> Html:
    """The button, and the menu of what becomes of the ticket afterwards."""
    send = tag("button", tag("span", say("composer.send"), id="composer-verb"),
               tag("kbd", say("keys.send"), class_="kbd"), class_="btn primary", id="composer-send", type="button",
               data_tip=say("command.send"), data_keys="Mod+Enter")  # fmt: skip
    more = tag("button", icon("chevron-down", "is-sm"), class_="btn primary cut", type="button", id="composer-more",
               aria_label=say("composer.then"), data_tip=say("composer.then"), aria_haspopup="menu",
               aria_expanded="false")  # fmt: skip
    choices = [
        tag("button", tag("span", say(f"then.{status}"), class_="grow"), icon("check", "is-sm"), class_="opt",
            type="button", role="menuitemradio", data_then=status, aria_checked=str(status is AFTER_REPLY[0]).lower())
        for status in AFTER_REPLY
    ]  # fmt: skip
    menu = tag("div", choices, id="composer-then", class_="menu", role="menu", aria_label=say("composer.then"),
               hidden=True)  # fmt: skip
    return tag("span", send, more, menu, class_="splitbtn")


def _tool(sign: str, command: str) -> Html:
    label = say(f"command.{command}")
    return tag("button", icon(sign), class_="btn icon ghost is-sm", type="button", data_run=command,
               data_tool=command, aria_label=label)  # fmt: skip


def _mode(kind: str, label: str, key: str) -> Html:
    return tag("button", label, tag("kbd", key, class_="kbd"), type="button", data_mode_button=kind,
               class_="on" if kind == "reply" else None)  # fmt: skip
