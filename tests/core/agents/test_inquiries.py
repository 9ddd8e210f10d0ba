"""A message becomes a labelled, prioritised, routed, timed and assigned ticket."""

import asyncio
from datetime import timedelta

import pytest

from core.bootstrap import Engine
from core.domain.access import SYSTEM
from core.domain.enums import Channel, ClockKind, ClockState, CustomerTier, Priority, TicketStatus
from core.domain.events import EventType
from core.domain.filters import TicketFilter
from core.domain.messages import InboundCustomer
from tests.cast import VERA, ada, sam, someone
from tests.conftest import MovableClock
from tests.factories import (
    EngineBuilder,
    a_message,
    a_ticket,
    events_of,
    kinds_of,
    receive,
    resolve,
    ticket_of,
    view_of,
)


def _of_tier(tier: CustomerTier) -> InboundCustomer:
    return InboundCustomer(email=f"{tier.value}@customer.example", name=tier.value, tier=tier)


@pytest.mark.parametrize(
    ("text", "tier", "expected"),
    [
        ("[intent=error_report]", CustomerTier.PLATINUM, ("VIP_001", "vip_support", Priority.HIGH)),
        ("[intent=error_report]", CustomerTier.ENTERPRISE, ("VIP_001", "vip_support", Priority.CRITICAL)),
        ("[intent=error_report]", CustomerTier.GOLD, ("TECH_001", "technical_support", Priority.MEDIUM)),
        ("[intent=wrong_charge mood=negative]", CustomerTier.GOLD, ("BILL_001", "billing_specialist", Priority.HIGH)),
        ("[intent=wrong_charge]", CustomerTier.GOLD, ("DEFAULT_001", "general_support", Priority.MEDIUM)),
        ("[intent=complaint_service]", CustomerTier.STANDARD, ("COMP_001", "escalation_team", Priority.CRITICAL)),
        ("[intent=return_item]", CustomerTier.STANDARD, ("RET_001", "returns_processing", Priority.MEDIUM)),
        ("[intent=refund_status]", CustomerTier.STANDARD, ("RET_001", "returns_processing", Priority.MEDIUM)),
        ("[intent=product_question]", CustomerTier.STANDARD, ("DEFAULT_001", "general_support", Priority.LOW)),
    ],
)
async def test_each_rule_routes_its_own(
    engine: Engine, text: str, tier: CustomerTier, expected: tuple[str, str, Priority]
) -> None:
    ticket = await a_ticket(engine, text, customer=_of_tier(tier))
    assert (ticket.routing_rule, ticket.queue_id, ticket.priority) == expected
    assert any(expected[0] in reason for reason in ticket.routing_reasons)
    assert ticket.priority_reasons[-1].endswith(("low", "medium", "high", "critical"))


async def test_the_whole_way_of_a_message_is_in_the_journal(engine: Engine) -> None:
    agent = await ada(engine.database)
    ticket = await a_ticket(engine)
    assert (ticket.status, ticket.assignee_id) == (TicketStatus.ASSIGNED, agent.id)
    kinds = await kinds_of(engine, ticket.id)
    expected = [
        EventType.TICKET_CREATED,
        EventType.MESSAGE_RECEIVED,
        EventType.MESSAGE_ANALYSED,
        EventType.TICKET_PRIORITISED,
        EventType.TICKET_ROUTED,
        EventType.SLA_STARTED,
        EventType.REPLY_QUEUED,
        EventType.TICKET_ASSIGNED,
    ]
    assert sorted(kinds) == sorted(expected)
    assert [kind for kind in kinds if kind in expected[:5]] == expected[:5]


async def test_the_clocks_run_from_the_message_and_not_from_its_reading(engine: Engine, clock: MovableClock) -> None:
    came_at = clock.now()
    receipt = await engine.intake.accept(a_message())
    clock.advance(minutes=3)
    await engine.orchestrator.drain()
    clocks = (await view_of(engine, receipt.ticket_id)).clocks
    assert clocks[ClockKind.FIRST_RESPONSE].due_at == came_at + timedelta(hours=4)
    assert clocks[ClockKind.RESOLUTION].due_at == came_at + timedelta(hours=24)


@pytest.mark.parametrize(
    ("tier", "hours"),
    [(CustomerTier.STANDARD, 8.0), (CustomerTier.PLATINUM, 3.0), (CustomerTier.ENTERPRISE, 2.0)],
)
async def test_a_tier_shortens_the_resolution(
    engine: Engine, clock: MovableClock, tier: CustomerTier, hours: float
) -> None:
    """Technical, 8 h by its rule; VIPs 4 h by theirs, times their multiplier."""
    ticket = await a_ticket(engine, "[intent=error_report]", customer=_of_tier(tier))
    resolution = (await view_of(engine, ticket.id)).clocks[ClockKind.RESOLUTION]
    assert resolution.due_at - clock.now() == timedelta(hours=hours)
    assert resolution.warn_at - clock.now() == timedelta(hours=hours * 0.8)


async def test_an_urgent_call_is_answered_when_it_comes(engine: Engine) -> None:
    ticket = await a_ticket(engine, "[urgent mood=very_negative intent=outage]", channel=Channel.PHONE)
    clocks = (await view_of(engine, ticket.id)).clocks
    assert ticket.priority is Priority.CRITICAL
    assert clocks[ClockKind.FIRST_RESPONSE].state is ClockState.MET
    assert clocks[ClockKind.RESOLUTION].state is ClockState.RUNNING


