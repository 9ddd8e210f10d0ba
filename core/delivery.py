"""Delivers the outbox: each message once, with retries, a circuit breaker for each channel, and every attempt told."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

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
from core.domain.messages import OutboundMessage
from core.domain.ports import Channel
from core.rounds import Rounds
from core.statistics import Statistics
from core.storage.database import Database
from core.storage.transaction import Transaction

log = logging.getLogger(__name__)

COURIER: Actor = service_agent("Courier")
BATCH = 64
DELIVERY_TIMEOUT_SECONDS = 60.0
MOST_ATTEMPTS = 10
STOP_SECONDS = 3.0


class Dispatcher:
    """Runs until stopped. `channels` maps an outbox channel to what delivers it."""

    def __init__(
        self, database: Database, channels: Mapping[str, Channel], rules: RulesHolder, statistics: Statistics
    ) -> None:
        self._database, self._channels, self._rules, self._statistics = database, channels, rules, statistics
        self._circuits = {name: Circuit() for name in channels}
        self._unrecorded: list[Outcome] = []
        """What became known while the database was away."""
        self._rounds = Rounds("deliveries", self._once, stop_seconds=STOP_SECONDS)

    async def start(self) -> None:
        async with self._database.transaction() as tx:
            await tx.outbox.end_dead_leases()
        self._database.committed.listen(self._rounds.wake)
        self._rounds.start()

    async def stop(self) -> None:
        """Let what is being handed over come to its end, or nobody would know whether it left."""
        await self._rounds.stop()

    async def drain(self) -> int:
        """Deliver all that is due now; returns how many messages there were."""
        return await self._rounds.drain()

    async def _once(self) -> int:
        await self._record_late()
        await self._settle_interrupted()
        async with self._database.read() as tx:
            if not await tx.outbox.any_due():
                return 0
        async with self._database.transaction() as tx:
            items = await tx.outbox.claim(BATCH)
        outcomes = await asyncio.gather(*(self._deliver(item) for item in items), return_exceptions=True)
        await self._record([outcome for outcome in outcomes if isinstance(outcome, Outcome)])
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome
        return len(items)

    async def _record_late(self) -> None:
        """Without this, mail that left just before the database went away would be in doubt for ever."""
        outcomes, self._unrecorded = self._unrecorded, []
        await self._record(outcomes)

    async def _settle_interrupted(self) -> None:
        async with self._database.read() as tx:
            if not await tx.outbox.any_interrupted():
                return
        repeatable = [name for name, channel in self._channels.items() if channel.is_idempotent]
        async with self._database.transaction() as tx:
            await tx.outbox.settle_interrupted(repeatable)

    async def _deliver(self, item: OutboxItem) -> "Outcome | None":
        """Hand one message over; what came of it is recorded with the batch, or at once where it can't be repeated."""
        if item.channel not in self._channels:
            return Outcome(item, Ending.DEAD, f"no channel {item.channel} is set up")
        channel, circuit = self._channels[item.channel], self._circuits[item.channel]
        now = self._database.clock.now()
        if not circuit.lets_through(now):
            return Outcome(item, Ending.WAIT, "the channel rests after failures", run_at=circuit.opens_again_at(now))
        if channel.is_idempotent:
            return await self._attempt(channel, circuit, item)
        if not await self._begin(item):
            return None
        await self._record([await self._attempt(channel, circuit, item)])
        return None

    async def _begin(self, item: OutboxItem) -> bool:
        try:
            async with self._database.transaction() as tx:
                return await tx.outbox.begin_sending(item.id)
        except Unavailable as error:
            # Whether or not this was written: the hand-over does not start now.
            self._unrecorded.append(Outcome(item, Ending.WAIT, str(error), run_at=self._database.clock.now()))
            raise

    async def _attempt(self, channel: Channel, circuit: Circuit, item: OutboxItem) -> "Outcome":
        now = self._database.clock.now()
        try:
            async with asyncio.timeout(DELIVERY_TIMEOUT_SECONDS):
                receipt = await channel.deliver(outbound(item))
        except (PermanentDeliveryError, InvalidInput) as error:
            # The channel works; it is this message that it does not take.
            circuit.succeeded()
            return Outcome(item, Ending.DEAD, str(error))
        except TemporaryDeliveryError as error:
            circuit.failed(now)
            return self._later(item, str(error))
        except Exception as error:
            if not isinstance(error, DeliveryError | TimeoutError):
                log.exception("channel %s failed on outbox item %d", item.channel, item.id)
            circuit.failed(now)
            told = str(error) or type(error).__name__
            # It may have left. Only a channel that recognises a repeat is asked again; else a human decides.
            return self._later(item, told) if channel.is_idempotent else Outcome(item, Ending.DOUBT, told)
        circuit.succeeded()
        return Outcome(item, Ending.SENT, receipt.detail, external_id=receipt.external_id)

    def _later(self, item: OutboxItem, error: str) -> "Outcome":
        attempts = item.attempts + 1
        if attempts >= MOST_ATTEMPTS:
            return Outcome(item, Ending.DEAD, f"given up after {MOST_ATTEMPTS} attempts: {error}")
        run_at = self._database.clock.now() + timedelta(seconds=backoff_seconds(attempts))
        return Outcome(item, Ending.LATER, error, run_at=run_at)

    async def _record(self, outcomes: Sequence["Outcome"]) -> None:
        if not outcomes:
            return
        try:
            async with self._database.transaction() as tx:
                for outcome in outcomes:
                    await _write(tx, outcome)
        except Unavailable:
            self._unrecorded += outcomes
            raise
        for outcome in outcomes:
            if outcome.ending is Ending.SENT:
                self._statistics.delivered[outcome.item.channel] += 1
            elif outcome.ending in (Ending.DEAD, Ending.DOUBT):
                self._statistics.failed(f"delivery.{outcome.item.channel}")


class Ending(StrEnum):
    SENT = "sent"
    LATER = "later"
    WAIT = "wait"
    DEAD = "dead"
    DOUBT = "doubt"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt. `run_at` is when to try again, for LATER and WAIT."""

    item: OutboxItem
    ending: Ending
    detail: str
    external_id: str = ""
    run_at: datetime | None = None


async def _write(tx: Transaction, outcome: Outcome) -> None:
    item, channel = outcome.item, outcome.item.channel
    match outcome.ending:
        case Ending.SENT:
            if await tx.outbox.sent(item.id, outcome.external_id, outcome.detail) and item.message_id is not None:
                _tell(tx, EventType.REPLY_SENT, item, {"channel": channel, "attempts": item.attempts + 1})
        case Ending.DEAD:
            if await tx.outbox.bury(item.id, outcome.detail) and item.message_id is not None:
                data = {"channel": channel, "error": outcome.detail[:500], "answers": item.payload.get("answers", True)}
                _tell(tx, EventType.REPLY_FAILED, item, data)
        case Ending.DOUBT:
            await tx.outbox.doubt(item.id, outcome.detail)
        case Ending.LATER:
            await tx.outbox.retry(item.id, outcome.run_at or tx.now, outcome.detail)
        case Ending.WAIT:
            await tx.outbox.put_off(item.id, outcome.run_at or tx.now, outcome.detail)


def _tell(tx: Transaction, kind: EventType, item: OutboxItem, data: dict[str, object]) -> None:
    tx.record(NewEvent(kind, COURIER, item.ticket_id, item.message_id, data=data))


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
