"""Every way into the pages, walked by each role, by nobody, and by somebody whose session has ended."""

from collections.abc import AsyncIterator, Iterator
from copy import copy
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from nicegui import Client, app

from core.bootstrap import Engine
from core.domain.enums import Role
from tests.access.conftest import PASSWORD, World, person
from tests.access.routes import mounts_of, routes_of
from tests.access.table import FRAMEWORK, PAGES, Answer
from ui.app import RUN_OPTIONS, build
from ui.session import COOKIE

HOST = "http://desk.example"
CONFIG: dict[str, Any] = {
    **RUN_OPTIONS,
    "reload": False,
    "viewport": "width=device-width",
    "message_history_length": 100,
    "unocss": None,
    "prod_js": True,
    "show_welcome_message": False,
    "markdown": False,
}
"""What `ui.run` would tell the application."""


@pytest.fixture
def site(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[FastAPI]:
    """The pages as `serve` puts them on NiceGUI's one application, which is afterwards as it was."""
    routes, middleware = list(app.router.routes), list(app.user_middleware)
    stack, heads = app.middleware_stack, (Client.shared_head_html, Client.shared_body_html)
    monkeypatch.setattr(app, "config", copy(app.config))
    build(engine)
    app.middleware_stack = None
    app.config.add_run_config(**CONFIG)
    yield app
    app.router.routes[:], app.user_middleware[:] = routes, middleware
    app.middleware_stack = stack
    Client.shared_head_html, Client.shared_body_html = heads


@pytest.fixture
async def http(site: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    # A form of ours says where it comes from.
    headers = {"origin": HOST}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url=HOST, headers=headers) as http:
        yield http
    for client in list(Client.instances.values()):
        client.delete()


def test_every_route_of_the_pages_is_in_the_table(site: FastAPI) -> None:
    ours = {(method, path) for method, path in routes_of(site) if not path.startswith(FRAMEWORK)}
    assert ours == set(PAGES)
    assert all(path.startswith(FRAMEWORK) for path in mounts_of(site))


@pytest.mark.parametrize("role", Role)
async def test_each_role_gets_what_it_may_and_nothing_else(
    engine: Engine, http: httpx.AsyncClient, world: World, role: Role
) -> None:
    user = await person(engine, role, "ada")
    secret = await engine.people.sign_in(user.email, PASSWORD, "test")
    seen = {way: await _status(http, world, way, secret) for way in PAGES}
    assert seen == {way: answer.may if role in answer.roles else answer.others for way, answer in PAGES.items()}


@pytest.mark.parametrize("is_known", [False, True])
async def test_nobody_and_who_has_signed_out_are_led_to_the_sign_in(
    engine: Engine, http: httpx.AsyncClient, world: World, is_known: bool
) -> None:
    secret = None
    if is_known:
        user = await person(engine, Role.ADMIN, "ida")
        secret = await engine.people.sign_in(user.email, PASSWORD, "test")
        await engine.people.sign_out(secret)
    seen = {way: await _status(http, world, way, secret) for way in PAGES}
    assert seen == {way: answer.nobody for way, answer in PAGES.items()}


async def test_what_is_not_ours_is_not_there(http: httpx.AsyncClient, world: World) -> None:
    for path in ("/survey/1-0", "/m/1-0", "/texts/xx.js", "/static/../app.py", "/tickets", "/nothing"):
        assert (await http.get(path)).status_code == 404, path


@pytest.mark.parametrize("way", [way for way, answer in PAGES.items() if way[0] == "POST"])
async def test_no_other_site_can_send_a_form(
    engine: Engine, http: httpx.AsyncClient, world: World, way: tuple[str, str]
) -> None:
    user = await person(engine, Role.ADMIN, "ida")
    secret = await engine.people.sign_in(user.email, PASSWORD, "test")
    http.headers["origin"] = "https://evil.example"
    assert await _status(http, world, way, secret) == 403
    assert await engine.people.user_of_session(secret) is not None


async def _status(http: httpx.AsyncClient, world: World, way: tuple[str, str], secret: str | None) -> int:
    answer: Answer = PAGES[way]
    headers = {"cookie": f"{COOKIE}={secret}"} if secret else {}
    form = dict(answer.form) if answer.form is not None else None
    response = await http.request(way[0], world.filled(answer.path), data=form, headers=headers)
    http.cookies.clear()
    if answer.nobody == 303 and response.status_code == 303 and secret is None:
        assert response.headers["location"].startswith(("/login", "/queue"))
    return response.status_code
