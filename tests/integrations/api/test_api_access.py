"""Tokens and rate limits."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from core.bootstrap import Engine
from core.domain.access import SYSTEM
from core.domain.entities import ApiToken
from core.domain.enums import Role
from core.domain.errors import RateLimited
from integrations.api.rate_limit import RateLimit
from integrations.api.responses import Header
from tests.conftest import MovableClock
from tests.integrations.api.caller import Caller, problem_of, whatever_database


async def test_call_without_a_token_is_told_how_to_send_one(nobody: Caller) -> None:
    response = await nobody.ask("GET", "/api/v1/tickets")
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == 'Bearer realm="frontline"'
    assert "Bearer fl_" in problem_of(response)["detail"]


@whatever_database
@pytest.mark.parametrize(
    "credential",
    ["Bearer fl_unknown", "Bearer other", "Bearer ", "Basic YTpi", "fl_bare", "", "Bearer fl_" + "x" * 500],
)
async def test_wrong_credential_is_refused(nobody: Caller, credential: str) -> None:
    response = await nobody.ask("GET", "/api/v1/tickets", headers={"authorization": credential})
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == 'Bearer realm="frontline", error="invalid_token"'
    assert problem_of(response)["code"] == "not_authenticated"


@whatever_database
async def test_credential_that_is_no_text_is_refused(nobody: Caller) -> None:
    await nobody.problem("GET", "tickets", 401, headers={"authorization": b"Bearer fl_\xff"})


async def test_scheme_is_read_whatever_its_case(nobody: Caller) -> None:
    _, secret = await nobody.engine.people.add_token(SYSTEM, "loud", Role.AGENT)
    response = await nobody.ask("GET", "/api/v1/tickets", headers={"authorization": f"BEARER {secret}"})
    assert response.status_code == 200


async def test_revoked_token_stops_working_within_five_seconds(
    engine: Engine, nobody: Caller, clock: MovableClock
) -> None:
    token, secret = await engine.people.add_token(SYSTEM, "soon gone", Role.AGENT)
    nobody.http.headers["authorization"] = f"Bearer {secret}"
    await nobody.get("/tickets")
    await engine.people.revoke_token(SYSTEM, token.id)
    clock.advance(seconds=5)
    await nobody.problem("GET", "tickets", 401)


async def test_calls_together_look_the_token_up_once(ada: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0
    look_up: Callable[[str], Awaitable[ApiToken]] = ada.engine.people.token

    async def counting(secret: str) -> ApiToken:
        nonlocal asked
        asked += 1
        return await look_up(secret)

    monkeypatch.setattr(ada.engine.people, "token", counting)
    await asyncio.gather(*(ada.get("/queues") for _ in range(5)))
    await ada.get("/queues")
    assert asked == 1


async def test_token_over_its_limit_waits_and_others_do_not(
    build_engine: Callable[..., Awaitable[Engine]], open_caller: Any, clock: MovableClock
) -> None:
    engine = await build_engine(rate_limit_per_minute=3)
    busy = await open_caller(engine, Role.AGENT)
    quiet = await open_caller(engine, Role.AGENT, busy.http._transport.app)
    for left in (2, 1, 0):
        response = await busy.ask("GET", "/api/v1/queues")
        assert response.headers["ratelimit-policy"] == '"token";q=3;w=60'
        assert response.headers["ratelimit"].startswith(f'"token";r={left};')
    response = await busy.ask("GET", "/api/v1/queues")
    assert response.status_code == 429
    assert response.headers["retry-after"] == "20"
    assert response.headers["ratelimit"] == '"token";r=0;t=60'
    told = problem_of(response)
    assert (told["code"], told["retry_after"]) == ("rate_limited", 20)
    await quiet.get("/queues")
    clock.advance(seconds=20)
    await busy.get("/queues")
    await busy.problem("GET", "queues", 429)


@whatever_database
async def test_limit_holds_on_the_way_in_too(build_engine: Callable[..., Awaitable[Engine]], open_caller: Any) -> None:
    caller = await open_caller(await build_engine(rate_limit_per_minute=1), Role.AGENT)
    await caller.problem("POST", "messages", 400, content=b"")
    await caller.problem("POST", "messages", 429, content=b"")


@whatever_database
async def test_limit_of_nothing_is_no_limit(build_engine: Callable[..., Awaitable[Engine]], open_caller: Any) -> None:
    caller = await open_caller(await build_engine(rate_limit_per_minute=0), Role.AGENT)
    for _ in range(5):
        response = await caller.ask("GET", "/api/v1/queues")
        assert response.status_code == 200
        assert "ratelimit" not in response.headers


def test_bucket_fills_evenly_and_never_over_its_brim() -> None:
    limit, told = RateLimit(60), list[Header]()
    for _ in range(60):
        limit.take(1, 0.0, told)
    with pytest.raises(RateLimited) as caught:
        limit.take(1, 0.5, told)
    assert caught.value.retry_after == pytest.approx(0.5)
    limit.take(1, 1.0, told)
    for _ in range(60):
        limit.take(1, 1_000.0, told)
    with pytest.raises(RateLimited):
        limit.take(1, 1_000.0, told)


def test_clock_that_goes_back_takes_nothing_away() -> None:
    limit, told = RateLimit(2), list[Header]()
    limit.take(1, 100.0, told)
    limit.take(1, 50.0, told)
    with pytest.raises(RateLimited):
        limit.take(1, 50.0, told)
    limit.take(1, 80.0, told)
