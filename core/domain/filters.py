"""What a reader asks of the list of tickets."""

from dataclasses import dataclass
from enum import StrEnum

from core.domain.enums import Category, Channel, ClockState, CustomerTier, Priority, Sentiment, TicketStatus


class TicketSort(StrEnum):
    DUE = "due"
    """Nearest deadline first."""
    NEWEST = "newest"
    OLDEST = "oldest"
    PRIORITY = "priority"
    """Most urgent first, then oldest."""


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """All conditions must hold; an empty tuple or None asks nothing. `unassigned` and `assignee_id` exclude another."""

    open: bool | None = None
    statuses: tuple[TicketStatus, ...] = ()
    priorities: tuple[Priority, ...] = ()
    channels: tuple[Channel, ...] = ()
    categories: tuple[Category, ...] = ()
    sentiments: tuple[Sentiment, ...] = ()
    tiers: tuple[CustomerTier, ...] = ()
    languages: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()
    sla_states: tuple[ClockState, ...] = ()
    assignee_id: int | None = None
    unassigned: bool = False
    escalated: bool | None = None
    customer_id: int | None = None


@dataclass(frozen=True, slots=True)
class TicketCursor:
    """Where the next page starts: the sort key of the last row, as text, and its id."""

    key: str
    id: int
