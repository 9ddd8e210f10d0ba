"""What others did on a ticket since somebody began to write, in their own words, and changes that collided."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.access import Actor
from core.domain.enums import ActorKind
from core.domain.events import Event, EventType
from core.replies import preview
from core.views import TicketView
from ui import marks
from ui.markup import Child, Html, tag
from ui.texts import say
from ui.ticket.event_lines import told_as

_MESSAGES = frozenset({EventType.MESSAGE_RECEIVED, EventType.NOTE_ADDED, EventType.REPLY_QUEUED})
_PEOPLE = (f"{ActorKind.USER}:", f"{ActorKind.TOKEN}:")
_MOST = 5


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that somebody else did."""

    event: Event
    words: Child


def changes_since(view: TicketView, seq: int, actor: Actor) -> list[Change]:
    """New messages and notes of others, and what people other than `actor` changed, after journal row `seq`."""
    texts = {shown.message.id: shown.message.text for shown in view.messages}
    changes = []
    for event in view.events:
        if event.seq <= seq or event.actor == actor.key:
            continue
        if event.type in _MESSAGES:
            text = preview(texts.get(event.message_id or 0, "")) or say("message.empty")
            changes.append(Change(event, tag("q", text, dir="auto")))
        elif event.actor.startswith(_PEOPLE) and (told := told_as(event, view.ticket)):
            changes.append(Change(event, told[1]))
    return changes


def stopped(changes: Sequence[Change]) -> Html:
    """The notice that stops a reply once: what happened meanwhile, and both ways on."""
    title = say("stopped.one") if len(changes) == 1 else say("stopped.many", count=len(changes))
    rows = [_row(change) for change in changes[-_MOST:]]
    review = tag("button", say("stopped.review"), class_="btn primary", type="button", data_stopped="review")
    anyway = tag("button", say("stopped.send"), class_="btn ghost", type="button", data_stopped="send")
    return tag("div", tag("b", title), tag("div", rows, class_="vs"), tag("div", anyway, review, class_="acts"),
               class_="dialog stopped", role="alertdialog", aria_label=title)  # fmt: skip


def collided(changes: Sequence[Change]) -> str:
    """Who changed what while somebody else wanted to change it too."""
    names = ", ".join(dict.fromkeys(change.event.actor_name for change in changes))
    return say("ticket.conflict_by", names=names) if names else say("ticket.conflict")


def _row(change: Change) -> Html:
    name = change.event.actor_name or "?"
    is_service = change.event.actor.startswith(ActorKind.SERVICE_AGENT.value)
    return tag("div", marks.avatar(name, "s", automatic=is_service), tag("span", change.words, class_="clip grow"),
               marks.time_mark(change.event.at), class_="moved")  # fmt: skip
