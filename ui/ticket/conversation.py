"""The conversation of a ticket: messages, notes and what happened between them, as entries of one thread."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.domain.entities import Ticket
from core.domain.enums import ActorKind
from core.domain.events import Event
from core.views import MessageView, TicketView
from ui import marks
from ui.markup import Html, icon, join, tag
from ui.ticket.event_lines import told_as
from ui.ticket.message_entry import OWN_STYLE, STYLES, message_markup


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in the thread. `key` stays while its markup changes; `style` is the class of the box around it, `by`
    the key of who did it. Entries with an equal `source` have equal markup, which is made only when it is asked for."""

    key: str
    at: datetime
    style: str
    by: str
    source: tuple[Any, ...]
    draw: Callable[[], Html] = field(compare=False)

    @property
    def markup(self) -> Html:
        return self.draw()

    @property
    def is_word(self) -> bool:
        """Whether somebody said or did it; what the desk does by itself is not counted as news."""
        return self.style != "event" or self.by.startswith((f"{ActorKind.USER}:", f"{ActorKind.TOKEN}:"))

    @property
    def name(self) -> str:
        """The element around it."""
        return "div" if self.style == "event" else "article"


def entries_of(view: TicketView, colleagues: Collection[str] = ()) -> list[Entry]:
    """The whole thread, oldest first. Pure: the same view gives the same entries."""
    entries = _messages(view, tuple(colleagues))
    entries += [entry for event in view.events if (entry := _event(event, view.ticket)) is not None]
    return sorted(entries, key=lambda entry: entry.at)


def newest_customer_message(view: TicketView) -> MessageView | None:
    return next((shown for shown in reversed(view.messages) if shown.message.is_from_customer), None)


def _messages(view: TicketView, colleagues: tuple[str, ...]) -> list[Entry]:
    entries, before = [], None
    for shown in view.messages:
        message = shown.message
        source = (shown, before, colleagues)
        entries.append(
            Entry(
                f"message:{message.id}", message.created_at, STYLES.get(message.kind, OWN_STYLE), message.author,
                source,
                lambda source=source: message_markup(*source),  # type: ignore[misc]
            )
        )  # fmt: skip
        if message.is_from_customer and shown.analysis:
            before = shown.analysis.sentiment
    return entries


def _event(event: Event, ticket: Ticket) -> Entry | None:
    told = told_as(event, ticket)
    if told is None:
        return None

    def draw() -> Html:
        sign, words = told
        return join(icon(sign), tag("span", words), marks.time_mark(event.at))

    return Entry(f"event:{event.seq}", event.at, "event", event.actor, told, draw)
