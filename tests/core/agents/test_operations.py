"""The dashboards' counts are the journal's, no more and no less."""

import asyncio
from datetime import timedelta

import pytest

from core.agents.operations import COUNTED, NAME, counted
from core.bootstrap import Engine
from core.domain.enums import Channel
from core.domain.events import Event, EventType
from core.links import Signed
from core.storage.rollups import RollupKey
from tests.conftest import MovableClock
from tests.factories import EngineBuilder, a_ticket, resolve
from tests.marks import only_on_postgresql

Sums = dict[tuple[str, str], tuple[int, float]]


async def _live_a_day(engine: Engine, clock: MovableClock) -> None:
    for channel in Channel:
        ticket = await a_ticket(engine, "[intent=wrong_charge mood=negative]", channel=channel)
        clock.advance(hours=1, minutes=7)
        await engine.monitor.tick()
        await resolve(engine, ticket.id)
    clock.advance(minutes=6)
    await engine.orchestrator.drain()
    await engine.dispatcher.drain()
    await engine.satisfaction.answer(engine.links.token(Signed.SURVEY, 1001), 4)
    await engine.satisfaction.answer(engine.links.token(Signed.SURVEY, 1002), 5)


async def _sums(engine: Engine, clock: MovableClock) -> Sums:
    async with engine.database.read() as tx:
        return await tx.rollups.sums(clock.now() - timedelta(days=3))


async def _journal(engine: Engine) -> list[Event]:
    async with engine.database.read() as tx:
        return await tx.journal.after(0, 10_000)


def _rebuilt(events: list[Event]) -> Sums:
    sums: dict[tuple[str, str], list[float]] = {}
    for (_, name, dimension), (count, total) in counted(events).items():
        found = sums.setdefault((name, dimension), [0, 0.0])
        found[0] += count
        found[1] += total
    return {key: (int(count), total) for key, (count, total) in sums.items()}


async def test_the_counts_equal_the_journal(engine: Engine, clock: MovableClock) -> None:
    await _live_a_day(engine, clock)
    events = await _journal(engine)
    assert await engine.operations.catch_up() == len(events)
    sums = await _sums(engine, clock)
    assert sums == _rebuilt(events)
    assert sums[("ticket.created", "email")] == (1, 0.0)
    assert sum(count for (name, _), (count, _) in sums.items() if name == "survey.answered") == 2
    assert sum(total for (name, _), (_, total) in sums.items() if name == "survey.answered") == 9.0


async def test_what_was_counted_is_not_counted_again(engine: Engine, clock: MovableClock) -> None:
    await _live_a_day(engine, clock)
    await engine.operations.catch_up()
    once = await _sums(engine, clock)
    assert await engine.operations.catch_up() == 0
    assert await _sums(engine, clock) == once
    await a_ticket(engine)
    assert await engine.operations.catch_up() > 0
    assert await _sums(engine, clock) == _rebuilt(await _journal(engine))


async def test_a_crash_between_counting_and_remembering_counts_once(engine: Engine, clock: MovableClock) -> None:
    await a_ticket(engine)

    async def crash() -> None:
        async with engine.database.transaction() as tx:
            events = await tx.journal.after(await tx.rollups.bookmark(NAME), 1_000)
            await tx.rollups.add(counted(events))
            raise SystemError("killed")

    with pytest.raises(SystemError):
        await crash()
    await engine.operations.catch_up()
    assert await _sums(engine, clock) == _rebuilt(await _journal(engine))


async def test_two_processes_that_count_at_once_count_once(build_engine: EngineBuilder, clock: MovableClock) -> None:
    one, other = await build_engine(), await build_engine()
    await _live_a_day(one, clock)
    await asyncio.gather(one.operations.catch_up(), other.operations.catch_up(), one.operations.catch_up())
    assert await _sums(one, clock) == _rebuilt(await _journal(one))


@only_on_postgresql
async def test_a_second_counter_waits_for_the_first_and_goes_on_after_it(
    build_engine: EngineBuilder, clock: MovableClock
) -> None:
    one, other = await build_engine(), await build_engine()
    await one.operations.catch_up()
    await a_ticket(one)
    async with one.database.transaction() as tx:
        events = await tx.journal.after(await tx.rollups.bookmark(NAME), 1_000)
        second = asyncio.create_task(other.operations.catch_up())
        finished, _ = await asyncio.wait({second}, timeout=0.3)
        assert not finished
        await tx.rollups.add(counted(events))
        await tx.rollups.move_bookmark(NAME, events[-1].seq)
    await second
    assert await _sums(one, clock) == _rebuilt(await _journal(one))


async def test_each_hour_has_its_own_row(engine: Engine, clock: MovableClock) -> None:
    await a_ticket(engine)
    clock.advance(hours=1)
    await a_ticket(engine)
    await engine.operations.catch_up()
    async with engine.database.read() as tx:
        last_hour = await tx.rollups.sums(clock.now())
        both = await tx.rollups.sums(clock.now() - timedelta(hours=1))
    assert (last_hour[("ticket.created", "email")][0], both[("ticket.created", "email")][0]) == (1, 2)


def test_events_are_told_apart_by_what_they_carry() -> None:
    hour = MovableClock().now()
    events = [
        Event(1, EventType.SURVEY_ANSWERED, hour, "customer:1", "Kim", 1001, None, 1, {"score": 4}),
        Event(2, EventType.SURVEY_ANSWERED, hour, "customer:1", "Kim", 1001, None, 1, {"score": 4}),
        Event(3, EventType.NOTE_ADDED, hour, "user:1", "Ada", 1001, None, 1, {}),
    ]
    expected: dict[RollupKey, tuple[int, float]] = {(hour, "survey.answered", "4"): (2, 8.0)}
    assert counted(events) == expected
    assert EventType.NOTE_ADDED not in COUNTED
