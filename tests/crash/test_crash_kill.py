"""Four writers post while the desk is killed again and again at random moments."""

import asyncio
import random

import pytest

from core.storage.database import Database
from tests.crash.conftest import DeskMaker
from tests.crash.desks import Desk
from tests.crash.evidence import check_folder, check_log, check_receipts, check_replies, check_tickets, settled
from tests.crash.waiting import eventually
from tests.crash.writers import Writer, receipts_of, stop, writers

pytestmark = pytest.mark.crash
KILLS = 10
SEED = 7
STARTING_SECONDS = 0.4


async def test_nothing_is_lost_and_nothing_is_done_twice_when_the_desk_is_killed_ten_times(
    database_url: str, records: Database, token: str, article: None, make_desk: DeskMaker
) -> None:
    desk = make_desk(database_url)
    desk.start()
    writing = writers(4, desk, token, SEED)
    await kill_while_they_write(desk, writing, KILLS, random.Random(SEED))
    await settled(records)
    assert await check_receipts(records, writing) > 100
    assert sum(writer.broken_off for writer in writing) >= KILLS
    await check_tickets(records)
    assert await check_replies(records) > 50
    await check_folder(records, [desk])
    check_log(desk)


async def kill_while_they_write(desk: Desk, writing: list[Writer], times: int, chance: random.Random) -> None:
    """Every third life ends while the desk is still starting, the others after some receipts. The last one goes on."""
    tasks = [asyncio.create_task(writer.run()) for writer in writing]
    for number in range(times):
        if number % 3 == 2:
            await asyncio.sleep(chance.random() * STARTING_SECONDS)
        else:
            await asyncio.to_thread(desk.wait_until_up)
            await more_receipts(writing, chance.randrange(5, 90))
            await asyncio.sleep(chance.random() * 0.05)
        desk.kill()
        desk.launch()
    await asyncio.to_thread(desk.wait_until_up)
    await more_receipts(writing, 20)
    await stop(writing, tasks)


async def more_receipts(writing: list[Writer], count: int) -> None:
    """By what was done and not by the time, so that a busy machine kills at the same moments as an idle one."""
    wanted = receipts_of(writing) + count
    await eventually(lambda: receipts_of(writing) >= wanted, 30)
