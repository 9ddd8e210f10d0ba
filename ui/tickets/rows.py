"""A ticket as one row of the queue: plain values, made once for all browsers. Pure."""

from dataclasses import dataclass
from typing import Any

import orjson

from core.domain.entities import Ticket
from core.domain.filters import NEVER, TicketSort, place_of
from ui.marks import millis

LONGEST_SHOWN = 120
"""Characters of a subject or name that a row carries; the grid cuts them to fit anyway."""

RowKey = tuple[Any, int]
"""Where a row stands in the order of its list."""


@dataclass(frozen=True, slots=True)
class Row:
    """`json` is the row as browsers get it; two rows with the same text look the same."""

    ticket: Ticket
    json: str

    def key(self, sort: TicketSort) -> RowKey:
        return place_of(self.ticket, sort)


def row_of(ticket: Ticket) -> Row:
    return Row(ticket, orjson.dumps(values_of(ticket)).decode())


def values_of(ticket: Ticket) -> dict[str, Any]:
    """What the cells show. Moments are Unix milliseconds; `due` is None while no clock counts."""
    counting = ticket.sla_state is not None and ticket.sla_state.is_counting
    return {
        "id": ticket.id,
        "version": ticket.version,
        "order": millis(ticket.due_at or NEVER),
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
        "updated": millis(ticket.last_message_at),
        "written": ticket.customer_messages,
        "answered": ticket.answered_messages,
        "trend": "".join(map(str, ticket.trend)),
    }
