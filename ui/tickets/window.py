"""What one browser shows of the queue, and how a change alters it. Pure: a window and its patches give the same rows
as a fresh load."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from core.domain.filters import TicketFilter, TicketSort
from ui.tickets.rows import Row, RowKey


@dataclass(frozen=True, slots=True)
class Patch:
    """Rows that come, change and go. One that moved within the list is an update."""

    add: tuple[Row, ...] = ()
    update: tuple[Row, ...] = ()
    remove: tuple[int, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.add or self.update or self.remove)

    def as_json(self) -> str:
        add, update = (",".join(row.json for row in rows) for rows in (self.add, self.update))
        return f'{{"add":[{add}],"update":[{update}],"remove":{list(self.remove)}}}'


@dataclass(slots=True)
class Window:
    """The rows of `wanted` up to `horizon`, the key of the last row loaded; None when the whole list is loaded.

    A window of search results holds what was found, in the order of the search: rows change, but none come or go.
    """

    wanted: TicketFilter = field(default_factory=TicketFilter)
    sort: TicketSort = TicketSort.DUE
    horizon: RowKey | None = None
    is_search: bool = False
    _shown: dict[int, tuple[int, int]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._shown)

    def load(self, rows: Iterable[Row], horizon: RowKey | None) -> Patch:
        """Take the next rows of the list on top of those that are shown."""
        self.horizon = horizon
        news = [row for row in rows if self._shown.get(row.ticket.id, (0, 0))[0] < row.ticket.version]
        added = tuple(row for row in news if row.ticket.id not in self._shown)
        changed = tuple(row for row in news if row.ticket.id in self._shown)
        self._shown.update({row.ticket.id: _print(row) for row in news})
        return Patch(added, changed)

    def version(self, ticket_id: int) -> int | None:
        """The version of a ticket that the browser shows, if it does."""
        shown = self._shown.get(ticket_id)
        return shown[0] if shown else None

    @property
    def ids(self) -> list[int]:
        return list(self._shown)

    def patch(self, changed: Mapping[int, Row | None], now: datetime, *, again: bool = False) -> Patch:
        """Apply tickets that changed; None stands for one that is gone. A row older than the one shown is ignored, one
        that is shown just so already is sent only `again`, which takes back what a browser showed ahead."""
        add: list[Row] = []
        update: list[Row] = []
        remove: list[int] = []
        for ticket_id, row in changed.items():
            shown = self._shown.get(ticket_id)
            if row is not None and shown is not None and row.ticket.version < shown[0]:
                continue
            if row is None or not self._holds(row, now):
                if shown is not None or again:
                    remove.append(ticket_id)
                    self._shown.pop(ticket_id, None)
            elif again or shown != _print(row):
                (add if shown is None else update).append(row)
                self._shown[ticket_id] = _print(row)
        return Patch(tuple(add), tuple(update), tuple(remove))

    def _holds(self, row: Row, now: datetime) -> bool:
        if self.is_search:
            return row.ticket.id in self._shown
        is_near = self.horizon is None or row.key(self.sort) <= self.horizon
        return is_near and self.wanted.holds(row.ticket, now)


def _print(row: Row) -> tuple[int, int]:
    return (row.ticket.version, hash(row.json))
