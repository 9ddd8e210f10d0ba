"""Which queue takes a ticket: the first rule, by number, whose conditions all hold."""

from collections.abc import Iterator

from config.rules import BusinessRules, Conditions, RoutingRule
from core.domain.enums import Priority
from core.domain.facts import RoutingDecision, TicketFacts


def choose(facts: TicketFacts, priority: Priority, rules: BusinessRules) -> RoutingDecision:
    """The decision of the first rule that matches; `priority` is the one before routing, which the rule may raise.

    What is unknown of a ticket meets no condition on it. The last rule matches everything, which loading made sure of.
    """
    rule = next((rule for rule in rules.routing if matches(rule.when, facts)), rules.default_rule)
    raised = priority.raised(rule.raise_priority)
    return RoutingDecision(
        rule=rule.id,
        queue=rule.queue,
        priority=raised,
        sla_hours=rule.sla_hours,
        skills=rule.skills,
        needs_senior=rule.needs_senior,
        needs_review=rule.needs_review,
        notify=rule.notify,
        auto_approve_usd=None if rule.auto_approve_usd is None else str(rule.auto_approve_usd),
        reasons=(*_reasons(rule, facts), *_raise_reasons(rule, priority, raised)),
    )


def matches(when: Conditions, facts: TicketFacts) -> bool:
    return (
        (not when.tiers or facts.tier in when.tiers)
        and (not when.categories or facts.category in when.categories)
        and (not when.sentiments or facts.sentiment in when.sentiments)
        and (not when.intents or facts.intent in when.intents)
        and (not when.channels or facts.channel in when.channels)
    )


def _reasons(rule: RoutingRule, facts: TicketFacts) -> Iterator[str]:
    when = rule.when
    checked = (
        ("Tier", when.tiers, facts.tier),
        ("Category", when.categories, facts.category),
        ("Sentiment", when.sentiments, facts.sentiment),
        ("Intent", when.intents, facts.intent),
        ("Channel", when.channels, facts.channel),
    )
    if when.match_everything:
        yield f"No other rule matches (rule {rule.id})"
    for what, condition, fact in checked:
        if condition and fact is not None:
            yield f"{what} is {fact.replace('_', ' ')} (rule {rule.id})"


def _raise_reasons(rule: RoutingRule, before: Priority, after: Priority) -> Iterator[str]:
    if after is not before:
        yield f"Priority raised from {before.value} to {after.value} (rule {rule.id})"
    elif rule.raise_priority:
        yield f"Priority is {before.value} already (rule {rule.id})"
