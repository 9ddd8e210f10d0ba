"""Mail through a real SMTP server while the desk is killed: never twice, and what is in doubt waits for a human."""

import asyncio
import random
from typing import Any

import pytest

from core.storage.database import Database
from tests.crash.conftest import DeskMaker
from tests.crash.desks import Desk
from tests.crash.evidence import check_log, check_receipts, check_replies, check_tickets, rows, settled
from tests.crash.mailbox import Mailbox, mailbox
from tests.crash.waiting import eventually
from tests.crash.writers import Writer, stop, writers

pytestmark = pytest.mark.crash
KILLS = 5


async def test_no_mail_leaves_twice_and_an_interrupted_one_waits_for_an_operator(
    database_url: str, records: Database, token: str, article: None, make_desk: DeskMaker
) -> None:
    async with mailbox() as box:
        desk = make_desk(database_url, smtp_url=f"smtp://127.0.0.1:{box.port}?tls=none")
        writing = writers(2, desk, token, seed=11, channels=("email",))
        await kill_while_mail_leaves(desk, box, writing)
        await settled(records, "('sent', 'uncertain')")
        await check_receipts(records, writing)
        await check_tickets(records)
        await check_replies(records)
        states = {
            row.id: row.state for row in await rows(records, "SELECT id, state FROM outbox WHERE channel='email'")
        }
        doubtful = {number for number, state in states.items() if state == "uncertain"}
        assert set(box.received.values()) == {1}
        assert states.keys() - doubtful <= box.received.keys() <= states.keys()
        stuck = await stuck_deliveries(desk, token)
        assert {item["id"] for item in stuck} == doubtful
        assert doubtful
        assert {item["state"] for item in stuck} == {"uncertain"}
        assert all("not known" in item["last_error"] for item in stuck)
        await send_again_what_is_missing(desk, token, doubtful - box.received.keys())
        await eventually(lambda: box.received.keys() == states.keys(), 10)
        assert set(box.received.values()) == {1}
    check_log(desk)


async def test_a_desk_that_is_ended_in_order_leaves_no_mail_in_doubt(
    database_url: str, records: Database, token: str, make_desk: DeskMaker
) -> None:
    async with mailbox() as box:
        box.answer_seconds = 0.5
        desk = make_desk(database_url, smtp_url=f"smtp://127.0.0.1:{box.port}?tls=none")
        desk.start()
        (writer,) = writers(1, desk, token, seed=12, channels=("email",))
        writing = asyncio.create_task(writer.run())
        await eventually(lambda: box.received.total() >= 3, 20)
        writer.stopping = True
        await writing
        assert await asyncio.to_thread(desk.end) == 0
        mail = await rows(records, "SELECT id, state, claimed_by FROM outbox WHERE channel = 'email'")
        assert {row.state for row in mail} <= {"sent", "pending"}
        assert {row.claimed_by for row in mail} == {None}
        assert {row.id for row in mail if row.state == "sent"} == box.received.keys()
        assert await rows(records, "SELECT id FROM work WHERE claimed_by IS NOT NULL") == []


async def kill_while_mail_leaves(desk: Desk, box: Mailbox, writing: list[Writer]) -> None:
    """Each kill follows a message that the mailbox has taken and not yet said so."""
    chance = random.Random(5)
    desk.start()
    tasks = [asyncio.create_task(writer.run()) for writer in writing]
    for _ in range(KILLS):
        wanted = box.received.total() + chance.randrange(2, 12)
        await eventually(lambda wanted=wanted: box.received.total() >= wanted, 30)  # type: ignore[misc]
        desk.kill()
        desk.start()
    await stop(writing, tasks)


async def stuck_deliveries(desk: Desk, token: str) -> list[dict[str, Any]]:
    async with desk.client(token) as client:
        answer = await client.get("/api/v1/outbox/stuck")
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def send_again_what_is_missing(desk: Desk, token: str, numbers: set[int]) -> None:
    """What an operator does after a look into the mailbox."""
    async with desk.client(token) as client:
        for number in numbers:
            assert (await client.post(f"/api/v1/outbox/{number}/requeue")).status_code == 200
