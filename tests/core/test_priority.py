"""The priority of a ticket before routing."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.loader import load_rules
from core.domain.enums import Category, Channel, CustomerTier, Priority, Sentiment
from core.domain.facts import TicketFacts
from core.domain.intents import INTENTS
from core.priority import prioritise

RULES = load_rules()

facts_of_any_kind = st.builds(
    TicketFacts,
    channel=st.sampled_from(Channel),
    tier=st.sampled_from(CustomerTier),
    category=st.none() | st.sampled_from(Category),
    intent=st.none() | st.sampled_from(INTENTS),
    sentiment=st.none() | st.sampled_from(Sentiment),
    urgent=st.booleans(),
    wants_human=st.booleans(),
)


def facts(**changes: object) -> TicketFacts:
    calm = TicketFacts(
        Channel.EMAIL, CustomerTier.STANDARD, Category.PRODUCT_INFO, "product_question", Sentiment.NEUTRAL
    )
    return dataclasses.replace(calm, **changes)  # type: ignore[arg-type]


def test_every_part_that_counts_is_told() -> None:
    decision = prioritise(
        facts(
            tier=CustomerTier.ENTERPRISE, category=Category.TECHNICAL, sentiment=Sentiment.VERY_NEGATIVE, urgent=True
        ),
        RULES,
    )
    assert decision.priority is Priority.CRITICAL
    assert decision.reasons == (
        "Enterprise customer: +2",
        "Category is technical: +1",
        "Sentiment is very negative: +2",
        "The message is urgent: +2",
        "7 points in all: critical",
    )


def test_what_does_not_count_is_not_told() -> None:
    assert prioritise(facts(), RULES).reasons == ("0 points in all: low",)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Priority.LOW),
        ({"category": Category.FEATURE_REQUEST}, Priority.LOW),
        ({"category": Category.TECHNICAL}, Priority.MEDIUM),
        ({"category": Category.BILLING, "sentiment": Sentiment.NEGATIVE}, Priority.MEDIUM),
        ({"category": Category.ACCOUNT, "urgent": True}, Priority.HIGH),
        ({"category": Category.COMPLAINT, "sentiment": Sentiment.VERY_NEGATIVE}, Priority.HIGH),
        ({"category": Category.TECHNICAL, "sentiment": Sentiment.VERY_NEGATIVE, "urgent": True}, Priority.CRITICAL),
        ({"tier": CustomerTier.GOLD}, Priority.LOW),
        ({"tier": CustomerTier.PLATINUM}, Priority.MEDIUM),
        ({"tier": CustomerTier.ENTERPRISE, "category": Category.TECHNICAL}, Priority.HIGH),
    ],
)
def test_ordinary_tickets_get_a_sensible_level(changes: dict[str, object], expected: Priority) -> None:
    assert prioritise(facts(**changes), RULES).priority is expected


def test_a_ticket_that_is_not_analysed_never_sinks_to_low() -> None:
    decision = prioritise(facts(category=None, sentiment=None, intent=None), RULES)
    assert decision.priority is Priority.MEDIUM
    assert "Not analysed yet: +1" in decision.reasons


def test_the_operators_points_are_used() -> None:
    urgent_first = dataclasses.replace(RULES, priority=dataclasses.replace(RULES.priority, base=1, urgent=10))
    decision = prioritise(facts(urgent=True), urgent_first)
    assert decision.priority is Priority.CRITICAL
    assert decision.reasons[0] == "Every ticket: +1"


@given(facts_of_any_kind)
def test_urgency_anger_and_tier_never_lower_the_priority(ticket: TicketFacts) -> None:
    def rank(**changes: object) -> int:
        return prioritise(dataclasses.replace(ticket, **changes), RULES).priority.rank  # type: ignore[arg-type]

    assert rank(urgent=False) <= rank(urgent=True)
    angrier = [rank(sentiment=sentiment) for sentiment in Sentiment]
    assert angrier == sorted(angrier)
    tiers = [CustomerTier.STANDARD, CustomerTier.GOLD, CustomerTier.PLATINUM, CustomerTier.ENTERPRISE]
    assert [rank(tier=tier) for tier in tiers] == sorted(rank(tier=tier) for tier in tiers)


@given(facts_of_any_kind)
def test_every_ticket_has_a_level_and_a_reason(ticket: TicketFacts) -> None:
    decision = prioritise(ticket, RULES)
    assert decision.priority in Priority
    assert decision.reasons[-1].endswith(f"in all: {decision.priority.value}")
