"""The conversation of a ticket: messages, notes and what happened between them, as entries of one thread."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.entities import Attachment, Message, OutboxItem, Ticket
from core.domain.enums import ActorKind, AttachmentState, DeliveryState, MessageKind
from core.domain.events import Event
from core.views import MessageView, TicketView
from ui import marks
from ui.markup import Html, icon, join, tag
from ui.texts import name_of, say
from ui.ticket.event_lines import told_as

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
    entries += [entry for event in view.events if (entry := _event(event, view.ticket)) is not None]
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


def _event(event: Event, ticket: Ticket) -> Entry | None:
    told = told_as(event, ticket)
    if told is None:
        return None
    sign, words = told
    markup = join(icon(sign), tag("span", words), marks.time_mark(event.at))
    return Entry(f"event:{event.seq}", event.at, "event", markup)


def newest_customer_message(view: TicketView) -> MessageView | None:
    return next((shown for shown in reversed(view.messages) if shown.message.is_from_customer), None)
