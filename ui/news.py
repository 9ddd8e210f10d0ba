"""What the feed tells a shell."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.views import TicketView
from ui.tickets.counts import Counts
from ui.tickets.rows import Row

if TYPE_CHECKING:
    from core.presence import Presence


@dataclass(frozen=True, slots=True)
class News:
    """What changed up to journal row `seq`, read once for all: tickets as rows (None for one that is gone), those
    being watched in full, who looks at what, and how many tickets each view holds."""

    rows: Mapping[int, Row | None] = field(default_factory=dict)
    watched: Mapping[int, TicketView] = field(default_factory=dict)
    presence: "Mapping[int, tuple[Presence, ...]]" = field(default_factory=dict)
    counts: Counts | None = None
    seq: int = 0
