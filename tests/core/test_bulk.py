"""One change to many tickets: each is changed or refused on its own, and all of it can be undone."""

import asyncio

import pytest

from core.bootstrap import Engine
from core.desk import Assignee, BulkOutcome, TicketPatch
from core.domain.access import SYSTEM
from core.domain.entities import Ticket, User
from core.domain.enums import Category, ClockKind, ClockState, Priority, Sentiment, TicketStatus
from core.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from core.domain.events import EventType
from tests.cast import ROBOT, ada, eve, sam
from tests.conftest import MovableClock
from tests.factories import a_ticket, events_of, receive, ticket_of, view_of


@pytest.fixture
async def agent(engine: Engine) -> User:
    return await ada(engine.database, queues=())


@pytest.fixture
async def tickets(engine: Engine) -> list[Ticket]:
    return [await a_ticket(engine, subject=f"Question {number}") for number in range(3)]


def versions(tickets: list[Ticket]) -> dict[int, int | None]:
    return {ticket.id: ticket.version for ticket in tickets}


async def _now(engine: Engine, tickets: list[Ticket]) -> list[Ticket]:
    return [await ticket_of(engine, ticket.id) for ticket in tickets]


# What undoing leaves different: the version counts on, and so does the time of the last change.
_STAMPS = ("version", "updated_at")


def _facts(ticket: Ticket) -> dict[str, object]:
    return {name: getattr(ticket, name) for name in ticket.__slots__ if name not in _STAMPS}


# --- Changing ---


async def test_each_ticket_is_changed_and_told_with_its_actor(
    engine: Engine, tickets: list[Ticket], agent: User
) -> None:
    outcome = await engine.desk.change_many(
        agent.actor, versions(tickets), TicketPatch(priority=Priority.CRITICAL, queue="billing_specialist")
    )
    assert [ticket.id for ticket in outcome.done] == [ticket.id for ticket in tickets]
    assert outcome.refused == {}
    assert list(outcome.done) == await _now(engine, tickets)
    assert {(ticket.priority, ticket.queue_id) for ticket in outcome.done} == {
        (Priority.CRITICAL, "billing_specialist")
    }
    for ticket in tickets:
        told = await events_of(engine, ticket.id, EventType.TICKET_PRIORITISED)
        assert (told[-1].actor, told[-1].data["bulk"], told[-1].data["was"]) == (agent.actor.key, 3, ticket.priority)
        assert "undo" not in told[-1].data


async def test_one_that_is_refused_keeps_no_trace_and_stops_no_other(
    engine: Engine, tickets: list[Ticket], agent: User
) -> None:
    stale, closed, fine = tickets
    await engine.desk.change(agent.actor, stale.id, TicketPatch(subject="Other"))
    for status in (TicketStatus.RESOLVED, TicketStatus.CLOSED):
        await engine.desk.change(agent.actor, closed.id, TicketPatch(status=status))
    before = {ticket.id: await events_of(engine, ticket.id) for ticket in tickets}
    shown = await _now(engine, tickets)
    wanted: dict[int, int | None] = {stale.id: stale.version, closed.id: None, fine.id: fine.version, 4711: None}
    outcome = await engine.desk.change_many(
        agent.actor, wanted, TicketPatch(priority=Priority.CRITICAL, status=TicketStatus.IN_PROGRESS)
    )
    assert [ticket.id for ticket in outcome.done] == [fine.id]
    assert set(outcome.refused) == {stale.id, closed.id, 4711}
    assert "changed by someone else" in outcome.refused[stale.id]
    assert "closed" in outcome.refused[closed.id]
    assert outcome.refused[4711] == "There is no ticket 4711."
    now = await _now(engine, tickets)
    assert now[:2] == shown[:2]
    for ticket in (stale, closed):
        assert await events_of(engine, ticket.id) == before[ticket.id]
        clocks = (await view_of(engine, ticket.id)).clocks.values()
        assert all(clock.target_seconds for clock in clocks)


