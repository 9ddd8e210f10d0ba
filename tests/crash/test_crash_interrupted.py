"""The database goes away in the middle of a round: what was begun goes on, what left is known to have left."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from core.bootstrap import Engine
from core.domain.errors import Unavailable
from core.domain.messages import DeliveryReceipt, OutboundMessage
from core.storage.transaction import Transaction
from tests.conftest import MovableClock
from tests.factories import EngineBuilder, a_message, ticket_of
from tests.fakes import RecordingChannel


class Outage:
    """Lets so many transactions of an engine pass, then none, until it is over."""

    def __init__(self, engine: Engine) -> None:
        self._real = engine.database.transaction
        self.after: int | None = None
        engine.database.transaction = self._transaction  # type: ignore[method-assign]

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Transaction]:
        if self.after is not None:
            if not self.after:
                raise Unavailable("The database is away")
            self.after -= 1
        async with self._real() as tx:
            yield tx


class PostOffice(RecordingChannel):
    """Takes a message, and from then on the database is away."""

    def __init__(self) -> None:
        super().__init__(is_idempotent=False)
        self.outages: Iterator[Outage] = iter(())

    async def deliver(self, message: OutboundMessage) -> DeliveryReceipt:
        receipt = await super().deliver(message)
        for outage in self.outages:
            outage.after = 0
        return receipt


@pytest.fixture
def channel() -> PostOffice:
    return PostOffice()


async def test_work_that_an_outage_interrupted_goes_on_at_once_after_it(build_engine: EngineBuilder) -> None:
    engine = await build_engine()
    outage = Outage(engine)
    receipt = await engine.intake.accept(a_message())
    outage.after = 1
    for _ in range(2):
        with pytest.raises(Unavailable):
            await engine.orchestrator.drain()
    outage.after = None
    await engine.orchestrator.drain()
    assert (await ticket_of(engine, receipt.ticket_id)).routing_rule is not None


async def test_mail_that_left_just_before_an_outage_is_known_to_be_sent(
    build_engine: EngineBuilder, channel: PostOffice, clock: MovableClock
) -> None:
    engine = await build_engine()
    outage = Outage(engine)
    await engine.intake.accept(a_message())
    await engine.orchestrator.drain()
    channel.outages = iter([outage])
    for _ in range(2):
        with pytest.raises(Unavailable):
            await engine.dispatcher.drain()
    outage.after = None
    clock.advance(hours=1)
    await engine.dispatcher.drain()
    async with engine.database.read() as tx:
        assert await tx.outbox.counts() == {"sent": 1}
    assert len(channel.delivered) == 1


async def test_mail_whose_hand_over_could_not_begin_leaves_after_the_outage(
    build_engine: EngineBuilder, channel: PostOffice
) -> None:
    engine = await build_engine()
    outage = Outage(engine)
    await engine.intake.accept(a_message())
    await engine.orchestrator.drain()
    outage.after = 1
    with pytest.raises(Unavailable):
        await engine.dispatcher.drain()
    outage.after = None
    await engine.dispatcher.drain()
    assert len(channel.delivered) == 1
