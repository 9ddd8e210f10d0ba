"""What a customer attached is shown only as what it truly is, and only to who may read tickets."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from core.bootstrap import Engine
from core.domain.access import SYSTEM
from core.domain.enums import Role
from core.domain.messages import InboundAttachment
from tests.ui.conftest import PASSWORD, add_user, receive
from ui.live import Feed
from ui.routes.files import file_routes
from ui.routes.login import login_routes

PNG = b"\x89PNG\r\n\x1a\nrest"


@pytest.fixture
async def web(engine: Engine) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    for routes in (login_routes(engine, Feed(engine)), file_routes(engine)):
        app.include_router(routes)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://desk.example") as client:
        yield client


async def _paths(engine: Engine, *files: InboundAttachment) -> list[str]:
    ticket_id = await receive(engine, attachments=files)
    view = await engine.views.ticket(SYSTEM, ticket_id)
    return [f"/files/{found.id}/preview" for found in view.messages[0].attachments]


async def _sign_in(web: httpx.AsyncClient) -> None:
    await web.post("/login", data={"email": "ada@desk.example", "password": PASSWORD})


async def test_a_picture_comes_as_a_picture_that_can_do_nothing(engine: Engine, web: httpx.AsyncClient) -> None:
    await add_user(engine)
    await _sign_in(web)
    (path,) = await _paths(engine, InboundAttachment("door.png", "image/png", PNG))
    answer = await web.get(path)
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (200, "image/png", PNG)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("name", "type_", "content"),
    [
        ("door.png", "image/png", b"<svg onload='alert(1)'/>"),
        ("door.svg", "image/svg+xml", b"<svg onload='alert(1)'/>"),
        ("page.html", "text/html", b"<script>alert(1)</script>"),
        ("notes.txt", "text/plain", b"MZ\x00\x01"),
    ],
)
async def test_what_is_not_what_it_says_is_not_shown(
    engine: Engine, web: httpx.AsyncClient, name: str, type_: str, content: bytes
) -> None:
    await add_user(engine)
    await _sign_in(web)
    (path,) = await _paths(engine, InboundAttachment(name, type_, content))
    answer = await web.get(path)
    assert answer.status_code == 415
    assert content not in answer.content


async def test_a_text_is_shown_as_plain_text_whatever_it_holds(engine: Engine, web: httpx.AsyncClient) -> None:
    await add_user(engine)
    await _sign_in(web)
    (path,) = await _paths(engine, InboundAttachment("log.txt", "text/plain", b"<b>hub 3</b> lost"))
    answer = await web.get(path)
    assert (answer.status_code, answer.text) == (200, "<b>hub 3</b> lost")
    assert answer.headers["content-type"].startswith("text/plain")


async def test_nobody_and_who_reads_no_tickets_see_no_preview(engine: Engine, web: httpx.AsyncClient) -> None:
    (path,) = await _paths(engine, InboundAttachment("door.png", "image/png", PNG))
    assert (await web.get(path)).status_code == 401
    await add_user(engine, Role.EXECUTIVE)
    await _sign_in(web)
    assert (await web.get(path)).status_code == 403
