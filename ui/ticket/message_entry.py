"""One message of the thread as markup. Pure: the same message in the same place gives the same markup."""

from collections.abc import Collection

from core.domain.entities import Message, OutboxItem
from core.domain.enums import ActorKind, Channel, DeliveryState, MessageKind, Sentiment
from core.views import MessageView
from ui import marks
from ui.markup import Child, Html, icon, join, tag
from ui.texts import name_of, say
from ui.ticket.attached import files
from ui.ticket.wording import call, call_lines, noted

STYLES = {MessageKind.CUSTOMER: "msg", MessageKind.NOTE: "msg noted"}
OWN_STYLE = "msg out"
_DELIVERY_ICONS = {
    DeliveryState.SENT: ("checks", "info"),
    DeliveryState.DEAD: ("alert-triangle", "bad"),
    DeliveryState.UNCERTAIN: ("help", "warn"),
    DeliveryState.CANCELLED: ("arrow-back-up", "muted"),
}


def message_markup(shown: MessageView, before: Sentiment | None, colleagues: Collection[str]) -> Html:
    """`before` is the sentiment of the customer's message before this one."""
    message = shown.message
    is_boxed = message.kind is not MessageKind.CUSTOMER
    content = join(_by(shown, before), _body(shown, colleagues), _extras(message), files(shown.attachments))
    return join(
        marks.avatar(message.author_name or "?", automatic=_is_automatic(message)),
        tag("div", content, class_="box" if is_boxed else None,
            data_customer_message=message.id if message.is_from_customer else None),
    )  # fmt: skip


def _by(shown: MessageView, before: Sentiment | None) -> Html:
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
    end = tag(
        "span", _mood(shown, before), _delivery(shown.delivery), marks.time_mark(message.created_at), class_="end"
    )
    return tag("div", _author(message), via, automatic, end, class_="by")


def _author(message: Message) -> Html:
    if _is_automatic(message):
        return tag("b", say("message.assistant"), title=message.author_name)
    return tag("b", message.author_name or say("message.nobody"), dir="auto")


def _is_automatic(message: Message) -> bool:
    return message.kind is MessageKind.AUTO_REPLY or message.author.startswith(ActorKind.SERVICE_AGENT.value)


def _mood(shown: MessageView, before: Sentiment | None) -> Html | None:
    """The face, and an arrow when the mood is another than in the customer's message before."""
    if shown.analysis is None or not shown.message.is_from_customer:
        return None
    mood = shown.analysis.sentiment
    if before is None or before is mood:
        return marks.sentiment_mark(mood)
    style, face = marks.SENTIMENT_MARKS[mood]
    is_better = mood.score > before.score
    title = say("message.better" if is_better else "message.worse", mood=name_of("sentiment", mood))
    arrow = icon("arrow-up-right" if is_better else "arrow-down-right", "tr")
    return tag("span", icon(face, title=title), arrow, class_=f"sent {style}")


def _delivery(item: OutboxItem | None) -> Html | None:
    if item is None:
        return None
    sign, tone = _DELIVERY_ICONS.get(item.state, ("clock", "muted"))
    words = name_of("delivery", item.state) + (f": {item.last_error}" if item.last_error else "")
    shown = tag("span", words, class_=tone) if tone in ("bad", "warn") else None
    return tag("span", icon(sign, "is-sm", tone, title=words), shown, class_="hs tight")


def _body(shown: MessageView, colleagues: Collection[str]) -> Html:
    message = shown.message
    language = shown.analysis.language if shown.analysis else None
    if message.channel is Channel.PHONE and message.is_from_customer and (lines := call_lines(message.text)):
        return tag("div", call(lines), lang=language)
    words: Child = message.text or say("message.empty")
    if message.kind is MessageKind.NOTE:
        words = noted(message.text, colleagues)
    return tag("div", words, class_="body", dir="auto", lang=language)


def _extras(message: Message) -> Html | None:
    """What is folded away: quoted history, the signature, the original layout."""
    folded = "\n\n".join(part for part in (message.signature, message.quoted) if part)
    if not folded and not message.html:
        return None
    more = tag(
        "details",
        tag("summary", icon("dots", "is-sm", title=say("message.quoted")), class_="quote"),
        tag("div", folded, class_="quoted", dir="auto"),
        class_="more",
    )
    original = tag("button", say("message.html"), class_="quote", type="button", data_html=message.id)
    return tag("div", more if folded else None, original if message.html else None, class_="extras")
