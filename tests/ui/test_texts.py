"""Every member of every vocabulary has a name."""

from enum import StrEnum

import pytest

from core.domain import enums
from ui.queue_views import QUEUE_VIEWS
from ui.texts import TEXTS

NAMED: dict[str, type[StrEnum]] = {
    "priority": enums.Priority,
    "status": enums.TicketStatus,
    "channel": enums.Channel,
    "sentiment": enums.Sentiment,
    "category": enums.Category,
    "tier": enums.CustomerTier,
    "role": enums.Role,
    "clock": enums.ClockState,
    "delivery": enums.DeliveryState,
    "automatic": enums.AutomaticKind,
    "contact": enums.ContactKind,
    "language": enums.Language,
}


@pytest.mark.parametrize("kind", NAMED)
def test_each_member_has_a_name(kind: str) -> None:
    assert [member for member in NAMED[kind] if f"{kind}.{member}" not in TEXTS] == []


def test_each_view_has_a_name() -> None:
    assert [view for view in QUEUE_VIEWS if f"view.{view}" not in TEXTS] == []
