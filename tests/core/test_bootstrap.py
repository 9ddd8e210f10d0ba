"""The engine as a whole, running on its own."""

import asyncio
from collections.abc import Sequence

from core.bootstrap import Engine
from core.domain.events import Event, EventType
from tests.cast import ada
from tests.factories import EngineBuilder, a_message, kinds_of, ticket_of
from tests.fakes import RecordingChannel


async def _until_all(engine: Engine, wanted: set[EventType]) -> None:
    """Wait until the bus has told of each kind of event."""
    seen: set[EventType] = set()
    done = asyncio.Event()

    def listen(events: Sequence[Event]) -> None:
        seen.update(event.type for event in events)
        if wanted <= seen:
            done.set()

    engine.bus.subscribe(listen)
    await asyncio.wait_for(done.wait(), 20)


async def test_a_message_goes_all_its_way_by_itself(engine: Engine, channel: RecordingChannel) -> None:
    await ada(engine.database)
    await engine.start()
    arrived = asyncio.create_task(_until_all(engine, {EventType.TICKET_ASSIGNED, EventType.REPLY_SENT}))
    await asyncio.sleep(0)
    receipt = await engine.intake.accept(a_message("[intent=error_report]"))
    await arrived
    ticket = await ticket_of(engine, receipt.ticket_id)
    assert (ticket.queue_id, ticket.assignee_name) == ("technical_support", "Ada")
    assert len(channel.delivered) == 1
    await engine.stop()


async def test_a_second_engine_finishes_what_the_first_left(build_engine: EngineBuilder) -> None:
    first = await build_engine()
    receipt = await first.intake.accept(a_message("[intent=error_report]"))
    second = await build_engine()
    await second.start()
    await _until_all(second, {EventType.TICKET_ROUTED})
    assert EventType.TICKET_ROUTED in await kinds_of(second, receipt.ticket_id)
    await second.stop()


async def test_preparing_again_changes_nothing(engine: Engine) -> None:
    async with engine.database.read() as tx:
        before = await tx.queues.all()
    await engine.prepare()
    async with engine.database.read() as tx:
        assert await tx.queues.all() == before


async def test_a_process_without_agents_leaves_their_work_to_others(build_engine: EngineBuilder) -> None:
    resting = await build_engine(agents=False)
    await resting.start()
    told = asyncio.create_task(_until_all(resting, {EventType.MESSAGE_RECEIVED}))
    await asyncio.sleep(0)
    await resting.intake.accept(a_message("[intent=error_report]"))
    await told
    await resting.stop()
    working = await build_engine()
    async with working.database.read() as tx:
        assert await tx.work.counts() == {"ready": 1}
    assert await working.orchestrator.drain() > 0


async def test_a_process_without_agents_keeps_its_own_index_and_model(build_engine: EngineBuilder) -> None:
    resting = await build_engine(agents=False)
    assert [job.name for job in resting.schedule.jobs] == ["knowledge index", "model heads"]
