"""What one person should know of what happened to their tickets."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AlertKind(StrEnum):
    ASSIGNED = "assigned"
    MENTIONED = "mentioned"
    CUSTOMER_REPLIED = "customer_replied"
    AT_RISK = "at_risk"
    BREACHED = "breached"
    ESCALATED = "escalated"


@dataclass(frozen=True, slots=True)
class NewAlert:
    """`event_seq` is the journal row that it is about: one person hears of it once."""

    user_id: int
    kind: AlertKind
    ticket_id: int
    event_seq: int
    text: str


@dataclass(frozen=True, slots=True)
class Alert:
    """`text` is what was said, with who said it, where somebody spoke; who did it, where a person assigned or
    escalated; and the kind of clock where one is at risk or breached. Empty where the desk acted on its own."""

    id: int
    kind: AlertKind
    ticket_id: int
    subject: str
    text: str
    created_at: datetime
    read_at: datetime | None

    @property
    def is_read(self) -> bool:
        return self.read_at is not None
