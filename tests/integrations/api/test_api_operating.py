"""For operators: quarantine, dead letters, stuck deliveries, rules, figures."""

from pathlib import Path

import pytest

from core.bootstrap import Engine
from core.domain.access import SYSTEM
from core.domain.errors import PermanentDeliveryError
from core.domain.events import EventType, NewEvent
from core.quarantining import quarantine
from tests.conftest import MovableClock
from tests.factories import a_ticket, resolve
from tests.fakes import RecordingChannel
from tests.integrations.api.caller import Caller


async def a_quarantined(engine: Engine, raw: bytes = b"\xff\xfe broken") -> int:
    item = await quarantine(engine.database, engine.blobs, source="mail/1.eml", reason="it has no headers", raw=raw)
    assert item is not None
    return item


async def test_quarantined_message_is_listed_read_and_dismissed(sam: Caller) -> None:
    item = await a_quarantined(sam.engine)
    (listed,) = (await sam.get("/quarantine"))["items"]
    assert (listed["id"], listed["reason"], listed["state"]) == (item, "it has no headers", "open")
    raw = await sam.ask("GET", f"/api/v1/quarantine/{item}/raw")
    assert raw.content == b"\xff\xfe broken"
    assert raw.headers["content-disposition"].startswith("attachment")
    dismissed = await sam.ask("DELETE", f"/api/v1/quarantine/{item}")
    assert (dismissed.status_code, dismissed.content) == (204, b"")
    assert (await sam.get("/quarantine"))["items"] == []
    await sam.problem("DELETE", f"quarantine/{item}", 404)


async def test_quarantine_pages_show_every_item_once(sam: Caller) -> None:
    made = [await a_quarantined(sam.engine, b"broken %d" % number) for number in range(5)]
    assert [item["id"] for item in await sam.walk("/quarantine", 2)] == made[::-1]


async def test_unknown_quarantined_message_is_not_found(sam: Caller) -> None:
    await sam.problem("GET", "quarantine/999999/raw", 404)


async def test_dead_work_is_listed_and_tried_again(sam: Caller) -> None:
    ticket = await a_ticket(sam.engine)
    async with sam.engine.database.transaction() as tx:
        (event,) = await tx.journal.append([NewEvent(EventType.TICKET_ROUTED, SYSTEM, ticket.id)])
        await tx.work.add([(event, "ManageCustomerInquiries.assign", 0, None)])
        (item,) = await tx.work.claim(1)
        await tx.work.bury(item.id, "it failed 8 times")
    (listed,) = (await sam.get("/work/dead"))["items"]
    assert (listed["id"], listed["last_error"], listed["state"]) == (item.id, "it failed 8 times", "dead")
    again = await sam.post(f"/work/{item.id}/requeue")
    assert (again["state"], again["attempts"]) == ("ready", 0)
    assert (await sam.get("/work/dead"))["items"] == []
    await sam.problem("POST", f"work/{item.id}/requeue", 404)


async def test_stuck_delivery_is_listed_and_sent_again(sam: Caller, channel: RecordingChannel) -> None:
    ticket = await a_ticket(sam.engine)
    await sam.engine.dispatcher.drain()
    await sam.post(f"/tickets/{ticket.id}/reply", {"text": "It is."}, 202)
    channel.failures.append(PermanentDeliveryError("550 no such mailbox"))
    await sam.engine.dispatcher.drain()
    (listed,) = (await sam.get("/outbox/stuck"))["items"]
    assert (listed["state"], listed["ticket_id"]) == ("dead", ticket.id)
    assert "550" in listed["last_error"]
    assert "payload" not in listed
    assert (await sam.post(f"/outbox/{listed['id']}/requeue"))["state"] == "pending"
    await sam.engine.dispatcher.drain()
    assert channel.delivered[-1].text == "It is."
    await sam.problem("POST", f"outbox/{listed['id']}/requeue", 404)


async def test_rules_are_read_again_or_stay_with_every_mistake_told(
    sam: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = sam.engine.rules
    assert await sam.post("/rules/reload") == {"file": "support.yaml", "queues": 6, "routing_rules": 6}
    broken = tmp_path / "broken.yaml"
    text = rules.path.read_text(encoding="utf-8")
    broken.write_text(text.replace("queues:", "queuse:", 1), encoding="utf-8")
    before = rules.current
    monkeypatch.setattr(rules, "path", broken)
    told = await sam.problem("POST", "rules/reload", 422)
    assert told["code"] == "configuration"
    assert any("queuse" in problem for problem in told["problems"])
    assert rules.current is before


async def test_figures_count_what_waits_and_what_happened(eve: Caller, clock: MovableClock) -> None:
    engine = eve.engine
    await a_ticket(engine, "It crashes [intent=error_report]")
    await resolve(engine, (await a_ticket(engine)).id)
    async with engine.database.transaction() as tx:
        tx.record(NewEvent(EventType.TICKET_CLOSED, SYSTEM))
    await engine.operations.catch_up()
    figures = await eve.get("/metrics/operations")
    assert figures["backlog"]["total"] == 1
    assert {"queue": "technical_support", "open": 1} in figures["backlog"]["by_queue"]
    assert {"name": "ticket.created", "dimension": "email", "count": 2, "total": 0.0} in figures["sums"]
    clock.advance(hours=26)
    assert (await eve.get("/metrics/operations"))["sums"] == []


async def test_queues_are_listed_with_what_waits_in_each(ada: Caller) -> None:
    await a_ticket(ada.engine, "It crashes [intent=error_report]")
    items = (await ada.get("/queues"))["items"]
    assert items[0]["id"] == "vip_support"
    assert {item["id"]: item["open"] for item in items}["technical_support"] == 1
    assert items[1]["skills"] == ["technical_troubleshooting", "product_expertise"]
