"""The API over a whole engine, with a caller for each role."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from core.bootstrap import Engine
from core.domain.access import SYSTEM
from core.domain.enums import Role
from dashboards.drift import DriftBoard
from integrations.api.app import create_api
from tests.integrations.api.caller import Caller

OpenCaller = Callable[[Engine, Role], Awaitable[Caller]]


@pytest.fixture
def api(engine: Engine) -> FastAPI:
    return create_api(engine, DriftBoard(engine.database))


@pytest.fixture
async def open_caller() -> AsyncIterator[Callable[..., Awaitable[Caller]]]:
    """Makes callers with a token of a role; without an application, of a new one over the engine."""
    opened: list[httpx.AsyncClient] = []

    async def open_one(engine: Engine, role: Role | None = Role.ADMIN, app: Any = None) -> Caller:
        headers = {}
        if role is not None:
            _, secret = await engine.people.add_token(SYSTEM, f"{role.value} token", role)
            headers["authorization"] = f"Bearer {secret}"
        transport = httpx.ASGITransport(app or create_api(engine, DriftBoard(engine.database)))
        client = httpx.AsyncClient(transport=transport, base_url="http://desk.example", headers=headers)
        opened.append(client)
        return Caller(engine, client)

    yield open_one
    for client in opened:
        await client.aclose()


@pytest.fixture
async def ada(engine: Engine, api: FastAPI, open_caller: Any) -> Caller:
    """A program with an agent's rights."""
    caller: Caller = await open_caller(engine, Role.AGENT, api)
    return caller


@pytest.fixture
async def sam(engine: Engine, api: FastAPI, open_caller: Any) -> Caller:
    """A program with a supervisor's rights."""
    caller: Caller = await open_caller(engine, Role.SUPERVISOR, api)
    return caller


@pytest.fixture
async def eve(engine: Engine, api: FastAPI, open_caller: Any) -> Caller:
    """A program with an executive's rights."""
    caller: Caller = await open_caller(engine, Role.EXECUTIVE, api)
    return caller


@pytest.fixture
async def nobody(engine: Engine, api: FastAPI, open_caller: Any) -> Caller:
    """A program without a token."""
    caller: Caller = await open_caller(engine, None, api)
    return caller