async def test_what_is_wrong_on_every_ticket_changes_none(engine: Engine, tickets: list[Ticket], agent: User) -> None:
    executive = await eve(engine.database)
    desk, seen = engine.desk, versions(tickets)
    with pytest.raises(InvalidInput, match="changes nothing"):
        await desk.change_many(agent.actor, seen, TicketPatch())
    with pytest.raises(InvalidInput, match="no queue nowhere"):
        await desk.change_many(agent.actor, seen, TicketPatch(priority=Priority.LOW, queue="nowhere"))
    with pytest.raises(InvalidInput, match="from 1 to 200"):
        await desk.change_many(agent.actor, {}, TicketPatch(priority=Priority.LOW))
    with pytest.raises(InvalidInput, match="from 1 to 200"):
        await desk.change_many(agent.actor, dict.fromkeys(range(1, 202)), TicketPatch(priority=Priority.LOW))
    with pytest.raises(NotAllowed):
        await desk.change_many(executive.actor, seen, TicketPatch(priority=Priority.LOW))
    with pytest.raises(NotAllowed):
        await desk.change_many(executive.actor, seen, TicketPatch(), assignee=Assignee(executive.id))
    with pytest.raises(NotFound):
        await desk.change_many(SYSTEM, seen, TicketPatch(), assignee=Assignee(4711))
    with pytest.raises(InvalidInput, match="does not work on tickets"):
        await desk.change_many(SYSTEM, seen, TicketPatch(), assignee=Assignee(executive.id))
    assert await _now(engine, tickets) == tickets


async def test_an_agent_takes_what_is_nobodys_and_moves_no_other(
    engine: Engine, tickets: list[Ticket], agent: User
) -> None:
    other, supervisor = await ada(engine.database, name="Bob", queues=()), await sam(engine.database)
    await engine.desk.take(other.actor, tickets[0].id)
    seen = dict.fromkeys(ticket.id for ticket in tickets)
    outcome = await engine.desk.change_many(agent.actor, seen, TicketPatch(), assignee=Assignee(agent.id))
    assert [ticket.assignee_id for ticket in outcome.done] == [agent.id, agent.id]
    assert [ticket.status for ticket in outcome.done] == [TicketStatus.ASSIGNED] * 2
    assert "it is with Bob" in outcome.refused[tickets[0].id]
    handed = await engine.desk.change_many(supervisor.actor, seen, TicketPatch(), assignee=Assignee(other.id))
    assert {ticket.assignee_id for ticket in handed.done} == {other.id}
    freed = await engine.desk.change_many(supervisor.actor, seen, TicketPatch(), assignee=Assignee(None))
    assert {ticket.assignee_id for ticket in freed.done} == {None}


async def test_a_ticket_that_is_so_already_is_done_and_not_undone(
    engine: Engine, tickets: list[Ticket], agent: User
) -> None:
    await engine.desk.take(agent.actor, tickets[0].id)
    taken = await ticket_of(engine, tickets[0].id)
    outcome = await engine.desk.change_many(
        agent.actor, {taken.id: taken.version}, TicketPatch(), assignee=Assignee(agent.id)
    )
    assert outcome.done == (taken,)
    assert outcome.undo.is_empty


async def test_assigning_and_resolving_together_does_both(engine: Engine, tickets: list[Ticket], agent: User) -> None:
    outcome = await engine.desk.change_many(
        agent.actor, versions(tickets), TicketPatch(status=TicketStatus.RESOLVED), assignee=Assignee(agent.id)
    )
    assert {(ticket.assignee_id, ticket.status) for ticket in outcome.done} == {(agent.id, TicketStatus.RESOLVED)}


# --- Undoing ---

