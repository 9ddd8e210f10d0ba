"""Which rule takes a ticket."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.loader import load_rules
from config.rules import Conditions, RoutingRule
from core.domain.enums import Category, Channel, CustomerTier, Priority, Sentiment
from core.domain.facts import TicketFacts
from core.domain.intents import CATEGORY_OF_INTENT, INTENTS
from core.routing import choose, matches

RULES = load_rules()

facts_of_any_kind = st.builds(
    TicketFacts,
    channel=st.sampled_from(Channel),
    tier=st.sampled_from(CustomerTier),
    category=st.none() | st.sampled_from(Category),
    intent=st.none() | st.sampled_from(INTENTS),
    sentiment=st.none() | st.sampled_from(Sentiment),
    urgent=st.booleans(),
)
conditions = st.builds(
    Conditions,
    tiers=st.frozensets(st.sampled_from(CustomerTier)),
    categories=st.frozensets(st.sampled_from(Category)),
    sentiments=st.frozensets(st.sampled_from(Sentiment)),
    intents=st.frozensets(st.sampled_from(INTENTS), max_size=5),
    channels=st.frozensets(st.sampled_from(Channel)),
)


def ticket(intent: str, sentiment: Sentiment = Sentiment.NEUTRAL, tier: str = "standard") -> TicketFacts:
    return TicketFacts(Channel.EMAIL, CustomerTier(tier), CATEGORY_OF_INTENT[intent], intent, sentiment)


@pytest.mark.parametrize(
    ("facts", "rule", "queue", "hours"),
    [
        (ticket("error_report", tier="platinum"), "VIP_001", "vip_support", 4),
        (ticket("request_refund", tier="enterprise"), "VIP_001", "vip_support", 4),
        (ticket("error_report"), "TECH_001", "technical_support", 8),
        (ticket("error_report", tier="gold"), "TECH_001", "technical_support", 8),
        (ticket("wrong_charge", Sentiment.NEGATIVE), "BILL_001", "billing_specialist", 6),
        (ticket("wrong_charge", Sentiment.VERY_NEGATIVE), "BILL_001", "billing_specialist", 6),
        (ticket("wrong_charge"), "DEFAULT_001", "general_support", 24),
        (ticket("complaint_service", Sentiment.POSITIVE), "COMP_001", "escalation_team", 4),
        (ticket("request_refund"), "RET_001", "returns_processing", 12),
        (ticket("exchange_item", Sentiment.VERY_NEGATIVE), "RET_001", "returns_processing", 12),
        (ticket("damaged_item"), "RET_001", "returns_processing", 12),
        (ticket("refund_status"), "RET_001", "returns_processing", 12),
        (ticket("refund_status", Sentiment.NEGATIVE), "BILL_001", "billing_specialist", 6),
        (ticket("warranty_repair"), "DEFAULT_001", "general_support", 24),
        (ticket("track_order"), "DEFAULT_001", "general_support", 24),
    ],
)
def test_the_six_rules_take_their_tickets(facts: TicketFacts, rule: str, queue: str, hours: float) -> None:
    decision = choose(facts, Priority.LOW, RULES)
    assert (decision.rule, decision.queue, decision.sla_hours) == (rule, queue, hours)


@pytest.mark.parametrize(
    ("facts", "before", "after"),
    [
        (ticket("error_report", tier="enterprise"), Priority.HIGH, Priority.CRITICAL),
        (ticket("wrong_charge", Sentiment.NEGATIVE), Priority.MEDIUM, Priority.HIGH),
        (ticket("complaint_product"), Priority.MEDIUM, Priority.CRITICAL),
        (ticket("complaint_product"), Priority.HIGH, Priority.CRITICAL),
        (ticket("error_report"), Priority.MEDIUM, Priority.MEDIUM),
    ],
)
def test_a_rule_raises_the_priority_up_to_critical(facts: TicketFacts, before: Priority, after: Priority) -> None:
    assert choose(facts, before, RULES).priority is after


def test_effects_of_the_rules_arrive() -> None:
    vip = choose(ticket("error_report", tier="platinum"), Priority.LOW, RULES)
    assert vip.needs_senior
    assert {RULES.notify_targets[name].to for name in vip.notify} == {"#vip-support", "vip-support"}
    assert choose(ticket("error_report"), Priority.LOW, RULES).skills == (
        "technical_troubleshooting",
        "product_expertise",
    )
    billing = choose(ticket("wrong_charge", Sentiment.NEGATIVE), Priority.LOW, RULES)
    assert [RULES.notify_targets[name].to for name in billing.notify] == ["supervisor"]
    assert choose(ticket("complaint_service"), Priority.LOW, RULES).needs_review
    assert choose(ticket("return_item"), Priority.LOW, RULES).auto_approve_usd == "100.00"
    assert choose(ticket("thanks"), Priority.LOW, RULES).auto_approve_usd is None


def test_reasons_name_each_condition_and_the_rule() -> None:
    decision = choose(ticket("wrong_charge", Sentiment.VERY_NEGATIVE), Priority.MEDIUM, RULES)
    assert decision.reasons == (
        "Category is billing (rule BILL_001)",
        "Sentiment is very negative (rule BILL_001)",
        "Priority raised from medium to high (rule BILL_001)",
    )


def test_reasons_of_the_default_and_of_a_level_that_is_at_its_top() -> None:
    assert choose(ticket("thanks"), Priority.LOW, RULES).reasons == ("No other rule matches (rule DEFAULT_001)",)
    vip = choose(ticket("thanks", tier="platinum"), Priority.CRITICAL, RULES)
    assert vip.reasons == ("Tier is platinum (rule VIP_001)", "Priority is critical already (rule VIP_001)")


@given(facts_of_any_kind, st.sampled_from(Priority))
def test_the_first_matching_rule_decides(facts: TicketFacts, priority: Priority) -> None:
    decision = choose(facts, priority, RULES)
    numbers = {rule.id: rule.number for rule in RULES.routing}
    matching = [rule.number for rule in RULES.routing if matches(rule.when, facts)]
    assert numbers[decision.rule] == min(matching)
    assert priority.rank <= decision.priority.rank <= Priority.CRITICAL.rank
    assert decision.reasons


@given(facts_of_any_kind, st.lists(conditions, max_size=6), st.sampled_from(Priority))
def test_any_table_of_rules_is_followed_in_order(
    facts: TicketFacts, tables: list[Conditions], priority: Priority
) -> None:
    chain = [
        RoutingRule(number, f"R_{number}", "test", "general_support", 1, when) for number, when in enumerate(tables, 1)
    ]
    rules = dataclasses.replace(RULES, routing=(*chain, RULES.default_rule))
    expected = next((rule.id for rule in chain if matches(rule.when, facts)), "DEFAULT_001")
    assert choose(facts, priority, rules).rule == expected


@given(conditions, facts_of_any_kind)
def test_conditions_are_and_ed_and_lists_are_or_ed(when: Conditions, facts: TicketFacts) -> None:
    pairs: list[tuple[frozenset[str], str | None]] = [
        (frozenset(when.tiers), facts.tier),
        (frozenset(when.categories), facts.category),
        (frozenset(when.sentiments), facts.sentiment),
        (frozenset(when.intents), facts.intent),
        (frozenset(when.channels), facts.channel),
    ]
    assert matches(when, facts) == all(fact in allowed for allowed, fact in pairs if allowed)


def test_what_is_unknown_meets_no_condition() -> None:
    unknown = TicketFacts(Channel.EMAIL, CustomerTier.STANDARD, None, None, None)
    assert choose(unknown, Priority.MEDIUM, RULES).rule == "DEFAULT_001"
    assert choose(dataclasses.replace(unknown, tier=CustomerTier.PLATINUM), Priority.MEDIUM, RULES).rule == "VIP_001"
