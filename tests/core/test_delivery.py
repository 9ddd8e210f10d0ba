"""What must leave, leaves once; what can't, comes back to a human."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from core.bootstrap import Engine
from core.circuit import FAILURES, REST
from core.delivery import MOST_ATTEMPTS
from core.domain.access import SYSTEM
from core.domain.enums import Channel, DeliveryState
from core.domain.errors import PermanentDeliveryError, TemporaryDeliveryError
from core.domain.events import EventType
from core.domain.messages import DeliveryReceipt, OutboundMessage
from core.storage.outbox import LEASE
from core.storage.tables import delivery_attempts
from tests.conftest import MovableClock
from tests.factories import EngineBuilder, a_ticket, events_of
from tests.fakes import RecordingChannel


async def _answered(engine: Engine, text: str = "Here you are.") -> int:
    """A chat ticket with a reply on its way: chat has no receipts and no undo."""
    ticket = await a_ticket(engine, channel=Channel.CHAT)
    await engine.desk.reply(SYSTEM, ticket.id, text)
    return ticket.id


async def _counts(engine: Engine) -> dict[str, int]:
    async with engine.database.read() as tx:
        return await tx.outbox.counts()


async def _attempts(engine: Engine) -> list[str]:
    async with engine.database.read() as tx:
        rows = await tx.connection.execute(select(delivery_attempts.c.outcome).order_by(delivery_attempts.c.id))
        return list(rows.scalars())


def _texts(channel: RecordingChannel) -> list[str]:
    return [message.text for message in channel.delivered]


async def test_a_message_leaves_once_and_its_journal_says_so(engine: Engine, channel: RecordingChannel) -> None:
    ticket = await _answered(engine)
    await engine.dispatcher.drain()
    await engine.dispatcher.drain()
    assert _texts(channel) == ["Here you are."]
    (sent,) = await events_of(engine, ticket, EventType.REPLY_SENT)
    assert sent.data == {"channel": "chat", "attempts": 1}
    assert await _counts(engine) == {"sent": 1}
    assert engine.statistics.delivered == {"chat": 1}


async def test_a_failure_that_may_pass_is_tried_again_later(
    engine: Engine, channel: RecordingChannel, clock: MovableClock
) -> None:
    ticket = await _answered(engine)
    channel.failures = [TemporaryDeliveryError("421 try later"), TemporaryDeliveryError("421 try later")]
    await engine.dispatcher.drain()
    assert _texts(channel) == []
    clock.advance(seconds=3)
    await engine.dispatcher.drain()
    clock.advance(seconds=6)
    await engine.dispatcher.drain()
    assert _texts(channel) == ["Here you are."]
    assert await _attempts(engine) == ["failed", "failed", "sent"]
    (sent,) = await events_of(engine, ticket, EventType.REPLY_SENT)
    assert sent.data["attempts"] == 3


async def test_a_failure_that_stays_is_given_up_at_once(engine: Engine, channel: RecordingChannel) -> None:
    ticket = await _answered(engine)
    channel.failures = [PermanentDeliveryError("no such handle")]
    await engine.dispatcher.drain()
    (stuck,) = await engine.operating.stuck_deliveries(SYSTEM)
    assert (stuck.state, stuck.last_error, stuck.ticket_id) == (DeliveryState.DEAD, "no such handle", ticket)
    assert [event.data["error"] for event in await events_of(engine, ticket, EventType.REPLY_FAILED)] == [
        "no such handle"
    ]


async def test_after_the_last_attempt_it_is_given_up(
    engine: Engine, channel: RecordingChannel, clock: MovableClock
) -> None:
    ticket = await _answered(engine)
    channel.failures = [TemporaryDeliveryError("421 try later") for _ in range(MOST_ATTEMPTS * 2)]
    for _ in range(MOST_ATTEMPTS * 3):
        clock.advance(minutes=20)
        await engine.dispatcher.drain()
    (stuck,) = await engine.operating.stuck_deliveries(SYSTEM)
    assert stuck.attempts == MOST_ATTEMPTS
    assert "given up after" in (stuck.last_error or "")
    assert len(await events_of(engine, ticket, EventType.REPLY_FAILED)) == 1


async def test_an_operator_sends_it_again(engine: Engine, channel: RecordingChannel) -> None:
    await _answered(engine)
    channel.failures = [PermanentDeliveryError("no such handle")]
    await engine.dispatcher.drain()
    (stuck,) = await engine.operating.stuck_deliveries(SYSTEM)
    await engine.operating.requeue_delivery(SYSTEM, stuck.id)
    await engine.dispatcher.drain()
    assert _texts(channel) == ["Here you are."]


async def test_a_channel_that_keeps_failing_rests_and_is_tried_by_one(
    engine: Engine, channel: RecordingChannel, clock: MovableClock
) -> None:
    """What waits for a resting channel uses up none of its attempts."""
    for number in range(FAILURES + 3):
        await _answered(engine, f"Reply {number}")
        channel.failures.append(TemporaryDeliveryError("421 busy"))
        await engine.dispatcher.drain()
    tried = len(await _attempts(engine))
    assert tried == FAILURES
    clock.moment += REST + timedelta(seconds=1)
    channel.failures = []
    for _ in range(3):
        await engine.dispatcher.drain()
        clock.moment += REST + timedelta(seconds=1)
    assert sorted(_texts(channel)) == [f"Reply {number}" for number in range(FAILURES + 3)]


async def test_one_channels_rest_holds_up_no_other(
    engine: Engine, channel: RecordingChannel, clock: MovableClock
) -> None:
    @dataclass
    class Broken(RecordingChannel):
        async def deliver(self, message: OutboundMessage) -> DeliveryReceipt:
            raise TemporaryDeliveryError("gone")

    engine.dispatcher._channels = {**engine.dispatcher._channels, "sms": Broken()}
    for _ in range(FAILURES + 1):
        ticket = await a_ticket(engine, channel=Channel.SMS)
        await engine.desk.reply(SYSTEM, ticket.id, "by SMS")
        await engine.dispatcher.drain()
    await _answered(engine)
    await engine.dispatcher.drain()
    assert _texts(channel) == ["Here you are."]


async def test_a_channel_that_breaks_in_an_unforeseen_way_is_tried_again(
    engine: Engine, channel: RecordingChannel, clock: MovableClock
) -> None:
    await _answered(engine)
    channel.failures = [KeyError("a bug")]
    await engine.dispatcher.drain()
    clock.advance(seconds=3)
    await engine.dispatcher.drain()
    assert _texts(channel) == ["Here you are."]


async def test_a_channel_that_is_not_set_up_is_told_and_stops_nothing(
    engine: Engine, channel: RecordingChannel
) -> None:
    engine.dispatcher._channels = {"chat": channel}
    sms = await a_ticket(engine, channel=Channel.SMS)
    await engine.desk.reply(SYSTEM, sms.id, "by SMS")
    await _answered(engine)
    await engine.dispatcher.drain()
    assert _texts(channel) == ["Here you are."]
    (stuck,) = await engine.operating.stuck_deliveries(SYSTEM)
    assert stuck.last_error == "no channel sms is set up"


@dataclass
class Unsure(RecordingChannel):
    """Does not recognise a repeat; what it is given may have left when it fails."""

    is_idempotent: bool = False
    attempts: list[str] = field(default_factory=list)

    async def deliver(self, message: OutboundMessage) -> DeliveryReceipt:
        self.attempts.append(message.effect_key)
        return await super().deliver(message)


def _only(channel: RecordingChannel, engine: Engine) -> None:
    engine.dispatcher._channels = dict.fromkeys(engine.dispatcher._channels, channel)


async def test_what_may_have_left_is_not_sent_twice(engine: Engine, clock: MovableClock) -> None:
    unsure = Unsure(failures=[TimeoutError()])
    _only(unsure, engine)
    await _answered(engine)
    for _ in range(5):
        await engine.dispatcher.drain()
        clock.advance(hours=1)
    assert len(unsure.attempts) == 1
    (stuck,) = await engine.operating.stuck_deliveries(SYSTEM)
    assert stuck.state is DeliveryState.UNCERTAIN


async def test_what_was_surely_refused_is_tried_again_also_where_repeats_are_not_recognised(
    engine: Engine, clock: MovableClock
) -> None:
    unsure = Unsure(failures=[TemporaryDeliveryError("421 try later")])
    _only(unsure, engine)
    await _answered(engine)
    await engine.dispatcher.drain()
    clock.advance(seconds=3)
    await engine.dispatcher.drain()
    assert _texts(unsure) == ["Here you are."]


async def test_after_a_crash_while_sending_a_repeatable_channel_sends_again(
    build_engine: EngineBuilder, channel: RecordingChannel, clock: MovableClock
) -> None:
    crashed, fresh = await build_engine(), await build_engine()
    await _answered(crashed)
    await _die_while_sending(crashed)
    clock.moment += LEASE + timedelta(seconds=1)
    await fresh.dispatcher.drain()
    assert _texts(channel) == ["Here you are."]


async def test_after_a_crash_while_sending_any_other_channel_asks_a_human(
    build_engine: EngineBuilder, clock: MovableClock
) -> None:
    crashed, fresh = await build_engine(), await build_engine()
    unsure = Unsure()
    _only(unsure, fresh)
    await _answered(crashed)
    await _die_while_sending(crashed)
    clock.moment += LEASE + timedelta(seconds=1)
    await fresh.dispatcher.drain()
    assert unsure.attempts == []
    (stuck,) = await fresh.operating.stuck_deliveries(SYSTEM)
    assert stuck.state is DeliveryState.UNCERTAIN
    await fresh.operating.requeue_delivery(SYSTEM, stuck.id)
    await fresh.dispatcher.drain()
    assert len(unsure.attempts) == 1


async def _die_while_sending(engine: Engine) -> None:
    async with engine.database.transaction() as tx:
        (item,) = await tx.outbox.claim(10)
        assert await tx.outbox.begin_sending(item.id)


async def test_two_dispatchers_send_each_message_once(build_engine: EngineBuilder, channel: RecordingChannel) -> None:
    one, other = await build_engine(), await build_engine()
    for number in range(20):
        await _answered(one, f"Reply {number}")
    await asyncio.gather(one.dispatcher.drain(), other.dispatcher.drain(), one.dispatcher.drain())
    assert sorted(_texts(channel)) == sorted(f"Reply {number}" for number in range(20))


async def test_a_message_carries_what_its_channel_needs(engine: Engine, channel: RecordingChannel) -> None:
    ticket = await a_ticket(engine, subject="Broken lamp", message_id_header="<m1@customer.example>")
    await engine.desk.reply(SYSTEM, ticket.id, "Please send a photo.")
    await engine.dispatcher.drain()
    (reply,) = [message for message in channel.delivered if message.effect_key.startswith("reply:")]
    expected: dict[str, Any] = {
        "recipient": "kim@customer.example",
        "subject": "Re: Broken lamp",
        "in_reply_to": "<m1@customer.example>",
        "references": ("<m1@customer.example>",),
        "ticket_id": ticket.id,
        "language": "en",
        "channel": Channel.EMAIL,
    }
    assert {name: getattr(reply, name) for name in expected} == expected


async def test_the_newest_question_is_what_a_reply_answers(engine: Engine, channel: RecordingChannel) -> None:
    ticket = await a_ticket(engine, message_id_header="<m1@customer.example>")
    await a_ticket(engine, "And this?", ticket_id=ticket.id, message_id_header="<m2@customer.example>")
    await engine.desk.reply(SYSTEM, ticket.id, "Yes.")
    await engine.dispatcher.drain()
    assert channel.delivered[-1].in_reply_to == "<m2@customer.example>"


async def test_a_dispatcher_at_work_delivers_and_stops(engine: Engine, channel: RecordingChannel) -> None:
    delivered = asyncio.Event()
    deliver = channel.deliver

    async def deliver_and_tell(message: OutboundMessage) -> DeliveryReceipt:
        delivered.set()
        return await deliver(message)

    channel.deliver = deliver_and_tell  # type: ignore[method-assign]
    await engine.dispatcher.start()
    await _answered(engine)
    await asyncio.wait_for(delivered.wait(), 5)
    await engine.dispatcher.stop()
    assert _texts(channel) == ["Here you are."]
