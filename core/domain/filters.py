"""What a reader asks of the list of tickets."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from core.domain.entities import Ticket
from core.domain.enums import Category, Channel, ClockState, CustomerTier, Priority, Sentiment, TicketStatus


class TicketSort(StrEnum):
    DUE = "due"
    """Nearest deadline first."""
    NEWEST = "newest"
    OLDEST = "oldest"
    PRIORITY = "priority"
    """Most urgent first, then oldest."""
    WAITING = "waiting"
    """Who waits longest first; tickets that nobody waits for come last, oldest first."""
    UPDATED = "updated"
    """The newest message first."""


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """All conditions must hold; an empty tuple or None asks nothing. `unassigned` and `assignee_id` exclude another."""

    open: bool | None = None
    statuses: tuple[TicketStatus, ...] = ()
    priorities: tuple[Priority, ...] = ()
    channels: tuple[Channel, ...] = ()
    categories: tuple[Category, ...] = ()
    intents: tuple[str, ...] = ()
    sentiments: tuple[Sentiment, ...] = ()
    tiers: tuple[CustomerTier, ...] = ()
    languages: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()
    sla_states: tuple[ClockState, ...] = ()
    assignee_id: int | None = None
    unassigned: bool = False
    escalated: bool | None = None
    customer_id: int | None = None
    waiting_longer_than: timedelta | None = None
    """The customer has waited for an answer for at least so long."""

    def holds(self, ticket: Ticket, now: datetime) -> bool:
        """Whether the list that this asks for holds `ticket` at this moment: the storage's conditions, in memory."""
        lists: tuple[tuple[object, tuple[object, ...]], ...] = (
            (ticket.status, self.statuses),
            (ticket.priority, self.priorities),
            (ticket.channel, self.channels),
            (ticket.category, self.categories),
            (ticket.intent, self.intents),
            (ticket.sentiment, self.sentiments),
            (ticket.tier, self.tiers),
            (ticket.language, self.languages),
            (ticket.queue_id, self.queues),
            (ticket.sla_state, self.sla_states),
        )
        return (
            all(value in allowed for value, allowed in lists if allowed)
            and (self.open is None or ticket.is_open is self.open)
            and not (self.unassigned and ticket.assignee_id is not None)
            and (self.assignee_id is None or ticket.assignee_id == self.assignee_id)
            and (self.escalated is None or (ticket.escalated_at is not None) is self.escalated)
            and (self.customer_id is None or ticket.customer_id == self.customer_id)
            and (self.waiting_longer_than is None or self._has_waited(ticket, now, self.waiting_longer_than))
        )

    @staticmethod
    def _has_waited(ticket: Ticket, now: datetime, least: timedelta) -> bool:
        return ticket.waiting_since is not None and ticket.waiting_since <= now - least


@dataclass(frozen=True, slots=True)
class TicketCursor:
    """Where the next page starts: the sort key of the last row, as text, and its id. The key is empty where it has
    none: when nobody waits."""

    key: str
    id: int


NEVER = datetime.fromisoformat("9999-01-01T00:00:00+00:00")
"""`due_at` of a ticket whose clocks do not count; it keeps the sort key from being null."""

_PLACES: dict[TicketSort, Callable[[Ticket], tuple[Any, int]]] = {
    TicketSort.NEWEST: lambda ticket: (0, -ticket.id),
    TicketSort.OLDEST: lambda ticket: (0, ticket.id),
    TicketSort.DUE: lambda ticket: (ticket.due_at or NEVER, ticket.id),
    TicketSort.PRIORITY: lambda ticket: (ticket.priority.order, ticket.id),
    TicketSort.WAITING: lambda ticket: (ticket.waiting_since or NEVER, ticket.id),
    TicketSort.UPDATED: lambda ticket: (NEVER - ticket.last_message_at, -ticket.id),
}


def place_of(ticket: Ticket, sort: TicketSort) -> tuple[Any, int]:
    """Where a ticket stands in an order, as the database has it; smaller comes first."""
    return _PLACES[sort](ticket)
