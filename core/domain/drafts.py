"""What somebody has begun to write and not sent."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DraftKind(StrEnum):
    REPLY = "reply"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Draft:
    """`seen_message_id` is the newest message of the customer that its writer had before them, or None."""

    ticket_id: int
    kind: DraftKind
    text: str
    seen_message_id: int | None
    updated_at: datetime
