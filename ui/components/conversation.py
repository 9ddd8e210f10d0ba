"""The conversation of a ticket: messages, notes and what happened between them, as entries of one thread."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.domain.entities import Attachment, Message, OutboxItem
from core.domain.enums import ActorKind, AttachmentState, DeliveryState, MessageKind
from core.domain.events import Event, EventType
from core.views import MessageView, TicketView
from ui import marks
from ui.markup import Html, icon, join, tag
from ui.texts import name_of, say

_STYLES = {MessageKind.CUSTOMER: "msg", MessageKind.NOTE: "msg noted"}
_DELIVERY_ICONS = {
    DeliveryState.SENT: ("checks", "info"),
    DeliveryState.DEAD: ("alert-triangle", "bad"),
    DeliveryState.UNCERTAIN: ("help", "warn"),
    DeliveryState.CANCELLED: ("arrow-back-up", "muted"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in the thread. `key` stays while its markup changes; `style` is the class of the box around it."""

    key: str
    at: datetime
    style: str
    markup: Html


def entries_of(view: TicketView) -> list[Entry]:
    """The whole thread, oldest first. Pure: the same view gives the same entries."""
    entries = [_message(shown) for shown in view.messages]
    entries += [entry for entry in map(_event, view.events) if entry is not None]
    return sorted(entries, key=lambda entry: entry.at)


def _message(shown: MessageView) -> Entry:
    message = shown.message
    is_boxed = message.kind is not MessageKind.CUSTOMER
    content = join(_by(shown), _body(shown), _extras(shown), _files(shown.attachments))
    markup = join(
        marks.avatar(message.author_name or "?", automatic=_is_automatic(message)),
        tag("div", content, class_="box" if is_boxed else None,
            data_customer_message=message.id if message.is_from_customer else None),
    )  # fmt: skip
    return Entry(f"message:{message.id}", message.created_at, _STYLES.get(message.kind, "msg out"), markup)


def _by(shown: MessageView) -> Html:
    message = shown.message
    if message.kind is MessageKind.NOTE:
        via = tag("span", icon("lock"), say("message.note"), class_="via")
    else:
        label = tag("span", name_of("channel", message.channel))
        via = tag("span", icon(marks.CHANNEL_ICONS[message.channel]), label, class_="via")
    automatic: Html | None = None
    if message.automatic:
        words = name_of("automatic", message.automatic)
        automatic = tag("span", words, class_="badge", title=message.automatic_reason)
    return tag(
        "div",
        _author(message),
        via,
        automatic,
        tag("span", _mood(shown), _delivery(shown.delivery), marks.time_mark(message.created_at), class_="end"),
        class_="by",
    )


def _author(message: Message) -> Html:
    if _is_automatic(message):
        return tag("b", say("message.assistant"), title=message.author_name)
    return tag("b", message.author_name or say("message.nobody"))


def _is_automatic(message: Message) -> bool:
    return message.kind is MessageKind.AUTO_REPLY or message.author.startswith(ActorKind.SERVICE_AGENT.value)


def _mood(shown: MessageView) -> Html | None:
    return marks.sentiment_mark(shown.analysis.sentiment) if shown.analysis else None


def _delivery(item: OutboxItem | None) -> Html | None:
    if item is None:
        return None
    sign, tone = _DELIVERY_ICONS.get(item.state, ("clock", "muted"))
    words = name_of("delivery", item.state) + (f": {item.last_error}" if item.last_error else "")
    shown = tag("span", words, class_=tone) if tone in ("bad", "warn") else None
    return tag("span", icon(sign, "is-sm", tone, title=words), shown, class_="hs tight")


def _body(shown: MessageView) -> Html:
    return tag("div", shown.message.text or say("message.empty"), class_="body")


def _extras(shown: MessageView) -> Html | None:
    """What is folded away: quoted history, the signature, the original layout."""
    message = shown.message
    folded = "\n\n".join(part for part in (message.signature, message.quoted) if part)
    more = tag(
        "details",
        tag("summary", icon("dots", "is-sm", title=say("message.quoted")), class_="quote"),
        tag("div", folded, class_="quoted"),
        class_="more",
    )
    original = tag("button", say("message.html"), class_="quote", type="button", data_html=message.id)
    if not folded and not message.html:
        return None
    return tag("div", more if folded else None, original if message.html else None, class_="extras")


def _files(attachments: tuple[Attachment, ...]) -> Html | None:
    return tag("div", [_file(found) for found in attachments], class_="files") if attachments else None


