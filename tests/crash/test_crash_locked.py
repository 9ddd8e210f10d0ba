"""Another program keeps the SQLite database locked: senders wait or are told to come back, and nothing is lost."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from core.storage.database import Database
from tests.crash.conftest import DeskMaker
from tests.crash.evidence import check_folder, check_log, check_receipts, check_replies, check_tickets, settled
from tests.crash.waiting import eventually
from tests.crash.writers import receipts_of, stop, writers

pytestmark = [pytest.mark.crash, pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)]
LOCK_SECONDS = 8.0
LONGEST_ANSWER_SECONDS = 12.0


async def test_a_locked_database_makes_senders_wait_and_loses_nothing(
    database_url: str, records: Database, token: str, make_desk: DeskMaker
) -> None:
    desk = make_desk(database_url)
    desk.start()
    writing = writers(3, desk, token, seed=5)
    tasks = [asyncio.create_task(writer.run()) for writer in writing]
    await eventually(lambda: receipts_of(writing) >= 30, 30)
    with locked(Path(make_url(database_url).database or "")):
        given = receipts_of(writing)
        await asyncio.sleep(LOCK_SECONDS)
        assert receipts_of(writing) - given <= len(writing)
        async with desk.client(token) as client:
            assert (await client.get("/healthz")).status_code == 200
            assert (await client.get("/api/v1/tickets")).status_code == 200
    given = receipts_of(writing)
    await eventually(lambda: receipts_of(writing) >= given + 30, 30)
    await stop(writing, tasks)
    await settled(records)
    await check_receipts(records, writing)
    await check_tickets(records)
    await check_replies(records)
    await check_folder(records, [desk])
    for writer in writing:
        assert writer.answers.keys() <= {202, 503}
        assert writer.longest_seconds < LONGEST_ANSWER_SECONDS
    check_log(desk)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """What a backup tool or a curious person with a shell does."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
