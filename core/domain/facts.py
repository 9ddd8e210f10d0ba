"""The facts that the pure calculators read: priority, routing and SLA are functions of these and the rules."""

from dataclasses import dataclass

from core.domain.enums import Category, Channel, CustomerTier, Priority, Sentiment


@dataclass(frozen=True, slots=True)
class TicketFacts:
    """What is known of a ticket when it is classified. None means that the analysis is unknown."""

    channel: Channel
    tier: CustomerTier
    category: Category | None
    intent: str | None
    sentiment: Sentiment | None
    urgent: bool = False
    wants_human: bool = False


@dataclass(frozen=True, slots=True)
class PriorityDecision:
    priority: Priority
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoutingDecision:
    """The first rule that matched. `priority` already holds the rule's effect; `sla_hours` is the rule's own limit.

    `notify` names targets of the rules file (a Slack channel, an e-mail group, a role).
    """

    rule: str
    queue: str
    priority: Priority
    sla_hours: float
    skills: tuple[str, ...]
    needs_senior: bool
    needs_review: bool
    notify: tuple[str, ...]
    auto_approve_usd: str | None
    reasons: tuple[str, ...]
