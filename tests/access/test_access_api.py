"""Every way into the API, walked with a token of each role, with a revoked one and with none."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from core.bootstrap import Engine
from core.domain.access import PERMISSIONS, SYSTEM, Permission
from core.domain.enums import Role
from dashboards.drift import DriftBoard
from integrations.api.app import create_api
from tests.access.conftest import World
from tests.access.routes import mounts_of, routes_of
from tests.access.table import API, WHO


def test_the_table_says_for_every_permission_who_has_it() -> None:
    assert set(WHO) == set(Permission)
    for role in Role:
        assert PERMISSIONS[role] == {permission for permission, roles in WHO.items() if role in roles}


@pytest.fixture
def api(engine: Engine) -> FastAPI:
    return create_api(engine, DriftBoard(engine.database))


@pytest.fixture
async def http(api: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(api), base_url="http://desk.example") as client:
        yield client


async def test_every_route_of_the_api_is_in_the_table(api: FastAPI) -> None:
    assert routes_of(api) == set(API)
    assert mounts_of(api) == set()


@pytest.mark.parametrize("role", Role)
async def test_each_role_gets_what_it_may_and_nothing_else(
    engine: Engine, http: httpx.AsyncClient, world: World, role: Role
) -> None:
    _, secret = await engine.people.add_token(SYSTEM, role.value, role)
    may = {way: call.needs is None or role in WHO[call.needs] for way, call in API.items()}
    seen = {way: await _status(http, world, way, secret) for way in API if not (may[way] and API[way].never_ends)}
    assert {way: status for way, status in seen.items() if status >= 500 or status == 405} == {}
    assert {way: status for way, status in seen.items() if may[way] and status in (401, 403)} == {}
    assert {way: status for way, status in seen.items() if not may[way] and status != 403} == {}


@pytest.mark.parametrize("credential", [None, "fl_guess", "revoked"])
async def test_nobody_gets_more_than_what_is_public(
    engine: Engine, http: httpx.AsyncClient, world: World, credential: str | None
) -> None:
    if credential == "revoked":
        token, credential = await engine.people.add_token(SYSTEM, "gone", Role.ADMIN)
        await engine.people.revoke_token(SYSTEM, token.id)
    seen = {way: await _status(http, world, way, credential) for way in API}
    assert seen == {way: 200 if call.needs is None else 401 for way, call in API.items()}


async def _status(http: httpx.AsyncClient, world: World, way: tuple[str, str], secret: str | None) -> int:
    (method, path), call = way, API[way]
    headers = dict(call.headers) | ({"authorization": f"Bearer {secret}"} if secret else {})
    options: dict[str, Any] = {"params": dict(call.query), "headers": headers}
    if call.body is not None:
        options["json"] = world.filled(call.body)
    return (await http.request(method, world.filled(path), **options)).status_code