CHANGES: dict[str, TicketPatch] = {
    "priority": TicketPatch(priority=Priority.CRITICAL),
    "queue": TicketPatch(queue="technical_support"),
    "subject": TicketPatch(subject="Another"),
    "labels": TicketPatch(intent="track_order", sentiment=Sentiment.VERY_NEGATIVE),
    "category": TicketPatch(category=Category.BILLING),
    "resolved": TicketPatch(status=TicketStatus.RESOLVED),
    "pending": TicketPatch(status=TicketStatus.PENDING_CUSTOMER),
    "escalated": TicketPatch(status=TicketStatus.ESCALATED),
    "everything": TicketPatch(
        priority=Priority.LOW, queue="vip_support", category=Category.SHIPPING, status=TicketStatus.RESOLVED
    ),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("start", [TicketStatus.NEW, TicketStatus.PENDING_CUSTOMER, TicketStatus.ESCALATED])
async def test_undo_puts_back_every_field_and_clock(
    engine: Engine, agent: User, clock: MovableClock, change: str, start: TicketStatus
) -> None:
    ticket = await a_ticket(engine)
    if start is not TicketStatus.NEW:
        ticket = await engine.desk.change(agent.actor, ticket.id, TicketPatch(status=start))
    clocks = (await view_of(engine, ticket.id)).clocks
    clock.advance(minutes=1)
    outcome = await engine.desk.change_many(agent.actor, {ticket.id: ticket.version}, CHANGES[change])
    clock.advance(seconds=9)
    undone = await engine.desk.undo_many(agent.actor, outcome.undo)
    assert undone.refused == {}
    now = await ticket_of(engine, ticket.id)
    assert _facts(now) == _facts(ticket)
    assert (await view_of(engine, ticket.id)).clocks == clocks


async def test_undo_gives_tickets_back_to_whom_they_were_with(
    engine: Engine, tickets: list[Ticket], agent: User
) -> None:
    supervisor = await sam(engine.database)
    await engine.desk.take(agent.actor, tickets[0].id)
    before = await _now(engine, tickets)
    outcome = await engine.desk.change_many(
        supervisor.actor, versions(before), TicketPatch(), assignee=Assignee(supervisor.id)
    )
    undone = await engine.desk.undo_many(supervisor.actor, outcome.undo)
    assert [_facts(ticket) for ticket in undone.done] == [_facts(ticket) for ticket in before]
    last = (await events_of(engine, tickets[0].id))[-1]
    assert (last.type, last.actor, last.data["assignee_id"]) == (
        EventType.TICKET_ASSIGNED,
        supervisor.actor.key,
        agent.id,
    )
    assert (last.data["undo"], last.data["bulk"]) == (True, 3)
    assert (await events_of(engine, tickets[1].id))[-1].type is EventType.TICKET_UNASSIGNED


async def test_what_somebody_changed_since_is_left_to_them_and_named(
    engine: Engine, tickets: list[Ticket], agent: User
) -> None:
    other = await ada(engine.database, name="Bob", queues=())
    outcome = await _raise(engine, tickets, agent)
    await engine.desk.change(other.actor, tickets[0].id, TicketPatch(priority=Priority.LOW))
    await engine.desk.change(other.actor, tickets[1].id, TicketPatch(subject="Another"))
    undone = await engine.desk.undo_many(agent.actor, outcome.undo)
    assert undone.refused == {tickets[0].id: f"The priority of ticket {tickets[0].id} was changed again by Bob."}
    now = await _now(engine, tickets)
    assert [ticket.priority for ticket in now] == [Priority.LOW, tickets[1].priority, tickets[2].priority]
    assert now[1].subject == "Another"


async def test_a_deadline_that_moved_on_since_is_not_moved_back(
    engine: Engine, tickets: list[Ticket], agent: User, clock: MovableClock
) -> None:
    outcome = await _raise(engine, tickets[:1], agent)
    clock.advance(days=30)
    await engine.monitor.tick()
    undone = await engine.desk.undo_many(agent.actor, outcome.undo)
    assert undone.done == ()
    assert "deadlines" in undone.refused[tickets[0].id]


async def test_a_customer_who_wrote_since_waits_on_after_an_undo(
    engine: Engine, tickets: list[Ticket], agent: User, clock: MovableClock
) -> None:
    outcome = await engine.desk.change_many(agent.actor, versions(tickets[:1]), TicketPatch(priority=Priority.CRITICAL))
    clock.advance(seconds=5)
    await receive(engine, "And another thing", ticket_id=tickets[0].id)
    spoken = await ticket_of(engine, tickets[0].id)
    (undone,) = (await engine.desk.undo_many(agent.actor, outcome.undo)).done
    assert (undone.last_line, undone.waiting_since) == (spoken.last_line, spoken.waiting_since)
    assert undone.priority is tickets[0].priority


async def test_an_undo_can_be_undone(engine: Engine, tickets: list[Ticket], agent: User) -> None:
    outcome = await _raise(engine, tickets, agent)
    undone = await engine.desk.undo_many(agent.actor, outcome.undo)
    again = await engine.desk.undo_many(agent.actor, undone.undo)
    assert [_facts(ticket) for ticket in again.done] == [_facts(ticket) for ticket in outcome.done]


async def test_an_undo_comes_once_and_from_who_made_the_change(
    engine: Engine, tickets: list[Ticket], agent: User
) -> None:
    outcome = await _raise(engine, tickets, agent)
    with pytest.raises(Conflict, match="Only who"):
        await engine.desk.undo_many(ROBOT, outcome.undo)
    await engine.desk.undo_many(agent.actor, outcome.undo)
    twice = await engine.desk.undo_many(agent.actor, outcome.undo)
    assert set(twice.refused) == {ticket.id for ticket in tickets}


async def test_undone_resolution_counts_its_clock_on(
    engine: Engine, tickets: list[Ticket], agent: User, clock: MovableClock
) -> None:
    outcome = await engine.desk.change_many(
        agent.actor, versions(tickets[:1]), TicketPatch(status=TicketStatus.RESOLVED)
    )
    assert outcome.done[0].resolved_at is not None
    await engine.desk.undo_many(agent.actor, outcome.undo)
    clocks = (await view_of(engine, tickets[0].id)).clocks
    assert {kind: each.state for kind, each in clocks.items()} == dict.fromkeys(ClockKind, ClockState.RUNNING)
    clock.advance(days=30)
    await engine.monitor.tick()
    assert await events_of(engine, tickets[0].id, EventType.SLA_BREACHED)


async def _raise(engine: Engine, tickets: list[Ticket], agent: User) -> BulkOutcome:
    return await engine.desk.change_many(agent.actor, versions(tickets), TicketPatch(priority=Priority.CRITICAL))


async def test_of_two_bulk_changes_at_once_each_ticket_follows_one(
    engine: Engine, tickets: list[Ticket], agent: User
) -> None:
    other = await ada(engine.database, name="Bob", queues=())
    forwards, backwards = versions(tickets), versions(tickets[::-1])
    mine, theirs = await asyncio.gather(
        engine.desk.change_many(agent.actor, forwards, TicketPatch(), assignee=Assignee(agent.id)),
        engine.desk.change_many(other.actor, backwards, TicketPatch(), assignee=Assignee(other.id)),
    )
    done = [ticket.id for outcome in (mine, theirs) for ticket in outcome.done]
    assert sorted(done) == [ticket.id for ticket in tickets]
    assert {*mine.refused, *theirs.refused} == {ticket.id for ticket in tickets}
    for ticket in tickets:
        assert len(await events_of(engine, ticket.id, EventType.TICKET_ASSIGNED)) == 1


async def test_what_the_desk_itself_did_since_is_no_obstacle_to_an_undo(engine: Engine, agent: User) -> None:
    ticket = await a_ticket(engine)
    free = await ada(engine.database, name="Bob", queues=("billing_specialist",))
    outcome = await engine.desk.change_many(
        agent.actor, {ticket.id: ticket.version}, TicketPatch(queue="billing_specialist")
    )
    await engine.orchestrator.drain()
    assert (await ticket_of(engine, ticket.id)).assignee_id == free.id
    (undone,) = (await engine.desk.undo_many(agent.actor, outcome.undo)).done
    assert (undone.queue_id, undone.routing_reasons) == (ticket.queue_id, ticket.routing_reasons)
    assert undone.assignee_id == free.id
