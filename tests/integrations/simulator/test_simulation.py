"""The simulator against a small desk that speaks `POST /api/v1/messages`: quick, busy, broken, slow."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import httpx
import pytest

from core.domain.errors import InvalidInput
from integrations.simulator import sending, simulation
from integrations.simulator.simulation import SimulationReport, percentiles, simulate

Answer = Callable[[dict[str, Any], int], httpx.Response | None]


class SmallDesk(httpx.AsyncBaseTransport):
    """Checks what comes in and keeps it; `answer` may say something else than 202 to an attempt (from 1)."""

    def __init__(self, answer: Answer = lambda message, attempt: None, *, pause: asyncio.Event | None = None) -> None:
        self.messages: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.attempts: Counter[str] = Counter()
        self.tickets: dict[str, int] = {}
        self.under_way = self.most_under_way = 0
        self._answer, self._pause = answer, pause

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert (request.method, request.url.path) == ("POST", "/api/v1/messages")
        assert request.headers["Authorization"] == "Bearer fl_secret"
        message = json.loads(await request.aread())
        self.attempts[message["external_id"]] += 1
        self.keys.append(request.headers["Idempotency-Key"])
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        if self._pause:
            await self._pause.wait()
        self.under_way -= 1
        return self._answer(message, self.attempts[message["external_id"]]) or self._accept(message)

    def _accept(self, message: dict[str, Any]) -> httpx.Response:
        is_duplicate = message["external_id"] in self.tickets
        if not is_duplicate:
            self.messages.append(message)
            self.tickets[message["external_id"]] = message.get("ticket_id") or 1000 + len(self.tickets)
        receipt = {"ticket_id": self.tickets[message["external_id"]], "message_id": len(self.messages)}
        return httpx.Response(202, json={**receipt, "duplicate": is_duplicate})


async def run(desk: SmallDesk, *, rate: float = 300, seconds: float = 0.3, seed: int = 3) -> SimulationReport:
    return await simulate("http://desk.example/", "fl_secret", rate=rate, seconds=seconds, seed=seed, transport=desk)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_backoff", lambda attempt: 0.0)


async def test_every_planned_message_is_sent_and_accepted_once() -> None:
    desk = SmallDesk()
    report = await run(desk)
    assert report.sent == report.accepted == len(desk.messages) > 40
    assert (report.duplicates, report.failed, report.repeated, report.failures) == (0, 0, 0, {})
    assert set(report.latency_ms) == {"p50", "p95", "p99", "max"}
    assert report.took_seconds >= 0.2


async def test_the_report_is_json() -> None:
    report = await run(SmallDesk())
    assert json.loads(json.dumps(asdict(report)))["sent"] == report.sent


async def test_further_messages_name_their_ticket_where_the_channel_needs_it() -> None:
    desk = SmallDesk()
    await run(desk, rate=1200, seconds=0.5)
    further = [message for message in desk.messages if not message["external_id"].endswith("-0")]
    assert further
    for message in further:
        first = f"{message['external_id'].rpartition('-')[0]}-0"
        opening = next(each for each in desk.messages if each["external_id"] == first)
        assert message["customer"] == opening["customer"]
        is_named = message["channel"] in ("email", "self_service")
        assert message.get("ticket_id") == (desk.tickets[first] if is_named else None)


async def test_a_busy_desk_gets_the_message_again_with_the_same_key() -> None:
    def busy_at_first(message: dict[str, Any], attempt: int) -> httpx.Response | None:
        return httpx.Response(503 if attempt == 1 else 429, headers={"Retry-After": "0"}) if attempt < 3 else None

    desk = SmallDesk(busy_at_first)
    report = await run(desk)
    assert report.accepted == report.sent
    assert report.repeated == 2 * report.sent
    assert Counter(desk.keys) == Counter(dict.fromkeys(desk.tickets, 3))


async def test_retry_after_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("integrations.simulator.sending.asyncio.sleep", sleep)
    desk = SmallDesk(
        lambda message, attempt: httpx.Response(429, headers={"Retry-After": "2.5"}) if attempt == 1 else None
    )
    async with httpx.AsyncClient(
        base_url="http://desk.example/", transport=desk, headers={"Authorization": "Bearer fl_secret"}
    ) as client:
        outcome = await sending.send(client, {"external_id": "sim-1"})
    assert waited == [0.0, 2.5]
    assert (outcome.attempts, outcome.failure) == (2, "")


async def test_a_lost_answer_ends_as_a_duplicate() -> None:
    desk = SmallDesk()

    def lost_once(message: dict[str, Any], attempt: int) -> httpx.Response | None:
        if attempt == 1:
            desk._accept(message)
            raise httpx.ReadError("the line went dead")
        return None

    desk._answer = lost_once
    report = await run(desk)
    assert (report.accepted, report.duplicates, report.failed) == (0, report.sent, 0)


async def test_refused_messages_are_counted_by_reason_and_not_repeated() -> None:
    desk = SmallDesk(lambda message, attempt: httpx.Response(422) if message["channel"] == "email" else None)
    report = await run(desk)
    refused = report.failures["HTTP 422"]
    assert report.failed == refused > 0
    assert report.sent == report.accepted + report.failed
    assert report.repeated == 0


async def test_a_desk_that_is_down_fails_every_message_after_a_few_attempts() -> None:
    def down(message: dict[str, Any], attempt: int) -> httpx.Response:
        raise httpx.ConnectError("refused")

    report = await run(SmallDesk(down))
    assert report.failures == {"ConnectError": report.sent}
    assert report.repeated == report.sent * (sending.MOST_ATTEMPTS - 1)
    assert report.latency_ms == {}


async def test_arrivals_do_not_wait_for_a_slow_desk_and_latency_tells_its_slowness(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(simulation, "MOST_IN_FLIGHT", 16)
    opened = asyncio.Event()
    asyncio.get_running_loop().call_later(0.6, opened.set)
    desk = SmallDesk(pause=opened)
    report = await run(desk)
    assert report.accepted == report.sent > 40
    assert report.most_in_flight == desk.most_under_way == 16
    # All were due within 0.3 s and none was answered before 0.6 s.
    assert report.latency_ms["p50"] >= 300
    assert report.latency_ms["max"] >= 500


async def test_messages_without_an_answer_at_the_end_count_as_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulation, "GRACE_SECONDS", 0.1)
    report = await run(SmallDesk(pause=asyncio.Event()))
    assert report.failures == {"no answer before the end": report.sent}


async def test_progress_ends_with_the_totals() -> None:
    told: list[tuple[int, int]] = []
    report = await simulate(
        "http://desk.example",
        "fl_secret",
        rate=100,
        seconds=0.2,
        on_progress=lambda sent, accepted: told.append((sent, accepted)),
        transport=SmallDesk(),
    )
    assert told[-1] == (report.sent, report.accepted)


@pytest.mark.parametrize(("rate", "seconds"), [(0, 1), (-1, 1), (1, 0), (float("nan"), 1), (1, float("inf"))])
async def test_a_rate_or_length_that_makes_no_sense_is_refused(rate: float, seconds: float) -> None:
    with pytest.raises(InvalidInput, match="Give a number above 0"):
        await simulate("http://desk.example", "fl_secret", rate=rate, seconds=seconds)


def test_percentiles_are_by_nearest_rank() -> None:
    assert percentiles([float(value) for value in range(1, 101)]) == {"p50": 50, "p95": 95, "p99": 99, "max": 100}
    assert percentiles([4.0]) == {"p50": 4, "p95": 4, "p99": 4, "max": 4}
    assert percentiles([]) == {}
