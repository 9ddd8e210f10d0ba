"""How urgent a ticket is: points of tier, sentiment, category and urgency, looked up in levels.

Points and the `raise_priority` of a routing rule are two scales, one after the other. The tier counts in both where the
rules say so: an enterprise customer brings points here, and rule VIP_001 then lifts the level by one. Neither ends
above critical.
"""

from config.rules import BusinessRules
from core.domain.facts import PriorityDecision, TicketFacts


def prioritise(facts: TicketFacts, rules: BusinessRules) -> PriorityDecision:
    """The priority before routing, with one reason for each part that counted and the sum at the end."""
    weights = rules.priority
    parts = [("Every ticket", weights.base)]
    tier = rules.tiers[facts.tier]
    parts.append((f"{tier.label} customer", tier.priority_points))
    if facts.category is None:
        parts.append(("Not analysed yet", weights.unknown))
    else:
        parts.append((f"Category is {_words(facts.category.value)}", weights.category[facts.category]))
    if facts.sentiment is not None:
        parts.append((f"Sentiment is {_words(facts.sentiment.value)}", weights.sentiment[facts.sentiment]))
    if facts.urgent:
        parts.append(("The message is urgent", weights.urgent))
    total = sum(count for _, count in parts)
    priority = weights.levels.of(total)
    reasons = [f"{what}: {count:+d}" for what, count in parts if count]
    points = "1 point" if total == 1 else f"{total} points"
    return PriorityDecision(priority, (*reasons, f"{points} in all: {priority.value}"))


def _words(name: str) -> str:
    return name.replace("_", " ")
