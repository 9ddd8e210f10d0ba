"""Work is done once, in order, and what fails costs only itself."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select

from core.agents import inquiries
from core.bootstrap import Engine
from core.domain.access import SYSTEM
from core.domain.entities import WorkItem
from core.domain.enums import Priority, TicketStatus, WorkState
from core.domain.errors import Conflict, Unavailable
from core.domain.events import Event, EventType, NewEvent
from core.domain.ports import AnalyzerState, Urgency
from core.handlers import Handler, NotYet
from core.orchestrator import MOST_ATTEMPTS, CustomerSupportOrchestrator
from core.statistics import Statistics
from core.storage.database import Database
from core.storage.tables import work
from core.storage.transaction import Transaction
from core.storage.work import LEASE, Work
from core.subscriptions import Plan, Subscription
from tests.conftest import MovableClock
from tests.factories import EngineBuilder, a_message, a_ticket, events_of, kinds_of, ticket_of, view_of
from tests.fakes import MarkAnalyzer

OpenDatabase = Callable[[str], Database]


@dataclass
class Recorder:
    """A handler that keeps what it was given, and fails on events that say so."""

    seen: list[list[str]] = field(default_factory=list)
    tells: EventType | None = None
    failing: set[str] = field(default_factory=set)
    error: Exception = field(default_factory=lambda: ArithmeticError("a bad event"))
    waiting: int = 0
    applied: asyncio.Event = field(default_factory=asyncio.Event)

    async def prepare(self, events: Sequence[Event]) -> None:
        if self.waiting:
            self.waiting -= 1
            raise NotYet(1.0, "not there yet")

    async def apply(self, tx: Transaction, events: Sequence[Event], prepared: Any) -> None:
        names = [event.data["name"] for event in events]
        for event in events:
            if self.tells is not None:
                tx.record(NewEvent(self.tells, SYSTEM, data={"name": event.data["name"]}))
        if self.failing & set(names):
            raise self.error
        self.seen.append(names)
        self.applied.set()

    @property
    def names(self) -> list[str]:
        return [name for some in self.seen for name in some]


FIRST, SECOND, THIRD, LATER = "Agent.first", "Agent.second", "Agent.third", "Agent.later"
PLAN = (
    Subscription(EventType.MESSAGE_RECEIVED, FIRST, "begins", at_once=False),
    Subscription(EventType.MESSAGE_ANALYSED, SECOND, "follows at once"),
    Subscription(EventType.MESSAGE_ANALYSED, THIRD, "follows at once too"),
    Subscription(EventType.TICKET_ROUTED, LATER, "follows after a while", at_once=False, delay_seconds=60),
)


@dataclass
class Bench:
    """An orchestrator with a plan of its own and recorders for handlers."""

    database: Database
    handlers: dict[str, Recorder]
    orchestrator: CustomerSupportOrchestrator
    statistics: Statistics

    async def begin(self, *names: str) -> None:
        async with self.database.transaction() as tx:
            for name in names:
                tx.record(NewEvent(EventType.MESSAGE_RECEIVED, SYSTEM, data={"name": name}))

    async def told(self, kind: EventType) -> list[str]:
        async with self.database.read() as tx:
            return [event.data["name"] for event in await tx.journal.after(0, types=[kind])]

    async def counts(self) -> dict[str, int]:
        async with self.database.read() as tx:
            return await tx.work.counts()


def _bench(database: Database) -> Bench:
    plan, statistics = Plan(PLAN), Statistics()
    database.plan = plan
    recorders = {
        FIRST: Recorder(tells=EventType.MESSAGE_ANALYSED),
        SECOND: Recorder(tells=EventType.TICKET_ROUTED),
        THIRD: Recorder(),
        LATER: Recorder(),
    }
    handlers: dict[str, Handler] = dict(recorders)
    return Bench(database, recorders, CustomerSupportOrchestrator(database, plan, handlers, statistics), statistics)


@pytest.fixture
def bench(database: Database) -> Bench:
    return _bench(database)


async def test_one_event_leads_to_the_next_and_each_handler_sees_it_once(bench: Bench, clock: MovableClock) -> None:
    await bench.begin("a", "b")
    await bench.orchestrator.drain()
    assert [bench.handlers[name].names for name in (FIRST, SECOND, THIRD)] == [["a", "b"]] * 3
    assert bench.handlers[LATER].names == []
    clock.advance(seconds=60)
    await bench.orchestrator.drain()
    assert bench.handlers[LATER].names == ["a", "b"]
    assert await bench.counts() == {}


async def test_work_is_done_in_batches(bench: Bench) -> None:
    await bench.begin(*(str(number) for number in range(70)))
    await bench.orchestrator.drain()
    assert [len(some) for some in bench.handlers[FIRST].seen] == [64, 6]


async def test_a_poison_item_costs_only_itself(bench: Bench, clock: MovableClock) -> None:
    bench.handlers[FIRST].failing = {"bad"}
    await bench.begin("a", "bad", "b")
    await bench.orchestrator.drain()
    assert sorted(bench.handlers[SECOND].names) == ["a", "b"]
    assert await bench.told(EventType.MESSAGE_ANALYSED) == ["a", "b"]
    assert bench.statistics.failures == {FIRST: 1}
    bench.handlers[FIRST].failing = set()
    clock.advance(minutes=1)
    await bench.orchestrator.drain()
    assert bench.handlers[SECOND].names[-1] == "bad"


async def test_a_conflict_that_stays_costs_only_its_own_item(bench: Bench) -> None:
    bench.handlers[FIRST].failing = {"bad"}
    bench.handlers[FIRST].error = Conflict("it can't become that")
    await bench.begin("a", "bad", "b")
    await bench.orchestrator.drain()
    assert sorted(bench.handlers[SECOND].names) == ["a", "b"]
    assert await bench.counts() == {"ready": 3}


async def test_a_failing_handler_does_not_undo_the_others(bench: Bench) -> None:
    bench.handlers[SECOND].failing = {"a"}
    await bench.begin("a")
    await bench.orchestrator.drain()
    assert (bench.handlers[FIRST].names, bench.handlers[THIRD].names) == (["a"], ["a"])
    assert await bench.told(EventType.TICKET_ROUTED) == []
    async with bench.database.read() as tx:
        assert await tx.work.counts() == {"ready": 1}


async def test_a_handler_that_failed_is_tried_again_later_and_told_once(bench: Bench, clock: MovableClock) -> None:
    bench.handlers[SECOND].failing = {"a"}
    await bench.begin("a")
    await bench.orchestrator.drain()
    await bench.orchestrator.drain()
    assert bench.statistics.failures[SECOND] == 1
    bench.handlers[SECOND].failing = set()
    clock.advance(seconds=3)
    await bench.orchestrator.drain()
    assert bench.handlers[SECOND].names == ["a"]
    assert await bench.told(EventType.TICKET_ROUTED) == ["a"]
    assert bench.handlers[THIRD].names == ["a"]


async def test_the_wait_between_attempts_grows(bench: Bench, clock: MovableClock) -> None:
    bench.handlers[FIRST].failing = {"bad"}
    await bench.begin("bad")
    waits = []
    for _ in range(4):
        await bench.orchestrator.drain()
        run_at = await _next_run(bench.database)
        waits.append((run_at - clock.now()).total_seconds())
        clock.moment = run_at
    assert [2 <= waits[0] <= 2.5, 4 <= waits[1] <= 5, 8 <= waits[2] <= 10, 16 <= waits[3] <= 20] == [True] * 4


async def _next_run(database: Database) -> Any:
    async with database.read() as tx:
        return (await tx.connection.execute(select(work.c.run_at))).scalar_one()


async def test_after_the_last_attempt_it_is_a_dead_letter_that_an_operator_can_send_back(
    bench: Bench, clock: MovableClock
) -> None:
    bench.handlers[FIRST].failing = {"bad"}
    await bench.begin("bad")
    for _ in range(MOST_ATTEMPTS + 2):
        await bench.orchestrator.drain()
        clock.advance(hours=1)
    async with bench.database.read() as tx:
        (dead,) = await tx.work.dead()
        events = await tx.journal.after(0, types=[EventType.WORK_DEAD])
    assert (dead.state, dead.attempts) == (WorkState.DEAD, MOST_ATTEMPTS)
    assert dead.last_error == "ArithmeticError: a bad event"
    assert [event.data["handler"] for event in events] == [FIRST]
    bench.handlers[FIRST].failing = set()
    async with bench.database.transaction() as tx:
        await tx.work.requeue(dead.id)
    await bench.orchestrator.drain()
    assert bench.handlers[FIRST].names == ["bad"]


async def test_waiting_for_what_is_not_there_yet_counts_as_no_attempt(bench: Bench, clock: MovableClock) -> None:
    bench.handlers[FIRST].waiting = 20
    await bench.begin("a")
    for _ in range(21):
        await bench.orchestrator.drain()
        clock.advance(seconds=1)
    assert bench.handlers[FIRST].names == ["a"]
    assert bench.statistics.failures == {}


async def test_an_unavailable_store_ends_the_round_and_loses_nothing(bench: Bench, clock: MovableClock) -> None:
    bench.handlers[FIRST].failing = {"a"}
    bench.handlers[FIRST].error = Unavailable("The database can't be used now")
    await bench.begin("a", "b")
    with pytest.raises(Unavailable):
        await bench.orchestrator.drain()
    assert await bench.told(EventType.MESSAGE_ANALYSED) == []
    bench.handlers[FIRST].failing = set()
    clock.moment += LEASE + timedelta(seconds=1)
    await bench.orchestrator.drain()
    assert bench.handlers[FIRST].names == ["a", "b"]


async def test_work_of_a_process_that_died_is_done_by_another_exactly_once(
    database_url: str, open_database: OpenDatabase, clock: MovableClock
) -> None:
    dead, alive = _bench(open_database(database_url)), _bench(open_database(database_url))
    await dead.begin("a", "b")
    async with dead.database.transaction() as tx:
        assert len(await tx.work.claim(10)) == 2
    await alive.orchestrator.drain()
    assert alive.handlers[FIRST].names == []
    clock.moment += LEASE + timedelta(seconds=1)
    await alive.orchestrator.drain()
    assert alive.handlers[FIRST].names == ["a", "b"]
    assert await alive.told(EventType.MESSAGE_ANALYSED) == ["a", "b"]


async def test_a_process_that_wakes_too_late_undoes_its_deed(
    database_url: str, open_database: OpenDatabase, clock: MovableClock
) -> None:
    slow, quick = _bench(open_database(database_url)), _bench(open_database(database_url))
    await slow.begin("a")

    async def sleep_through_the_lease(events: Sequence[Event]) -> None:
        clock.moment += LEASE + timedelta(seconds=1)
        await quick.orchestrator.drain()

    slow.handlers[FIRST].prepare = sleep_through_the_lease  # type: ignore[method-assign]
    await slow.orchestrator.drain()
    assert quick.handlers[FIRST].names == ["a"]
    assert slow.handlers[FIRST].names == []
    assert await slow.told(EventType.MESSAGE_ANALYSED) == ["a"]
    assert slow.statistics.failures == {}


async def test_two_processes_share_the_work_and_do_nothing_twice(
    database_url: str, open_database: OpenDatabase
) -> None:
    one, other = _bench(open_database(database_url)), _bench(open_database(database_url))
    names = [str(number) for number in range(200)]
    await one.begin(*names)
    await asyncio.gather(one.orchestrator.drain(), other.orchestrator.drain())
    done = one.handlers[FIRST].names + other.handlers[FIRST].names
    assert sorted(done) == sorted(names)
    assert sorted(await one.told(EventType.TICKET_ROUTED)) == sorted(names)


async def test_a_running_orchestrator_outlives_a_claim_that_breaks(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim, tries = Work.claim, count(1)

    async def break_first(work: Work, most: int) -> list[WorkItem]:
        if next(tries) == 1:
            raise RuntimeError("the claim broke")
        return await claim(work, most)

    monkeypatch.setattr(Work, "claim", break_first)
    done = bench.handlers[FIRST].applied
    await bench.orchestrator.start()
    await bench.begin("a")
    await asyncio.wait_for(done.wait(), 5)
    await bench.orchestrator.stop()
    assert bench.handlers[FIRST].names == ["a"]


# --- The model ---


class _Hanging(MarkAnalyzer):
    """Never answers."""

    async def analyse(self, texts: Sequence[str], urgency: Urgency = Urgency.BULK) -> Any:
        await asyncio.Event().wait()


async def test_without_the_model_a_message_is_routed_by_what_is_known(engine: Engine, analyzer: MarkAnalyzer) -> None:
    analyzer.state = AnalyzerState.FAILED
    ticket = await a_ticket(engine, "[intent=error_report]")
    assert (ticket.category, ticket.queue_id, ticket.routing_rule) == (None, "general_support", "DEFAULT_001")
    assert ticket.priority is Priority.MEDIUM
    assert "Not analysed yet: +1" in ticket.priority_reasons
    assert ticket.due_at is not None
    kinds = await kinds_of(engine, ticket.id)
    assert EventType.ANALYSIS_UNKNOWN in kinds
    assert EventType.MESSAGE_ANALYSED not in kinds


async def test_it_is_analysed_and_routed_again_when_the_model_returns(
    engine: Engine, analyzer: MarkAnalyzer, clock: MovableClock
) -> None:
    analyzer.state = AnalyzerState.FAILED
    ticket = await a_ticket(engine, "[intent=error_report]")
    analyzer.state = AnalyzerState.READY
    clock.advance(seconds=61)
    await engine.orchestrator.drain()
    again = await ticket_of(engine, ticket.id)
    assert (again.category, again.queue_id, again.routing_rule) == ("technical", "technical_support", "TECH_001")
    asked = (await view_of(engine, ticket.id)).messages[0]
    assert asked.analysis is not None
    assert asked.analysis.intent == "error_report"


async def test_a_model_that_stays_away_is_told_of_once(
    engine: Engine, analyzer: MarkAnalyzer, clock: MovableClock
) -> None:
    analyzer.state = AnalyzerState.FAILED
    ticket = await a_ticket(engine)
    for _ in range(10):
        clock.advance(minutes=30)
        await engine.orchestrator.drain()
    assert len(await events_of(engine, ticket.id, EventType.ANALYSIS_UNKNOWN)) == 1
    analyzer.state = AnalyzerState.READY
    clock.advance(minutes=31)
    await engine.orchestrator.drain()
    assert len(await events_of(engine, ticket.id, EventType.MESSAGE_ANALYSED)) == 1


async def test_a_model_that_takes_too_long_is_not_waited_for(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inquiries, "MODEL_TIMEOUT_SECONDS", 0.01)
    engine.orchestrator._handlers["ManageCustomerInquiries.analyse"]._analyzer = _Hanging()  # type: ignore[attr-defined]
    ticket = await a_ticket(engine)
    assert ticket.queue_id == "general_support"
    (unknown,) = await events_of(engine, ticket.id, EventType.ANALYSIS_UNKNOWN)
    assert unknown.data["reason"] == "the model took too long"


async def test_a_model_that_is_loading_is_waited_for_a_little(
    engine: Engine, analyzer: MarkAnalyzer, clock: MovableClock
) -> None:
    analyzer.state = AnalyzerState.LOADING
    receipt = await engine.intake.accept(a_message("[intent=error_report]"))
    await engine.orchestrator.drain()
    assert (await ticket_of(engine, receipt.ticket_id)).queue_id is None
    clock.advance(seconds=5)
    analyzer.state = AnalyzerState.READY
    await engine.orchestrator.drain()
    assert (await ticket_of(engine, receipt.ticket_id)).queue_id == "technical_support"
    assert EventType.ANALYSIS_UNKNOWN not in await kinds_of(engine, receipt.ticket_id)


async def test_a_model_that_loads_too_long_is_not_waited_for(
    engine: Engine, analyzer: MarkAnalyzer, clock: MovableClock
) -> None:
    analyzer.state = AnalyzerState.LOADING
    receipt = await engine.intake.accept(a_message())
    await engine.orchestrator.drain()
    clock.advance(seconds=21)
    await engine.orchestrator.drain()
    assert (await ticket_of(engine, receipt.ticket_id)).queue_id == "general_support"


async def test_a_text_that_breaks_the_model_is_routed_unread_and_costs_no_other(
    engine: Engine, analyzer: MarkAnalyzer
) -> None:
    read = analyzer._read

    def read_or_break(text: str) -> Any:
        if "poison" in text:
            raise IndexError("the tokenizer broke")
        return read(text)

    analyzer._read = read_or_break  # type: ignore[method-assign]
    texts = ("[intent=error_report]", "poison", "[intent=error_report]")
    receipts = await asyncio.gather(*(engine.intake.accept(a_message(text)) for text in texts))
    await engine.orchestrator.drain()
    queues = [(await ticket_of(engine, receipt.ticket_id)).queue_id for receipt in receipts]
    assert queues == ["technical_support", "general_support", "technical_support"]


async def test_an_answer_given_before_the_model_read_the_message_stands(
    engine: Engine, analyzer: MarkAnalyzer, clock: MovableClock
) -> None:
    analyzer.state = AnalyzerState.FAILED
    ticket = await a_ticket(engine)
    await engine.desk.reply(SYSTEM, ticket.id, "Here you are.", then=TicketStatus.RESOLVED)
    analyzer.state = AnalyzerState.READY
    clock.advance(seconds=61)
    await engine.orchestrator.drain()
    assert (await ticket_of(engine, ticket.id)).status is TicketStatus.RESOLVED


async def test_a_ticket_that_was_resolved_before_it_was_read_runs_no_clock(
    engine: Engine, analyzer: MarkAnalyzer, clock: MovableClock
) -> None:
    receipt = await engine.intake.accept(a_message())
    await engine.desk.reply(SYSTEM, receipt.ticket_id, "Here you are.", then=TicketStatus.RESOLVED)
    await engine.orchestrator.drain()
    clock.advance(days=5)
    assert await engine.monitor.tick() == 0
    found = await ticket_of(engine, receipt.ticket_id)
    assert (found.due_at, found.sla_state) == (None, None)


async def test_an_engine_that_starts_after_a_crash_finishes_what_was_begun(
    build_engine: EngineBuilder, clock: MovableClock
) -> None:
    crashed = await build_engine()
    receipt = await crashed.intake.accept(a_message("[intent=error_report]"))
    async with crashed.database.transaction() as tx:
        await tx.work.claim(10)
    clock.moment += LEASE + timedelta(seconds=1)
    fresh = await build_engine()
    await fresh.orchestrator.drain()
    await crashed.orchestrator.drain()
    assert (await ticket_of(fresh, receipt.ticket_id)).queue_id == "technical_support"
    kinds = await kinds_of(fresh, receipt.ticket_id)
    assert all(kinds.count(kind) == 1 for kind in (EventType.MESSAGE_ANALYSED, EventType.TICKET_ROUTED))


async def test_messages_read_in_one_batch_keep_their_own_labels(engine: Engine) -> None:
    receipts = await asyncio.gather(
        *(engine.intake.accept(a_message(text)) for text in ("[mood=neutral]", "[mood=negative]"))
    )
    await engine.orchestrator.drain()
    assert [(await ticket_of(engine, receipt.ticket_id)).sentiment for receipt in receipts] == ["neutral", "negative"]