def _file(found: Attachment) -> Html:
    sign = icon("photo" if found.content_type.startswith("image/") else "file-text")
    if found.state is not AttachmentState.STORED:
        return tag("span", sign, found.filename, tag("span", found.reason), class_="file refused")
    name = tag("span", found.filename, class_="clip name")
    return tag("a", sign, name, tag("span", _size(found.size)), href=f"/files/{found.id}", class_="file", download=True)


def _size(count: int) -> str:
    if count < 1_000:
        return f"{count} B"
    return f"{count / 1_000:.0f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


Sentence = Callable[[Event, Mapping[str, Any]], Html | None]


def _strong(text: object) -> Html:
    return tag("b", str(text))


def _routed(event: Event, data: Mapping[str, Any]) -> Html:
    queue = _strong(str(data.get("queue") or "").replace("_", " "))
    if _is_person(event):
        return join("Moved to ", queue, f" by {event.actor_name}")
    return join("Routed to ", queue, " by rule ", _strong(data.get("rule") or "–"))


def _assigned(event: Event, data: Mapping[str, Any]) -> Html:
    name = _strong(data.get("assignee") or "")
    return join("Taken by ", name) if data.get("assignee") == event.actor_name else join(
        "Assigned to ", name, f" by {event.actor_name}" if _is_person(event) else None
    )  # fmt: skip


def _moved(event: Event, data: Mapping[str, Any]) -> Html:
    to = _strong(name_of("status", str(data.get("to") or "")))
    return join(f"{event.actor_name} set ", to) if _is_person(event) else join("Now ", to)


def _prioritised(event: Event, data: Mapping[str, Any]) -> Html | None:
    if data.get("was") == data.get("priority"):
        return None
    to = _strong(name_of("priority", str(data.get("priority") or "")))
    return join("Priority ", to, f", set by {event.actor_name}" if _is_person(event) else None)


def _late(words: str) -> Sentence:
    return lambda _, data: join(_strong(name_of("clock", str(data.get("clock") or ""))), words)


_SENTENCES: dict[EventType, tuple[str, Sentence]] = {
    EventType.TICKET_ROUTED: ("route", _routed),
    EventType.TICKET_PRIORITISED: ("flag", _prioritised),
    EventType.TICKET_ASSIGNED: ("user", _assigned),
    EventType.TICKET_UNASSIGNED: ("user", lambda event, data: join(f"Given back by {event.actor_name}")),
    EventType.TICKET_STATUS_CHANGED: ("circle-dashed", _moved),
    EventType.TICKET_REOPENED: ("refresh", lambda event, data: join("Reopened")),
    EventType.TICKET_RESOLVED: ("circle-check", _moved),
    EventType.TICKET_CLOSED: ("lock", _moved),
    EventType.TICKET_ESCALATED: (
        "flag",
        lambda event, data: join("Escalated", f": {data['reason']}" if data.get("reason") else None),
    ),
    EventType.LABEL_CORRECTED: (
        "tag",
        lambda event, data: join(
            f"{event.actor_name} corrected {data.get('label')} to ", _strong(data.get("is") or "–")
        ),
    ),
    EventType.SLA_AT_RISK: ("alarm", _late(" is at risk")),
    EventType.SLA_BREACHED: ("alert-triangle", _late(" is overdue")),
    EventType.REPLY_FAILED: ("alert-triangle", lambda event, data: join("A reply could not be delivered")),
    EventType.SURVEY_SENT: ("message-2", lambda event, data: join("Survey sent")),
    EventType.SURVEY_ANSWERED: (
        "star",
        lambda event, data: join("Survey answered: ", _strong(f"{data.get('score')} of 5")),
    ),
}
"""What the thread tells of the journal, and how; every other event is for the audit only."""


def _event(event: Event) -> Entry | None:
    if event.type not in _SENTENCES:
        return None
    sign, sentence = _SENTENCES[event.type]
    words = sentence(event, event.data)
    if words is None:
        return None
    markup = join(icon(sign), tag("span", words), marks.time_mark(event.at))
    return Entry(f"event:{event.seq}", event.at, "event", markup)


def _is_person(event: Event) -> bool:
    return event.actor.startswith((ActorKind.USER.value, ActorKind.TOKEN.value))


def newest_customer_message(view: TicketView) -> MessageView | None:
    return next((shown for shown in reversed(view.messages) if shown.message.is_from_customer), None)
