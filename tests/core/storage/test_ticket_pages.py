"""Whatever the sort and the filter, the pages together hold each matching ticket exactly once, in order."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain.entities import Ticket
from core.domain.enums import Category, Channel, ClockState, CustomerTier, Priority, Sentiment, TicketStatus
from core.domain.filters import NEVER, TicketCursor, TicketFilter, TicketSort
from core.storage.database import Database
from tests.cast import ada
from tests.conftest import MovableClock
from tests.factories import plant_tickets

FILTERS: dict[str, tuple[TicketFilter, Callable[[Ticket], bool]]] = {
    "all": (TicketFilter(), lambda ticket: True),
    "open": (TicketFilter(open=True), lambda ticket: ticket.is_open),
    "not open": (TicketFilter(open=False), lambda ticket: not ticket.is_open),
    "statuses": (
        TicketFilter(statuses=(TicketStatus.NEW, TicketStatus.ESCALATED)),
        lambda ticket: ticket.status in (TicketStatus.NEW, TicketStatus.ESCALATED),
    ),
    "priorities": (TicketFilter(priorities=(Priority.HIGH,)), lambda ticket: ticket.priority is Priority.HIGH),
    "channels": (
        TicketFilter(channels=(Channel.CHAT, Channel.SMS)),
        lambda ticket: ticket.channel in (Channel.CHAT, Channel.SMS),
    ),
    "categories": (TicketFilter(categories=(Category.BILLING,)), lambda ticket: ticket.category is Category.BILLING),
    "sentiments": (
        TicketFilter(sentiments=(Sentiment.NEGATIVE,)),
        lambda ticket: ticket.sentiment is Sentiment.NEGATIVE,
    ),
    "tiers": (TicketFilter(tiers=(CustomerTier.STANDARD,)), lambda ticket: ticket.tier is CustomerTier.STANDARD),
    "no such tier": (TicketFilter(tiers=(CustomerTier.GOLD,)), lambda ticket: False),
    "languages": (TicketFilter(languages=("ja", "de")), lambda ticket: ticket.language in ("ja", "de")),
    "sla": (TicketFilter(sla_states=(ClockState.AT_RISK,)), lambda ticket: ticket.sla_state is ClockState.AT_RISK),
    "unassigned": (TicketFilter(unassigned=True), lambda ticket: ticket.assignee_id is None),
    "mine": (TicketFilter(assignee_id=1), lambda ticket: ticket.assignee_id == 1),
    "escalated": (TicketFilter(escalated=True), lambda ticket: ticket.escalated_at is not None),
    "not escalated": (TicketFilter(escalated=False), lambda ticket: ticket.escalated_at is None),
    "customer": (TicketFilter(customer_id=1), lambda ticket: ticket.customer_id == 1),
    "intents": (TicketFilter(intents=("track_order",)), lambda ticket: ticket.intent == "track_order"),
    "waiting": (
        TicketFilter(waiting_longer_than=timedelta(minutes=30)),
        lambda ticket: ticket.waiting_since is not None and ticket.waiting_since.hour < 9,
    ),
    "several": (
        TicketFilter(open=True, priorities=(Priority.LOW, Priority.CRITICAL), unassigned=True),
        lambda ticket: ticket.is_open and ticket.priority.rank in (0, 3) and ticket.assignee_id is None,
    ),
}

ORDERS: dict[TicketSort, Callable[[Ticket], Any]] = {
    TicketSort.DUE: lambda ticket: (ticket.due_at or NEVER, ticket.id),
    TicketSort.NEWEST: lambda ticket: -ticket.id,
    TicketSort.OLDEST: lambda ticket: ticket.id,
    TicketSort.PRIORITY: lambda ticket: (ticket.priority.order, ticket.id),
    TicketSort.WAITING: lambda ticket: (ticket.waiting_since is None, ticket.waiting_since or 0, ticket.id),
    TicketSort.UPDATED: lambda ticket: (-ticket.last_message_at.timestamp(), -ticket.id),
}


def _random_row(dice: random.Random, now: datetime, assignee: int) -> dict[str, Any]:
    """Few different values, so that sort keys repeat and pages end inside a run of equal ones."""
    priority = dice.choice(list(Priority))
    return {
        "status": dice.choice(list(TicketStatus)).value,
        "priority": priority.value,
        "priority_order": priority.order,
        "channel": dice.choice(list(Channel)).value,
        "category": dice.choice([None, *Category]),
        "sentiment": dice.choice([None, *Sentiment]),
        "language": dice.choice([None, "en", "de", "ja"]),
        "sla_state": dice.choice([None, *ClockState]),
        "assignee_id": dice.choice([None, assignee]),
        "last_message_at": now - timedelta(minutes=dice.randrange(5)),
        "escalated_at": dice.choice([None, now]),
        "intent": dice.choice([None, "track_order", "damaged_item"]),
        "waiting_since": dice.choice([None, now, now - timedelta(minutes=30), now - timedelta(hours=5)]),
        "due_at": dice.choice([NEVER, now, now + timedelta(hours=1), now + timedelta(microseconds=7)]),
    }


async def _walk(database: Database, wanted: TicketFilter, sort: TicketSort, size: int) -> list[Ticket]:
    found: list[Ticket] = []
    cursor: TicketCursor | None = None
    while True:
        async with database.read() as tx:
            page, cursor = await tx.ticket_pages.page(wanted, sort, cursor, size)
        assert len(page) <= size
        found += page
        if cursor is None:
            return found
        assert page, "a page that says more follows is not empty"


@pytest.fixture
async def planted(database: Database) -> Database:
    dice = random.Random(20260302)
    agent = await ada(database, queues=())
    async with database.transaction() as tx:
        await plant_tickets(tx, [_random_row(dice, tx.now, agent.id) for _ in range(120)], tx.now)
        await plant_tickets(tx, [_random_row(dice, tx.now, agent.id) for _ in range(30)], tx.now)
    return database


async def test_every_sort_and_filter_walks_each_matching_ticket_once(planted: Database) -> None:
    everything = await _walk(planted, TicketFilter(), TicketSort.OLDEST, 200)
    assert len(everything) == 150
    for sort, order in ORDERS.items():
        for name, (wanted, matches) in FILTERS.items():
            expected = sorted((ticket for ticket in everything if matches(ticket)), key=order)
            found = await _walk(planted, wanted, sort, 23)
            assert [ticket.id for ticket in found] == [ticket.id for ticket in expected], (sort, name)


some_of = st.sampled_from
FILTER_STRATEGY = st.builds(
    TicketFilter,
    open=some_of([None, None, True, False]),
    statuses=st.lists(some_of(TicketStatus), max_size=4).map(tuple),
    priorities=st.lists(some_of(Priority), max_size=2).map(tuple),
    channels=st.lists(some_of(Channel), max_size=2).map(tuple),
    categories=st.lists(some_of(Category), max_size=2).map(tuple),
    intents=st.lists(some_of(["track_order", "damaged_item"]), max_size=1).map(tuple),
    sentiments=st.lists(some_of(Sentiment), max_size=2).map(tuple),
    tiers=st.lists(some_of([CustomerTier.STANDARD, CustomerTier.GOLD]), max_size=1).map(tuple),
    languages=st.lists(some_of(["en", "de"]), max_size=1).map(tuple),
    queues=st.lists(some_of(["vip_support"]), max_size=1).map(tuple),
    sla_states=st.lists(some_of(ClockState), max_size=3).map(tuple),
    assignee_id=some_of([None, None, 1, 2]),
    unassigned=st.booleans(),
    escalated=some_of([None, None, True, False]),
    customer_id=some_of([None, None, 1, 2]),
    waiting_longer_than=some_of([None, None, timedelta(0), timedelta(minutes=30), timedelta(hours=6)]),
)


@settings(max_examples=150, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=FILTER_STRATEGY, minutes=st.integers(0, 90))
async def test_a_filter_holds_in_memory_what_the_database_gives(
    planted: Database, clock: MovableClock, wanted: TicketFilter, minutes: int
) -> None:
    began = clock.moment
    clock.advance(minutes=minutes)
    everything = await _walk(planted, TicketFilter(), TicketSort.OLDEST, 200)
    found = await _walk(planted, wanted, TicketSort.OLDEST, 200)
    assert [ticket for ticket in everything if wanted.holds(ticket, clock.now())] == found
    clock.moment = began


async def test_pages_of_one_row_end(planted: Database) -> None:
    for sort in TicketSort:
        wanted = TicketFilter(statuses=(TicketStatus.NEW,))
        found = await _walk(planted, wanted, sort, 1)
        assert len({ticket.id for ticket in found}) == len(found) > 0


async def test_counting_stops_at_the_most_that_is_asked_for(planted: Database) -> None:
    async with planted.read() as tx:
        assert await tx.ticket_pages.count(TicketFilter(), 1_000) == 150
        assert await tx.ticket_pages.count(TicketFilter(), 20) == 20
        assert await tx.ticket_pages.count(TicketFilter(tiers=(CustomerTier.STANDARD,)), 1_000) == 150


async def test_a_ticket_that_appears_between_two_pages_moves_no_other(planted: Database) -> None:
    async with planted.read() as tx:
        first, cursor = await tx.ticket_pages.page(TicketFilter(), TicketSort.NEWEST, None, 50)
    async with planted.transaction() as tx:
        await plant_tickets(tx, [{}], tx.now)
    async with planted.read() as tx:
        second, _ = await tx.ticket_pages.page(TicketFilter(), TicketSort.NEWEST, cursor, 50)
    assert second[0].id == first[-1].id - 1
