"""Rules of what the desk does on its own, and when it hands over to people."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from config.values import Count, Intent, Money, Percent, Share, Text
from core.domain.enums import Category, CustomerTier, Priority, Sentiment


@dataclass(frozen=True, slots=True)
class AutomationRules:
    enabled: bool
    min_confidence: Share
    max_attempts: Count
    """Automatic answers a ticket may get before a person takes over."""
    min_article_success_rate: Share
    max_suggestions: Annotated[int, Field(ge=0, le=20)]
    min_suggestion_confidence: Share


@dataclass(frozen=True, slots=True)
class EscalationRules:
    """A ticket escalates when one of these holds."""

    sentiments: frozenset[Sentiment]
    tiers: frozenset[CustomerTier]
    priorities: frozenset[Priority]
    attempts_used_up: bool
    human_wanted: bool


@dataclass(frozen=True, slots=True)
class Playbook:
    name: Text
    category: Category
    intents: Annotated[frozenset[Intent], Field(min_length=1)]
    triggers: tuple[Text, ...]
    """Phrases that customers use; shown to agents and used where the model is not sure of the intent."""
    steps: Annotated[tuple[Text, ...], Field(min_length=1)]
    success_percent: Percent
    minutes: Count


@dataclass(frozen=True, slots=True)
class Approval:
    """Amounts strictly under `under_usd` are approved on their own, or by a manager where one is needed."""

    under_usd: Money
    needs_manager: bool


@dataclass(frozen=True, slots=True)
class ApprovalRules:
    refund: Approval
    replacement: Approval
    credit: Approval


@dataclass(frozen=True, slots=True)
class ResolutionAim:
    """`intents` narrow the kind; without any, all tickets of the categories count that no narrower kind takes."""

    label: Text
    categories: Annotated[frozenset[Category], Field(min_length=1)]
    auto_resolved_percent: Percent
    minutes: Count
    intents: frozenset[Intent] = frozenset()


@dataclass(frozen=True, slots=True)
class AssignmentRules:
    auto_assign: bool
    default_capacity: Count
    """Open tickets that an agent works on at once, unless the agent's own number differs."""