async def test_a_senior_with_room_gets_the_vip(engine: Engine) -> None:
    await ada(engine.database)
    senior = await someone(engine.database, name="Sid", senior=True, queues=["vip_support"])
    ticket = await a_ticket(engine, customer=VERA)
    assert (ticket.needs_senior, ticket.assignee_id) == (True, senior.id)


async def test_a_vip_waits_for_a_senior_rather_than_going_to_anybody(engine: Engine) -> None:
    await ada(engine.database)
    await someone(engine.database, name="Sid", senior=True, queues=["vip_support"], capacity=0)
    assert (await a_ticket(engine, customer=VERA)).assignee_id is None


async def test_nobody_gets_more_than_they_hold_and_room_is_filled_when_it_appears(engine: Engine) -> None:
    agent = await ada(engine.database, capacity=2)
    tickets = [await a_ticket(engine, f"Question {number}") for number in range(4)]
    assert [ticket.assignee_id for ticket in tickets] == [agent.id, agent.id, None, None]
    await resolve(engine, tickets[0].id)
    assert [(await ticket_of(engine, ticket.id)).assignee_id for ticket in tickets[2:]] == [agent.id, None]


async def test_two_processes_that_assign_at_once_respect_the_capacity(build_engine: EngineBuilder) -> None:
    engines = [await build_engine() for _ in range(2)]
    agent = await ada(engines[0].database, capacity=5)
    await asyncio.gather(*(engines[number % 2].intake.accept(a_message(f"Mail {number}")) for number in range(30)))
    await asyncio.gather(*(engine.orchestrator.drain() for engine in engines * 2))
    async with engines[0].database.read() as tx:
        assert await tx.tickets.loads() == {agent.id: 5}


async def test_a_further_message_changes_the_mood_and_keeps_the_queue(engine: Engine) -> None:
    first = await a_ticket(engine, "[intent=product_question]", channel=Channel.CHAT)
    again = await a_ticket(engine, "[intent=error_report mood=positive]", channel=Channel.CHAT)
    assert again.id == first.id
    assert (again.queue_id, again.category, again.sentiment) == ("general_support", "product_info", "positive")


async def test_anger_raises_the_priority_and_brings_the_deadline_forward(engine: Engine) -> None:
    before = await a_ticket(engine, "[intent=wrong_charge]", channel=Channel.CHAT)
    after = await a_ticket(engine, "[mood=very_negative urgent]", channel=Channel.CHAT)
    assert (before.priority, after.priority) == (Priority.MEDIUM, Priority.CRITICAL)
    assert before.due_at is not None
    assert after.due_at is not None
    assert after.due_at < before.due_at
    prioritised = await events_of(engine, after.id, EventType.TICKET_PRIORITISED)
    assert (prioritised[-1].data["was"], prioritised[-1].data["priority"]) == ("medium", "critical")


async def test_a_calmer_message_does_not_lower_the_priority(engine: Engine) -> None:
    await a_ticket(engine, "[mood=very_negative urgent intent=wrong_charge]", channel=Channel.CHAT)
    after = await a_ticket(engine, "[mood=very_positive]", channel=Channel.CHAT)
    assert after.priority is Priority.CRITICAL


async def test_a_wish_for_a_human_is_not_forgotten(engine: Engine) -> None:
    await a_ticket(engine, "[human]", channel=Channel.CHAT)
    assert (await a_ticket(engine, "Hello?", channel=Channel.CHAT)).wants_human


async def test_a_customer_who_speaks_again_ends_the_pause(engine: Engine) -> None:
    agent = await ada(engine.database)
    ticket = await a_ticket(engine)
    await engine.desk.reply(agent.actor, ticket.id, "Which colour?")
    assert (await ticket_of(engine, ticket.id)).status is TicketStatus.PENDING_CUSTOMER
    await receive(engine, "Blue", ticket_id=ticket.id)
    found = await ticket_of(engine, ticket.id)
    assert (found.status, found.sla_state) == (TicketStatus.IN_PROGRESS, ClockState.RUNNING)


async def test_thanks_leave_a_waiting_ticket_waiting(engine: Engine) -> None:
    agent = await ada(engine.database)
    ticket = await a_ticket(engine)
    await engine.desk.reply(agent.actor, ticket.id, "Which colour?")
    await receive(engine, "[thanks]", ticket_id=ticket.id)
    assert (await ticket_of(engine, ticket.id)).status is TicketStatus.PENDING_CUSTOMER


async def test_messages_of_one_ticket_read_together_make_one_classification(engine: Engine) -> None:
    texts = ("[intent=error_report]", "[mood=negative urgent]")
    receipts = await asyncio.gather(*(engine.intake.accept(a_message(text, channel=Channel.CHAT)) for text in texts))
    await engine.orchestrator.drain()
    ticket = await ticket_of(engine, receipts[0].ticket_id)
    assert (ticket.category, ticket.sentiment, ticket.urgent) == ("technical", "negative", True)
    assert len(await events_of(engine, ticket.id, EventType.TICKET_ROUTED)) == 1


async def test_a_supervisor_gets_tickets_only_of_queues_they_are_in(engine: Engine) -> None:
    await sam(engine.database)
    assert (await a_ticket(engine)).assignee_id is None


async def test_what_is_received_is_found_by_search(engine: Engine) -> None:
    ticket = await a_ticket(engine, "The turquoise lamp flickers", subject="Order 2026-0815")
    for query in ("turquoise", "2026-0815", "kim"):
        found, _ = await engine.views.search(SYSTEM, query, TicketFilter())
        assert [one.id for one in found] == [ticket.id], query
