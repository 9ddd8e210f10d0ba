"""Delivers the outbox: each message once, with retries, a circuit breaker for each channel, and every attempt told."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from config.holder import RulesHolder
from core.backoff import backoff_seconds
from core.circuit import Circuit
from core.domain.access import Actor, service_agent
from core.domain.entities import OutboxItem
from core.domain.enums import Channel as ChannelName
from core.domain.errors import (
    DeliveryError,
    InvalidInput,
    PermanentDeliveryError,
    TemporaryDeliveryError,
    Unavailable,
)
from core.domain.events import EventType, NewEvent
from core.domain.messages import DeliveryReceipt, OutboundMessage
from core.domain.ports import Channel
from core.statistics import Statistics
from core.storage.database import Database

log = logging.getLogger(__name__)

COURIER: Actor = service_agent("Courier")
BATCH = 20
POLL_SECONDS = 0.5
DELIVERY_TIMEOUT_SECONDS = 60.0
MOST_ATTEMPTS = 10


class Dispatcher:
    """Runs until stopped. `channels` maps an outbox channel to what delivers it."""

    def __init__(
        self, database: Database, channels: Mapping[str, Channel], rules: RulesHolder, statistics: Statistics
    ) -> None:
        self._database, self._channels, self._rules, self._statistics = database, channels, rules, statistics
        self._circuits = {name: Circuit() for name in channels}
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        async with self._database.transaction() as tx:
            await tx.outbox.end_dead_leases()
        self._database.committed.listen(self._wake.set)
        self._task = asyncio.create_task(self._run(), name="dispatcher")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def drain(self) -> int:
        """Deliver all that is due now; returns how many messages there were."""
        done = 0
        while count := await self._once():
            done += count
        return done

    async def _run(self) -> None:
        failing = False
        while True:
            try:
                done = await self._once()
                failing = False
            except Unavailable as error:
                if not failing:
                    log.warning("deliveries wait: %s", error)
                failing, done = True, 0
            if not done:
                await self._sleep()

    async def _sleep(self) -> None:
        self._wake.clear()
        try:
            await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)
        except TimeoutError:
            return

    async def _once(self) -> int:
        await self._settle_interrupted()
        async with self._database.read() as tx:
            if not await tx.outbox.any_due():
                return 0
        async with self._database.transaction() as tx:
            items = await tx.outbox.claim(BATCH)
        await asyncio.gather(*(self._deliver(item) for item in items))
        return len(items)

    async def _settle_interrupted(self) -> None:
        async with self._database.read() as tx:
            if not await tx.outbox.any_interrupted():
                return
        repeatable = [name for name, channel in self._channels.items() if channel.is_idempotent]
        async with self._database.transaction() as tx:
            await tx.outbox.settle_interrupted(repeatable)

    async def _deliver(self, item: OutboxItem) -> None:
        channel = self._channels[item.channel]
        circuit = self._circuits[item.channel]
        now = self._database.clock.now()
        if not circuit.lets_through(now):
            await self._wait(item, circuit.opens_again_at(now))
            return
        async with self._database.transaction() as tx:
            if not await tx.outbox.begin_sending(item.id):
                return
        try:
            async with asyncio.timeout(DELIVERY_TIMEOUT_SECONDS):
                receipt = await channel.deliver(outbound(item))
        except (PermanentDeliveryError, InvalidInput) as error:
            # The channel works; it is this message that it does not take.
            circuit.succeeded()
            await self._bury(item, str(error))
        except TemporaryDeliveryError as error:
            circuit.failed(now)
            await self._try_later(item, str(error))
        except Exception as error:
            if not isinstance(error, DeliveryError | TimeoutError):
                log.exception("channel %s failed on outbox item %d", item.channel, item.id)
            circuit.failed(now)
            await self._after_doubt(item, str(error) or type(error).__name__, repeatable=channel.is_idempotent)
        else:
            circuit.succeeded()
            await self._sent(item, receipt)

    async def _sent(self, item: OutboxItem, receipt: DeliveryReceipt) -> None:
        async with self._database.transaction() as tx:
            await tx.outbox.sent(item.id, receipt.external_id, receipt.detail)
            data = {"channel": item.channel, "attempts": item.attempts + 1}
            tx.record(NewEvent(EventType.REPLY_SENT, COURIER, item.ticket_id, item.message_id, data=data))
        self._statistics.delivered[item.channel] += 1

    async def _try_later(self, item: OutboxItem, error: str) -> None:
        if item.attempts + 1 >= MOST_ATTEMPTS:
            await self._bury(item, f"given up after {MOST_ATTEMPTS} attempts: {error}")
            return
        run_at = self._database.clock.now() + timedelta(seconds=backoff_seconds(item.attempts + 1))
        async with self._database.transaction() as tx:
            await tx.outbox.retry(item.id, run_at, error)

    async def _after_doubt(self, item: OutboxItem, error: str, *, repeatable: bool) -> None:
        """The message may have left. Only a channel that recognises a repeat is asked again; else a human decides."""
        if repeatable:
            await self._try_later(item, error)
            return
        async with self._database.transaction() as tx:
            await tx.outbox.doubt(item.id, error)

    async def _wait(self, item: OutboxItem, run_at: datetime) -> None:
        async with self._database.transaction() as tx:
            await tx.outbox.retry(item.id, run_at, "the channel rests after repeated failures", count=False)

    async def _bury(self, item: OutboxItem, error: str) -> None:
        async with self._database.transaction() as tx:
            await tx.outbox.bury(item.id, error)
            if item.message_id is not None:
                data = {"channel": item.channel, "error": error[:500]}
                tx.record(NewEvent(EventType.REPLY_FAILED, COURIER, item.ticket_id, item.message_id, data=data))
        self._statistics.failed(f"delivery.{item.channel}")


def outbound(item: OutboxItem) -> OutboundMessage:
    """The outbox row as its channel sees it."""
    payload = item.payload
    return OutboundMessage(
        outbox_id=item.id,
        effect_key=item.effect_key,
        channel=ChannelName(item.channel) if item.channel in set(ChannelName) else item.channel,
        recipient=item.recipient,
        ticket_id=item.ticket_id or 0,
        message_id=item.message_id,
        subject=payload["subject"],
        text=payload["text"],
        sender_name=payload["sender_name"],
        automatic=payload["automatic"],
        in_reply_to=payload["in_reply_to"],
        references=tuple(payload["references"]),
        language=payload["language"],
        queued_at=item.created_at,
    )
