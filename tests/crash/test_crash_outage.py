"""PostgreSQL goes away for a while and comes back: senders are told to wait, and everything goes on by itself."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import text

from core.domain.clock import SystemClock
from core.domain.errors import Unavailable
from core.storage.database import Database
from core.subscriptions import Plan
from tests.conftest import MovableClock
from tests.crash.conftest import DeskMaker, new_token
from tests.crash.desks import Desk
from tests.crash.evidence import check_folder, check_receipts, check_replies, check_tickets, one, settled
from tests.crash.waiting import eventually
from tests.crash.writers import receipts_of, stop, writers
from tests.databases import migrated
from tests.marks import only_on_postgresql
from tests.postgres import QUICK, PostgresServer, private_server

pytestmark = pytest.mark.crash
OUTAGE_SECONDS = 12.0
LONGEST_ANSWER_SECONDS = 10.0
MOST_LOG_LINES = 25
LISTENERS = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN %' AND state = 'idle'"


@dataclass
class Home:
    """A server that only this test uses, so that it may be stopped."""

    server: PostgresServer
    url: str
    records: Database


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    with private_server(QUICK) as server:
        yield server


@pytest.fixture
async def home(own_server: PostgresServer) -> AsyncIterator[Home]:
    url = own_server.new_database()
    migrated(url)
    records = Database(url, SystemClock(), Plan())
    yield Home(own_server, url, records)
    await records.close()


async def test_an_outage_of_postgresql_is_told_and_survived(home: Home, make_desk: DeskMaker) -> None:
    token = await new_token(home.records)
    desk = make_desk(home.url)
    desk.start()
    writing = writers(2, desk, token, seed=3, pause_seconds=0.3)
    tasks = [asyncio.create_task(writer.run()) for writer in writing]
    await eventually(lambda: receipts_of(writing) >= 30, 30)
    lines_before = len(desk.log.splitlines())

    await asyncio.to_thread(home.server.stop, signal.SIGINT)
    await check_it_says_so(desk, token, OUTAGE_SECONDS)
    await asyncio.to_thread(home.server.start)

    written = receipts_of(writing)
    await eventually(lambda: receipts_of(writing) >= written + 30, 30)
    await stop(writing, tasks)
    await settled(home.records)
    await check_receipts(home.records, writing)
    await check_tickets(home.records)
    await check_replies(home.records)
    await check_folder(home.records, [desk])
    assert await one(home.records, LISTENERS) == 1
    during = desk.log.splitlines()[lines_before:]
    assert len(during) <= MOST_LOG_LINES, "\n".join(during[:100])
    assert "Traceback" not in desk.log
    assert desk.end() == 0


async def check_it_says_so(desk: Desk, token: str, seconds: float) -> None:
    """For so long: alive, not ready, and each message refused with a problem that says when to come back."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    message = {"channel": "chat", "external_id": "never", "customer": {"handle": "kim"}, "text": "Hello"}
    async with desk.client(token) as client:
        while loop.time() < until:
            asked = loop.time()
            refused = await client.post("/api/v1/messages", json=message)
            assert loop.time() - asked < LONGEST_ANSWER_SECONDS
            assert refused.status_code == 503, refused.text
            assert refused.headers["content-type"] == "application/problem+json"
            assert int(refused.headers["retry-after"]) >= 1
            assert refused.json()["code"] == "unavailable"
            assert (await client.get("/healthz")).status_code == 200
            ready = await client.get("/readyz")
            assert ready.status_code == 503
            assert ready.json()["checks"]["database"] in ("unreachable", "slow")
            await asyncio.sleep(0.5)


@only_on_postgresql
async def test_a_server_that_does_not_answer_is_given_up(
    database_url: str, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.storage.database.PG_COMMAND_SECONDS", 0.2)
    database = Database(database_url, clock, Plan())
    with pytest.raises(Unavailable):
        async with database.read() as tx:
            await tx.connection.execute(text("SELECT pg_sleep(20)"))
    async with database.connect() as connection:
        await connection.execute(text("SELECT pg_sleep(0.5)"))
    await database.close()
