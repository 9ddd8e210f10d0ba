"""The desk answers on its own only when nothing speaks for a human."""

from dataclasses import replace
from typing import Any

import pytest

from config.loader import DEFAULT_RULES_FILE, load_rules
from core.automation import judge
from core.domain.analysis import ArticleMatch
from core.domain.entities import Article
from core.domain.enums import Category, Channel, CustomerTier, Priority, Sentiment
from tests.conftest import MovableClock
from tests.factories import an_analysis, bare_ticket

RULES = load_rules(DEFAULT_RULES_FILE)
ANALYSIS = an_analysis(category=Category.ACCOUNT, intent="password_reset")
ARTICLE = Article(
    id=7,
    external_id="reset",
    title="Reset",
    category=Category.ACCOUNT,
    intents=(),
    language="en",
    body="Open the page.",
    questions=(),
    used=4,
    solved=3,
    version=1,
    updated_at=MovableClock().now(),
)
MATCH = ArticleMatch(7, "Reset", 0.9, 0.80)


def _reasons(
    *, ticket: dict[str, Any] | None = None, analysis: dict[str, Any] | None = None, attempts: int = 0, **article: Any
) -> tuple[str, ...]:
    articles = {7: replace(ARTICLE, **article)}
    verdict = judge(
        bare_ticket(**(ticket or {})), replace(ANALYSIS, **(analysis or {})), [MATCH], articles, attempts, rules=RULES
    )
    assert (verdict.article_id is None) == bool(verdict.reasons)
    return verdict.reasons


def test_at_both_thresholds_the_article_answers() -> None:
    assert _reasons() == ()


@pytest.mark.parametrize(
    ("case", "told"),
    [
        ({"solved": 2}, "solved 50%"),
        ({"used": 0, "solved": 0}, "not been used"),
        ({"attempts": 3}, "used up"),
        ({"ticket": {"tier": CustomerTier.PLATINUM}}, "platinum"),
        ({"ticket": {"tier": CustomerTier.ENTERPRISE}}, "enterprise"),
        ({"ticket": {"priority": Priority.CRITICAL}}, "critical"),
        ({"ticket": {"channel": Channel.PHONE}}, "phone"),
        ({"ticket": {"wants_human": True}}, "human"),
        ({"ticket": {"assignee_id": 1}, "attempts": 1}, "working on it"),
        ({"analysis": {"wants_human": True}}, "human"),
        ({"analysis": {"sentiment": Sentiment.NEGATIVE}}, "negative"),
        ({"analysis": {"sentiment": Sentiment.VERY_NEGATIVE}}, "very negative"),
    ],
)
def test_each_objection_is_enough_and_is_told(case: dict[str, Any], told: str) -> None:
    (reason,) = _reasons(**case)
    assert told in reason


@pytest.mark.parametrize(
    "ticket", [{"tier": CustomerTier.GOLD}, {"priority": Priority.HIGH}, {"channel": Channel.SMS}, {"assignee_id": 1}]
)
def test_what_is_no_objection_is_none(ticket: dict[str, Any]) -> None:
    assert _reasons(ticket=ticket) == ()


def test_a_weak_match_is_only_a_suggestion() -> None:
    weak = replace(MATCH, confidence=0.7999)
    verdict = judge(bare_ticket(), ANALYSIS, [weak], {7: ARTICLE}, 0, rules=RULES)
    assert verdict.article_id is None
    assert verdict.reasons == ("Confidence 0.80 is under 0.80",)


def test_without_a_match_nothing_is_sent() -> None:
    assert judge(bare_ticket(), ANALYSIS, [], {}, 0, rules=RULES).reasons == ("No article fits",)


def test_automation_that_is_off_sends_nothing() -> None:
    off = replace(RULES, automation=replace(RULES.automation, enabled=False))
    assert judge(bare_ticket(), ANALYSIS, [MATCH], {7: ARTICLE}, 0, rules=off).reasons == ("Automation is off",)
