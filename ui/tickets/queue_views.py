"""The views of the queue: what each one asks of the list, and whether a ticket that has just changed belongs. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from core.domain.entities import Ticket
from core.domain.enums import ClockState
from core.domain.filters import TicketFilter


@dataclass(frozen=True, slots=True)
class QueueView:
    """`wanted` makes the filter for a user's id; `tone` is the colour of a count above nought."""

    id: str
    wanted: Callable[[int], TicketFilter]
    tone: str = ""


QUEUE_VIEWS: dict[str, QueueView] = {
    view.id: view
    for view in (
        QueueView("open", lambda _: TicketFilter(open=True)),
        QueueView("mine", lambda user_id: TicketFilter(open=True, assignee_id=user_id)),
        QueueView("unassigned", lambda _: TicketFilter(open=True, unassigned=True)),
        QueueView("at_risk", lambda _: TicketFilter(open=True, sla_states=(ClockState.AT_RISK,)), tone="warn"),
        QueueView("breached", lambda _: TicketFilter(open=True, sla_states=(ClockState.BREACHED,)), tone="bad"),
        QueueView("escalated", lambda _: TicketFilter(open=True, escalated=True)),
    )
}
DEFAULT_VIEW = "open"


def matches(wanted: TicketFilter, ticket: Ticket) -> bool:
    """Whether the list that `wanted` asks for holds this ticket: the storage's conditions, in memory."""
    lists: tuple[tuple[object, tuple[object, ...]], ...] = (
        (ticket.status, wanted.statuses),
        (ticket.priority, wanted.priorities),
        (ticket.channel, wanted.channels),
        (ticket.category, wanted.categories),
        (ticket.sentiment, wanted.sentiments),
        (ticket.tier, wanted.tiers),
        (ticket.language, wanted.languages),
        (ticket.queue_id, wanted.queues),
        (ticket.sla_state, wanted.sla_states),
    )
    return (
        all(value in allowed for value, allowed in lists if allowed)
        and (wanted.open is None or ticket.is_open is wanted.open)
        and not (wanted.unassigned and ticket.assignee_id is not None)
        and (wanted.assignee_id is None or ticket.assignee_id == wanted.assignee_id)
        and (wanted.escalated is None or (ticket.escalated_at is not None) is wanted.escalated)
        and (wanted.customer_id is None or ticket.customer_id == wanted.customer_id)
    )
