"""Two desks on one PostgreSQL share the work, do nothing twice, and hear of each other at once."""

import asyncio
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from config.loader import DEFAULT_RULES_FILE
from core.agents.operations import COUNTED
from core.bootstrap import Engine
from core.desk import TicketPatch
from core.domain.access import SYSTEM
from core.domain.enums import TicketStatus
from core.domain.events import EventType
from core.storage.database import Database
from tests.conftest import MovableClock
from tests.crash.conftest import DeskMaker
from tests.crash.desks import Desk
from tests.crash.evidence import (
    check_folder,
    check_log,
    check_receipts,
    check_replies,
    check_tickets,
    one,
    rows,
    settled,
)
from tests.crash.waiting import eventually
from tests.crash.writers import Writer, receipts_of, stop, writers
from tests.factories import EngineBuilder, a_ticket, events_of
from tests.marks import only_on_postgresql

pytestmark = [pytest.mark.crash, only_on_postgresql]
MESSAGES = 160
ANALYSE = "ManageCustomerInquiries.analyse"


@pytest.mark.usefixtures("article")
async def test_two_desks_share_the_work_and_do_nothing_twice(
    database_url: str, records: Database, token: str, make_desk: DeskMaker, tmp_path: Path
) -> None:
    desks = [make_desk(database_url, tmp_path / "data") for _ in range(2)]
    for desk in desks:
        desk.start()
    writing = [writer for number, desk in enumerate(desks) for writer in writers(2, desk, token, number)]
    for number, writer in enumerate(writing):
        writer.name = f"writer-{number}"
    await _write(writing, MESSAGES)
    await settled(records)
    assert await check_receipts(records, writing) >= MESSAGES
    await check_tickets(records)
    await check_replies(records)
    await check_folder(records, desks[:1])
    done = [await _handled(desk, ANALYSE) for desk in desks]
    assert sum(done) == await one(records, "SELECT count(*) FROM messages WHERE kind = 'customer'")
    assert min(done) > MESSAGES // 20
    await _check_counts(records)
    for desk in desks:
        check_log(desk)


async def test_a_message_to_one_desk_is_told_by_the_other_within_a_second(
    database_url: str, token: str, make_desk: DeskMaker
) -> None:
    one_desk, other = make_desk(database_url), make_desk(database_url)
    one_desk.start()
    other.start()
    loop = asyncio.get_running_loop()
    async with one_desk.client(token) as door, other.client(token) as window:
        for number in range(5):
            async with window.stream("GET", "/api/v1/events/stream?type=message.received") as stream:
                lines = stream.aiter_lines()
                await anext(lines)
                answer = await door.post("/api/v1/messages", json=_message(f"news-{number}"))
                receipt, given = answer.json(), loop.time()
                told = await asyncio.wait_for(_event_of(lines, receipt["message_id"]), 1.0)
                assert (told["type"], told["ticket_id"]) == ("message.received", receipt["ticket_id"])
                assert loop.time() - given < 1.0


async def test_two_desks_warn_breach_and_escalate_each_clock_once(
    database_url: str, records: Database, token: str, make_desk: DeskMaker, tmp_path: Path
) -> None:
    rules = _rules_with_seconds(tmp_path / "hurry.yaml")
    desks = [make_desk(database_url, tmp_path / "data", rules_file=rules) for _ in range(2)]
    for desk in desks:
        desk.start()
    async with desks[0].client(token) as client:
        for number in range(30):
            assert (await client.post("/api/v1/messages", json=_message(f"late-{number}"))).status_code == 202
    await settled(records)

    async def no_clock_counts() -> bool:
        return not await one(records, "SELECT count(*) FROM sla_clocks WHERE next_check_at IS NOT NULL")

    await eventually(no_clock_counts, 20)
    query = "SELECT type, ticket_id, data->>'clock' AS clock FROM journal WHERE type LIKE 'sla.%'"
    told = Counter(tuple(row) for row in await rows(records, query))
    assert set(told.values()) == {1}
    assert sum(kind == "sla.breached" for kind, _, _ in told) == 60
    escalated = await rows(records, "SELECT ticket_id FROM journal WHERE type = 'ticket.escalated'")
    assert len({row.ticket_id for row in escalated}) == len(escalated) == 30


async def test_two_processes_at_the_same_job_close_each_ticket_once(
    build_engine: EngineBuilder, clock: MovableClock
) -> None:
    engines: list[Engine] = [await build_engine() for _ in range(2)]
    tickets = [await a_ticket(engines[0], external_id=f"close-{number}") for number in range(20)]
    for ticket in tickets:
        await engines[0].desk.change(SYSTEM, ticket.id, TicketPatch(status=TicketStatus.RESOLVED))
    clock.advance(days=10)
    closed = await asyncio.gather(*(engine.closing.close_resolved() for engine in engines))
    assert sum(closed) == len(tickets)
    for ticket in tickets:
        assert len(await events_of(engines[0], ticket.id, EventType.TICKET_CLOSED)) == 1


async def test_two_processes_that_count_at_once_count_each_event_once(build_engine: EngineBuilder) -> None:
    engines: list[Engine] = [await build_engine() for _ in range(2)]
    for number in range(20):
        await a_ticket(engines[0], external_id=f"count-{number}")
    await asyncio.gather(*(engine.operations.catch_up() for engine in [*engines, *engines]))
    await _check_counts(engines[0].database)


async def _write(writing: list[Writer], count: int) -> None:
    tasks = [asyncio.create_task(writer.run()) for writer in writing]
    await eventually(lambda: receipts_of(writing) >= count, 40)
    await stop(writing, tasks)


async def _handled(desk: Desk, handler: str) -> int:
    async with httpx.AsyncClient(base_url=desk.url) as client:
        page = (await client.get("/metrics")).text
    found = re.search(rf'^frontline_handled_total{{handler="{re.escape(handler)}"}} (\S+)$', page, re.MULTILINE)
    return int(float(found[1])) if found else 0


async def _check_counts(database: Database) -> None:
    """The counts for the dashboards become those of the journal, and go no further."""
    wanted = {kind.value for kind in COUNTED}
    told = await rows(database, "SELECT type, count(*) FROM journal GROUP BY type")
    in_journal = {row[0]: row[1] for row in told if row[0] in wanted}

    async def in_rollups() -> dict[str, int]:
        return {row[0]: row[1] for row in await rows(database, "SELECT name, sum(count) FROM rollups GROUP BY name")}

    async def all_counted() -> bool:
        counted = await in_rollups()
        assert all(counted[name] <= in_journal[name] for name in counted)
        return counted == in_journal

    await eventually(all_counted, 20, in_rollups)


async def _event_of(lines: Any, message_id: int) -> dict[str, Any]:
    async for line in lines:
        if line.startswith("data: "):
            event: dict[str, Any] = json.loads(line.removeprefix("data: "))
            if event["message_id"] == message_id:
                return event
    raise AssertionError("the stream ended")


def _message(external_id: str) -> dict[str, Any]:
    customer = {"email": f"{external_id}@customer.example", "name": "Kim"}
    return {"channel": "email", "external_id": external_id, "customer": customer, "subject": "A", "text": "Hello"}


def _rules_with_seconds(path: Path) -> Path:
    """The default rules with every target so short that a test can wait for its breach."""
    rules = yaml.safe_load(DEFAULT_RULES_FILE.read_text())
    for channel in rules["sla"]["targets"].values():
        for target in channel.values():
            target.update(first_response_minutes=0.03, resolution_hours=0.001, escalate_after_hours=0.0008)
    path.write_text(yaml.safe_dump(rules, allow_unicode=True, sort_keys=False))
    return path
