"""What must leave is handed over by one, once, and what is uncertain is left to a human."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from core.domain.enums import DeliveryState
from core.domain.errors import Conflict, NotFound
from core.storage.database import Database
from core.storage.outbox import LEASE
from tests.conftest import MovableClock

OpenDatabase = Callable[[str], Database]


async def _queue(database: Database, *keys: str, channel: str = "email") -> list[int]:
    async with database.transaction() as tx:
        ids = await tx.sequences.take("outbox", len(keys))
        await tx.outbox.add(
            [
                {
                    "id": number,
                    "effect_key": key,
                    "channel": channel,
                    "recipient": "kim@customer.example",
                    "ticket_id": None,
                    "message_id": None,
                    "payload": {},
                    "run_at": tx.now,
                }
                for number, key in zip(ids, keys, strict=True)
            ]
        )
    return ids


async def _claim(database: Database) -> list[int]:
    async with database.transaction() as tx:
        return [item.id for item in await tx.outbox.claim(20)]


async def _begin(database: Database, item: int) -> bool:
    async with database.transaction() as tx:
        return await tx.outbox.begin_sending(item)


async def _settle(database: Database, *repeatable: str) -> int:
    async with database.transaction() as tx:
        assert await tx.outbox.any_interrupted()
        return await tx.outbox.settle_interrupted(repeatable)


async def _counts(database: Database) -> dict[str, int]:
    async with database.read() as tx:
        return await tx.outbox.counts()


async def test_the_same_effect_is_queued_once(database: Database) -> None:
    await _queue(database, "answer:1")
    with pytest.raises(Conflict):
        await _queue(database, "answer:1")
    assert await _counts(database) == {"pending": 1}


async def test_two_processes_hand_over_different_messages(database_url: str, open_database: OpenDatabase) -> None:
    one, other = open_database(database_url), open_database(database_url)
    queued = await _queue(one, *(f"reply:{number}" for number in range(30)))
    claims = await asyncio.gather(_claim(one), _claim(other))
    assert sorted(claims[0] + claims[1]) == queued


async def test_a_claim_that_was_taken_over_can_not_begin_to_send(
    database_url: str, open_database: OpenDatabase, clock: MovableClock
) -> None:
    slow, quick = open_database(database_url), open_database(database_url)
    (item,) = await _queue(slow, "reply:1")
    await _claim(slow)
    clock.moment += LEASE + timedelta(seconds=1)
    assert await _claim(quick) == [item]
    assert not await _begin(slow, item)
    assert await _begin(quick, item)


async def test_an_interrupted_hand_over_is_repeated_where_a_repeat_is_harmless(
    database: Database, clock: MovableClock
) -> None:
    (item,) = await _queue(database, "reply:1")
    await _claim(database)
    await _begin(database, item)
    clock.moment += LEASE + timedelta(seconds=1)
    assert await _settle(database, "email") == 1
    assert await _claim(database) == [item]


async def test_an_interrupted_hand_over_waits_for_a_human_where_it_could_be_sent_twice(
    database: Database, clock: MovableClock
) -> None:
    (item,) = await _queue(database, "reply:1", channel="sms")
    await _claim(database)
    await _begin(database, item)
    clock.moment += LEASE + timedelta(seconds=1)
    assert await _settle(database, "email") == 1
    assert await _claim(database) == []
    async with database.read() as tx:
        (stuck,) = await tx.outbox.stuck()
    assert (stuck.state, stuck.id) == (DeliveryState.UNCERTAIN, item)
    assert "not known" in (stuck.last_error or "")


async def test_a_hand_over_under_way_is_left_alone(database: Database) -> None:
    (item,) = await _queue(database, "reply:1")
    await _claim(database)
    await _begin(database, item)
    async with database.read() as tx:
        assert not await tx.outbox.any_interrupted()
    assert await _claim(database) == []


async def test_a_late_failure_does_not_send_again_what_another_process_delivered(
    database_url: str, open_database: OpenDatabase, clock: MovableClock
) -> None:
    slow, quick = open_database(database_url), open_database(database_url)
    (item,) = await _queue(slow, "reply:1")
    await _claim(slow)
    await _begin(slow, item)
    clock.moment += LEASE + timedelta(seconds=1)
    await _settle(quick, "email")
    await _claim(quick)
    await _begin(quick, item)
    async with quick.transaction() as tx:
        await tx.outbox.sent(item, "id", "250 ok")
    async with slow.transaction() as tx:
        await tx.outbox.retry(item, tx.now, "timed out")
        await tx.outbox.bury(item, "given up")
    assert await _counts(quick) == {"sent": 1}


async def test_a_dead_delivery_can_be_sent_again_by_an_operator(database: Database) -> None:
    (item,) = await _queue(database, "reply:1")
    await _claim(database)
    await _begin(database, item)
    async with database.transaction() as tx:
        await tx.outbox.bury(item, "no such mailbox")
    async with database.transaction() as tx:
        (stuck,) = await tx.outbox.stuck()
        assert (stuck.state, stuck.last_error, stuck.attempts) == (DeliveryState.DEAD, "no such mailbox", 1)
        assert (await tx.outbox.requeue(item)).attempts == 0
    assert await _claim(database) == [item]


async def test_only_what_is_stuck_is_sent_again(database: Database) -> None:
    (item,) = await _queue(database, "reply:1")
    with pytest.raises(NotFound):
        async with database.transaction() as tx:
            await tx.outbox.requeue(item)


async def test_messages_to_one_address_are_counted_from_a_moment_on(database: Database, clock: MovableClock) -> None:
    await _queue(database, "a", "b")
    clock.advance(minutes=30)
    await _queue(database, "c")
    kim, ada = "kim@customer.example", "ada@desk.example"
    async with database.read() as tx:
        assert await tx.outbox.counts_to([kim, ada], clock.now()) == {kim: 1}
        assert await tx.outbox.counts_to([kim, ada], clock.now() - timedelta(hours=1)) == {kim: 3}
