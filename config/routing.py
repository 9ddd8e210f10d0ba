"""Rules that decide how urgent a ticket is and who gets it: tiers, priority points, queues, skills, routing rules."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from config.values import Hours, Intent, Money, Name, Table, Text
from core.domain.enums import Category, Channel, CustomerTier, Priority, Sentiment

Points = Annotated[int, Field(ge=-5, le=10)]


@dataclass(frozen=True, slots=True)
class TierRules:
    label: Text
    sla_multiplier: Annotated[float, Field(gt=0, le=10)]
    priority_points: Points
    dedicated_agent: bool
    """Whether the customer's last agent is asked first."""


@dataclass(frozen=True, slots=True)
class PriorityLevels:
    """Fewest points for each level; below `medium` a ticket is low."""

    medium: int
    high: int
    critical: int

    def of(self, points: int) -> Priority:
        if points >= self.critical:
            return Priority.CRITICAL
        if points >= self.high:
            return Priority.HIGH
        return Priority.MEDIUM if points >= self.medium else Priority.LOW


@dataclass(frozen=True, slots=True)
class PriorityRules:
    """Points that add up; the tier's points are with the tiers."""

    base: Points
    urgent: Points
    unknown: Points
    """Instead of the category's points while a message has not been analysed."""
    sentiment: Table[Sentiment, Points]
    category: Table[Category, Points]
    levels: PriorityLevels


@dataclass(frozen=True, slots=True)
class QueueRules:
    name: Text
    description: Text
    skills: tuple[Name, ...] = ()


class NotifyKind(StrEnum):
    SLACK = "slack"
    EMAIL = "email"
    ROLE = "role"


@dataclass(frozen=True, slots=True)
class NotifyTarget:
    """`to` is a Slack channel, an e-mail address (without @: in the desk's mail domain) or a role."""

    kind: NotifyKind
    to: Text


@dataclass(frozen=True, slots=True)
class Conditions:
    """All that are given must hold; of a list, one is enough. Nothing given matches everything."""

    tiers: Annotated[frozenset[CustomerTier], Field(min_length=1)] = frozenset()
    categories: Annotated[frozenset[Category], Field(min_length=1)] = frozenset()
    sentiments: Annotated[frozenset[Sentiment], Field(min_length=1)] = frozenset()
    intents: Annotated[frozenset[Intent], Field(min_length=1)] = frozenset()
    channels: Annotated[frozenset[Channel], Field(min_length=1)] = frozenset()

    @property
    def match_everything(self) -> bool:
        return not (self.tiers or self.categories or self.sentiments or self.intents or self.channels)


@dataclass(frozen=True, slots=True)
class RoutingRule:
    number: Annotated[int, Field(ge=1, le=9999)]
    id: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{1,31}$")]
    description: Text
    queue: Name
    sla_hours: Hours
    when: Conditions = field(default_factory=Conditions)
    raise_priority: Annotated[int, Field(ge=0, le=3)] = 0
    """Levels, not points: 1 turns medium into high. Never above critical."""
    skills: tuple[Name, ...] = ()
    needs_senior: bool = False
    needs_review: bool = False
    notify: tuple[Name, ...] = ()
    auto_approve_usd: Money | None = None
