"""A ticket as one row of the queue: plain values, made once for all browsers. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from core.domain.entities import Ticket
from ui.marks import millis

FAR = datetime.fromisoformat("9999-01-01T00:00:00+00:00")
LONGEST_SHOWN = 200
"""Characters of a subject or name that a row carries; the grid cuts them to fit anyway."""

RowKey = tuple[datetime, int]
"""Where a row stands: deadline, then id, as the list is sorted."""


@dataclass(frozen=True, slots=True)
class Row:
    """`json` is the row as browsers get it; two rows with the same text look the same."""

    ticket: Ticket
    json: str

    @property
    def key(self) -> RowKey:
        return key_of(self.ticket)


def key_of(ticket: Ticket) -> RowKey:
    return (ticket.due_at or FAR, ticket.id)


def row_of(ticket: Ticket) -> Row:
    return Row(ticket, orjson.dumps(values_of(ticket)).decode())


def values_of(ticket: Ticket) -> dict[str, Any]:
    """What the cells show. Moments are Unix milliseconds; `due` is None while no clock counts."""
    counting = ticket.sla_state is not None and ticket.sla_state.is_counting
    return {
        "id": ticket.id,
        "order": millis(ticket.due_at or FAR),
        "due": millis(ticket.due_at) if counting and ticket.due_at else None,
        "sla": ticket.sla_state,
        "status": ticket.status,
        "priority": ticket.priority,
        "channel": ticket.channel,
        "customer": ticket.customer_name[:LONGEST_SHOWN],
        "tier": ticket.tier,
        "subject": ticket.subject[:LONGEST_SHOWN],
        "last": ticket.last_line[:LONGEST_SHOWN],
        "sentiment": ticket.sentiment,
        "category": ticket.category,
        "queue": ticket.queue_name,
        "assignee": ticket.assignee_name,
        "waiting": millis(ticket.waiting_since) if ticket.waiting_since else None,
    }
