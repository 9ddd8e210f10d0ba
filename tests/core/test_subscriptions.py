"""The table of subscriptions and the engine agree, and no event is a dead word."""

import re
from pathlib import Path

import pytest

import core
from core.bootstrap import Engine
from core.domain.events import EventType
from core.subscriptions import SUBSCRIPTIONS, Plan

CORE = Path(core.__file__).parent


async def test_every_handler_of_the_table_exists_and_is_used(engine: Engine) -> None:
    assert {subscription.handler for subscription in SUBSCRIPTIONS} == set(engine.orchestrator._handlers)


def test_no_handler_is_named_twice_for_an_event() -> None:
    pairs = [(subscription.event, subscription.handler) for subscription in SUBSCRIPTIONS]
    assert len(pairs) == len(set(pairs))


def test_what_runs_at_once_has_no_delay() -> None:
    assert not [found for found in SUBSCRIPTIONS if found.at_once and found.delay_seconds]


def test_the_five_agents_are_named_as_the_process_framework_names_them() -> None:
    assert {subscription.agent for subscription in SUBSCRIPTIONS} == {
        "ManageCustomerInquiries",
        "HandleServiceExceptions",
        "ResolveCustomerIssues",
        "MeasureCustomerSatisfaction",
    }


def test_the_plan_divides_the_table() -> None:
    plan = Plan()
    for event in EventType:
        now, later = plan.at_once(event), [name for name, _ in plan.later(event)]
        assert sorted(now + later) == sorted(name for name, _ in plan.handlers_of(event))


@pytest.mark.parametrize("event", list(EventType))
def test_every_event_is_told_somewhere(event: EventType) -> None:
    """A reader of the table would wait for ever for one that nobody tells."""
    readers = {"subscriptions.py", "operations.py", "events.py"}
    sources = [path for path in CORE.rglob("*.py") if path.name not in readers]
    assert any(re.search(rf"EventType\.{event.name}\b", path.read_text()) for path in sources)
