"""The page behind the link of a cut text message, as a customer's telephone would open it."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from core.bootstrap import Engine
from core.domain.enums import Channel
from tests.cast import ada
from tests.factories import a_ticket
from ui.routes.message import message_routes

HOSTILE = "Dear Kim,\n\n<script>alert(1)</script> " + "and so on, " * 30


@pytest.fixture
async def web(engine: Engine) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.include_router(message_routes(engine))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk.example") as client:
        yield client


async def _path(engine: Engine, asked: str = "Where is my secret parcel?") -> str:
    ticket = await a_ticket(engine, asked, channel=Channel.SMS)
    reply = await engine.desk.reply((await ada(engine.database)).actor, ticket.id, HOSTILE)
    return "/m/" + engine.links.message(reply.id).rpartition("/m/")[2]


async def test_the_whole_answer_is_shown_and_nothing_besides(engine: Engine, web: httpx.AsyncClient) -> None:
    page = await web.get(await _path(engine))
    assert page.status_code == 200
    assert "and so on, and so on" in page.text
    assert page.text.count("and so on") == 30
    assert "&lt;script&gt;alert(1)" in page.text
    for hidden in ("<script>alert", "secret parcel", "Kim Park", "Ada"):
        assert hidden not in page.text


async def test_the_page_is_kept_by_nobody(engine: Engine, web: httpx.AsyncClient) -> None:
    headers = (await web.get(await _path(engine))).headers
    assert headers["cache-control"] == "no-store"
    assert "noindex" in headers["x-robots-tag"]
    assert headers["referrer-policy"] == "no-referrer"
    assert "unsafe" not in headers["content-security-policy"]


async def test_a_wrong_link_shows_the_same_page_whatever_is_wrong(engine: Engine, web: httpx.AsyncClient) -> None:
    right = await _path(engine)
    guessed = right[:-1] + ("0" if right[-1] != "0" else "1")
    answers = [await web.get(path) for path in (guessed, "/m/x", "/m/1-0", "/m/" + "9" * 400)]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert "Open it again from our message" in answers[0].text


async def test_the_page_speaks_the_language_in_which_the_customer_wrote(engine: Engine, web: httpx.AsyncClient) -> None:
    path = await _path(engine, "[language=es] ¿Dónde está mi paquete?")
    page = await web.get(path, headers={"accept-language": "de"})
    assert "<h1>Nuestra respuesta completa</h1>" in page.text
    assert 'lang="es"' in page.text


async def test_a_wrong_link_is_answered_in_the_language_of_the_browser(web: httpx.AsyncClient) -> None:
    page = await web.get("/m/x", headers={"accept-language": "de"})
    assert "Diese Nachricht gibt es nicht" in page.text
