"""The views of the queue: what each one asks of the list, by the id of who looks. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from core.domain.enums import ClockState
from core.domain.filters import TicketFilter


@dataclass(frozen=True, slots=True)
class QueueView:
    """`wanted` makes the filter for a user's id; `tone` is the colour of a count above nought."""

    id: str
    wanted: Callable[[int], TicketFilter]
    icon: str
    tone: str = ""


QUEUE_VIEWS: dict[str, QueueView] = {
    view.id: view
    for view in (
        QueueView("open", lambda _: TicketFilter(open=True), "inbox"),
        QueueView("mine", lambda user_id: TicketFilter(open=True, assignee_id=user_id), "user"),
        QueueView("unassigned", lambda _: TicketFilter(open=True, unassigned=True), "circle-dashed"),
        QueueView("at_risk", lambda _: TicketFilter(open=True, sla_states=(ClockState.AT_RISK,)), "clock", tone="warn"),
        QueueView(
            "breached",
            lambda _: TicketFilter(open=True, sla_states=(ClockState.BREACHED,)),
            "alert-triangle",
            tone="bad",
        ),
        QueueView("escalated", lambda _: TicketFilter(open=True, escalated=True), "flag"),
    )
}
DEFAULT_VIEW = "open"
