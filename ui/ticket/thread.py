"""What one browser shows of a conversation, and the patch that brings it to where a fresh page would be."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ui.ticket.conversation import Entry

FIRST = 50
"""So many entries come with a ticket; older ones on demand."""
MORE = 200


@dataclass(slots=True)
class Thread:
    """Keeps per entry what it was drawn from, so that only what is new or changed is drawn and sent."""

    shown: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    size: int = FIRST
    """How many entries, counted from the newest when the ticket was opened, are on the page or will be."""

    def start(self, entries: Sequence[Entry], unread_from: int | None = None) -> dict[str, Any]:
        """Everything anew. The page reaches back to the first unread entry, if there is one."""
        self.shown.clear()
        self.size = max(self.size, len(entries) - unread_from) if unread_from is not None else self.size
        return self.patch(entries) | {"reset": True}

    def patch(self, entries: Sequence[Entry]) -> dict[str, Any]:
        """`add` holds new entries with the key that each follows, `change` those with other markup, `remove` keys."""
        window = self._window(entries)
        keys = {entry.key for entry in window}
        add, change = [], []
        before: str | None = None
        for entry in window:
            if entry.key not in self.shown:
                add.append({**_drawn(entry), "after": before, "name": entry.name, "style": entry.style})
            elif self.shown[entry.key] != entry.source:
                change.append(_drawn(entry))
            before = entry.key
        remove = [key for key in self.shown if key not in keys]
        self.shown = {entry.key: entry.source for entry in window}
        return {"add": add, "change": change, "remove": remove, "older": len(entries) - len(window), "reset": False}

    def reach_back(self) -> None:
        self.size = len(self.shown) + MORE

    def _window(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        """The newest `size` entries; what was on the page stays there while more comes."""
        start = max(0, len(entries) - self.size)
        known = next((index for index, entry in enumerate(entries) if entry.key in self.shown), start)
        return entries[min(start, known) :]


def is_empty(patch: dict[str, Any]) -> bool:
    return not (patch["add"] or patch["change"] or patch["remove"] or patch["reset"])


def _drawn(entry: Entry) -> dict[str, Any]:
    return {"key": entry.key, "html": entry.markup}
