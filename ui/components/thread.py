"""The thread on the page: entries are added and changed in place, so that nothing moves under the reader."""

from nicegui import ui

from core.views import TicketView
from ui.components.conversation import Entry, entries_of
from ui.markup import Html
from ui.texts import say


class Thread:
    """Shows the entries of a view; `show` patches it to another view of the same ticket."""

    def __init__(self, view: TicketView) -> None:
        self._entries: dict[str, Entry] = {}
        self._elements: dict[str, ui.html] = {}
        self._box = (
            ui.element("div").classes("thread").props(f'role="log" tabindex="0" aria-label="{say("ticket.messages")}"')
        )
        self.show(view)

    def show(self, view: TicketView) -> None:
        entries = entries_of(view)
        for place, entry in enumerate(entries):
            if entry.key not in self._elements:
                self._add(entry, place)
            elif self._entries[entry.key].markup != entry.markup:
                self._elements[entry.key].set_content(entry.markup)
        for gone in self._elements.keys() - {entry.key for entry in entries}:
            self._elements.pop(gone).delete()
        self._entries = {entry.key: entry for entry in entries}

    def _add(self, entry: Entry, place: int) -> None:
        is_last = place == len(self._elements)
        with self._box:
            element = _element(entry.markup, entry.style)
        if not is_last:
            element.move(self._box, target_index=place)
        self._elements[entry.key] = element


def _element(markup: Html, style: str) -> ui.html:
    return ui.html(markup, sanitize=False, tag="div" if style == "event" else "article").classes(style)
