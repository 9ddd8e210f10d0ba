"""What was heard of the journal and is not told yet."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from core.domain.events import Event, EventType

ALERTING = frozenset(
    {
        EventType.TICKET_ASSIGNED,
        EventType.TICKET_ESCALATED,
        EventType.MESSAGE_RECEIVED,
        EventType.NOTE_ADDED,
        EventType.SLA_AT_RISK,
        EventType.SLA_BREACHED,
        EventType.SLA_ESCALATION_DUE,
    }
)
"""Events that concern whoever has the ticket."""


@dataclass(slots=True)
class Heard:
    tickets: set[int] = field(default_factory=set)
    customers: set[int] = field(default_factory=set)
    looked_at: set[int] = field(default_factory=set)
    """Tickets where other people are seen."""
    alerting: set[int] = field(default_factory=set)
    """Tickets whose assignee wants to know."""
    mentioned: set[int] = field(default_factory=set)
    """Users whom a note names."""
    seq: int = 0
    """The last journal row heard, 0 when none was."""

    @property
    def is_empty(self) -> bool:
        return not (self.tickets or self.customers or self.looked_at)

    def add(self, events: Iterable[Event]) -> None:
        for event in events:
            self.seq = event.seq
            if event.ticket_id:
                self.tickets.add(event.ticket_id)
                if event.type in ALERTING:
                    self.alerting.add(event.ticket_id)
                    self.mentioned.update(event.data.get("mentions", ()))
            elif event.type is EventType.CUSTOMER_CHANGED and event.customer_id:
                self.customers.add(event.customer_id)

    def put_back(self, earlier: "Heard") -> None:
        """What could not be told is told with what came since."""
        self.tickets |= earlier.tickets
        self.customers |= earlier.customers
        self.looked_at |= earlier.looked_at
        self.alerting |= earlier.alerting
        self.mentioned |= earlier.mentioned
        self.seq = self.seq or earlier.seq
