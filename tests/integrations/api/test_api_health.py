"""What watches the process: alive, ready, measured."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from core.bootstrap import Engine
from core.domain.enums import Role
from core.domain.errors import Unavailable
from core.domain.ports import AnalyzerState
from core.storage import migrate
from integrations.api.event_loop_lag import EventLoopLag
from tests.conftest import MovableClock
from tests.factories import a_ticket
from tests.fakes import MarkAnalyzer
from tests.integrations.api.caller import Caller, a_payload, problem_of, whatever_database


async def test_process_lives(nobody: Caller) -> None:
    response = await nobody.ask("GET", "/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


async def test_desk_is_ready_before_its_model_is(nobody: Caller, analyzer: MarkAnalyzer) -> None:
    analyzer.state = AnalyzerState.LOADING
    for _ in range(2):
        response = await nobody.ask("GET", "/readyz")
        assert response.status_code == 200
        checks = {"database": "ok", "migrations": "current", "model": "loading"}
        assert response.json() == {"status": "ok", "checks": checks}


async def test_why_the_model_failed_is_told_without_where_it_lies(nobody: Caller, analyzer: MarkAnalyzer) -> None:
    analyzer.state = AnalyzerState.FAILED
    analyzer.detail = (
        "The model cannot be loaded: [Errno 2] '/home/ada/models/heads.safetensors' is missing;\n"
        "run `python -m models.training` (see C:\\Users\\ada\\log.txt, https://user:secret@host.example/a)"
    )
    response = await nobody.ask("GET", "/readyz")
    assert response.status_code == 200
    told = response.json()["checks"]["model_failed"]
    assert told.startswith("The model cannot be loaded: [Errno 2] 'heads.safetensors' is missing; run")
    for secret in ("/home", "Users", "secret", "host.example", "\n"):
        assert secret not in told


async def test_desk_with_an_old_schema_is_not_ready(nobody: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    async def old(_: object) -> tuple[str, str]:
        return "0001", "0002"

    monkeypatch.setattr(migrate, "current", old)
    response = await nobody.ask("GET", "/readyz")
    assert response.status_code == 503
    assert response.headers["retry-after"] == "2"
    assert "0002" in problem_of(response)["checks"]["migrations"]


async def test_desk_without_its_database_is_not_ready(nobody: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    await nobody.ask("GET", "/readyz")

    def away() -> Any:
        raise Unavailable("The database can't be reached")

    monkeypatch.setattr(nobody.engine.database, "read", away)
    response = await nobody.ask("GET", "/readyz")
    assert response.status_code == 503
    assert problem_of(response)["checks"]["database"] == "unreachable"
    scraped = await nobody.ask("GET", "/metrics")
    assert "frontline_database_up 0.0" in scraped.text


async def test_measurements_count_what_the_desk_does(nobody: Caller, ada: Caller) -> None:
    await a_ticket(ada.engine, "It crashes [intent=error_report]")
    await ada.post("/messages", a_payload(), 202)
    await ada.post("/messages", a_payload(), 202)
    await ada.problem("GET", "tickets/999999", 404)
    await ada.problem("GET", "/nothing/here", 404)
    response = await nobody.ask("GET", "/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = response.text.splitlines()
    assert 'frontline_messages_accepted_total{channel="email"} 1.0' in lines
    assert 'frontline_open_tickets{queue="technical_support"} 1.0' in lines
    assert 'frontline_open_tickets{queue="none"} 1.0' in lines
    assert 'frontline_work_items{state="ready"} 1.0' in lines
    assert 'frontline_model_state{state="ready"} 1.0' in lines
    assert "frontline_database_up 1.0" in lines
    assert "frontline_event_streams 0.0" in lines
    assert any(line.startswith("frontline_event_loop_lag_worst_seconds ") for line in lines)
    assert any(line.startswith('frontline_event_loop_delay_seconds_bucket{le="0.05"}') for line in lines)
    assert any(line.startswith("frontline_handled_total{") for line in lines)
    counted = 'frontline_http_request_seconds_count{method="GET",route="/api/v1/tickets/{ticket_id}",status="404"} 1.0'
    assert counted in lines
    taken_in = 'frontline_http_request_seconds_count{method="POST",route="/api/v1/messages",status="202"} 2.0'
    assert taken_in in lines
    assert not any("/nothing/here" in line for line in lines)


async def test_counts_of_the_database_are_taken_every_15_seconds(
    nobody: Caller, ada: Caller, clock: MovableClock
) -> None:
    await nobody.ask("GET", "/metrics")
    await ada.post("/messages", a_payload(), 202)
    assert 'frontline_open_tickets{queue="none"} 0.0' in (await nobody.ask("GET", "/metrics")).text
    clock.advance(seconds=15)
    assert 'frontline_open_tickets{queue="none"} 1.0' in (await nobody.ask("GET", "/metrics")).text


@whatever_database
@pytest.mark.parametrize(
    ("client", "headers", "status"),
    [
        (("127.0.0.1", 1), {}, 200),
        (("::1", 1), {}, 200),
        (("127.0.0.1", 1), {"x-forwarded-for": "203.0.113.7"}, 401),
        (("127.0.0.1", 1), {"forwarded": "for=203.0.113.7"}, 401),
        (("203.0.113.7", 1), {}, 401),
        (("somewhere", 1), {}, 401),
    ],
)
async def test_measurements_are_for_this_machine(
    api: FastAPI, client: tuple[str, int], headers: dict[str, str], status: int
) -> None:
    transport = httpx.ASGITransport(api, client=client)
    async with httpx.AsyncClient(transport=transport, base_url="http://desk.example", headers=headers) as http:
        assert (await http.get("/metrics")).status_code == status


@whatever_database
async def test_measurements_are_for_tokens_that_may_read_them(engine: Engine, api: FastAPI, open_caller: Any) -> None:
    for role, status in ((Role.AGENT, 403), (Role.EXECUTIVE, 200)):
        caller: Caller = await open_caller(engine, role, api)
        response = await caller.ask("GET", "/metrics", headers={"x-forwarded-for": "203.0.113.7"})
        assert response.status_code == status


async def test_lag_is_how_late_a_timer_comes() -> None:
    import asyncio
    import time

    lag = EventLoopLag()
    lag.start()
    lag.start()
    time.sleep(0.3)  # noqa: ASYNC251 - holding the loop is what is measured
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert lag.last > 0.04
    assert lag.take_worst() >= lag.last
    assert lag.take_worst() == 0.0
