"""Which status may follow which. Pure."""

from core.domain.enums import TicketStatus
from core.domain.errors import Conflict

_WORKING = {
    TicketStatus.ASSIGNED,
    TicketStatus.IN_PROGRESS,
    TicketStatus.PENDING_CUSTOMER,
    TicketStatus.ESCALATED,
    TicketStatus.RESOLVED,
}

FOLLOWING: dict[TicketStatus, frozenset[TicketStatus]] = {
    TicketStatus.NEW: frozenset(_WORKING),
    TicketStatus.ASSIGNED: frozenset(_WORKING | {TicketStatus.NEW}),
    TicketStatus.IN_PROGRESS: frozenset(_WORKING | {TicketStatus.NEW}),
    TicketStatus.PENDING_CUSTOMER: frozenset(_WORKING | {TicketStatus.NEW}),
    TicketStatus.ESCALATED: frozenset(_WORKING | {TicketStatus.NEW}),
    TicketStatus.RESOLVED: frozenset(
        {TicketStatus.NEW, TicketStatus.ASSIGNED, TicketStatus.IN_PROGRESS, TicketStatus.CLOSED}
    ),
    TicketStatus.CLOSED: frozenset(),
}
"""Closed is the end: a message to a closed ticket opens a follow-up."""


def check_follows(ticket_id: int, current: TicketStatus, wanted: TicketStatus) -> None:
    """Raise Conflict when a ticket in `current` can't become `wanted`."""
    if wanted in FOLLOWING[current]:
        return
    allowed = ", ".join(sorted(status.value for status in FOLLOWING[current])) or "nothing; open a follow-up ticket"
    raise Conflict(f"Ticket {ticket_id} is {current.value} and can't become {wanted.value}. Allowed: {allowed}.")
