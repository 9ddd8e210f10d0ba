"""Plain HTTP: signing in, surveys, files."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from config.holder import RulesHolder
from config.loader import DEFAULT_RULES_FILE
from config.settings import load_settings
from core.bootstrap import Engine
from core.domain.access import SYSTEM
from core.domain.enums import Language, Role
from core.domain.messages import InboundAttachment
from core.links import Signed
from tests.conftest import MovableClock
from tests.fakes import MarkAnalyzer
from tests.ui.conftest import PASSWORD, add_user, receive
from ui.live import Feed
from ui.routes.files import file_routes
from ui.routes.login import login_routes
from ui.routes.survey import survey_routes
from ui.session import COOKIE


def _app(engine: Engine) -> FastAPI:
    app = FastAPI()
    for routes in (login_routes(engine, Feed(engine)), file_routes(engine), survey_routes(engine)):
        app.include_router(routes)
    return app


@pytest.fixture
async def web(engine: Engine) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(_app(engine))
    async with httpx.AsyncClient(transport=transport, base_url="http://desk.example") as client:
        yield client


async def _sign_in(web: httpx.AsyncClient, **form: str) -> httpx.Response:
    return await web.post("/login", data={"email": "ada@desk.example", "password": PASSWORD, **form})


async def test_signing_in_sets_a_cookie_that_scripts_cannot_read(engine: Engine, web: httpx.AsyncClient) -> None:
    await add_user(engine)
    answer = await _sign_in(web, next="/tickets/4")
    assert (answer.status_code, answer.headers["location"]) == (303, "/tickets/4")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie


async def test_the_cookie_is_for_https_only_where_the_desk_is(tmp_path: Path, clock: MovableClock) -> None:
    settings = load_settings(_env_file=None, data_dir=tmp_path, public_url="https://support.example")
    engine = Engine(settings, RulesHolder(DEFAULT_RULES_FILE), MarkAnalyzer(), {}, clock)
    await engine.prepare()
    await add_user(engine)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(_app(engine)), base_url="https://support.example"
    ) as web:
        assert "Secure" in (await _sign_in(web)).headers["set-cookie"]
    await engine.stop()


async def test_nobody_is_sent_to_another_site(engine: Engine, web: httpx.AsyncClient) -> None:
    await add_user(engine)
    assert (await _sign_in(web, next="//evil.example")).headers["location"] == "/queue"


@pytest.mark.parametrize(
    ("form", "status", "says"),
    [
        ({"password": "wrong password"}, 401, "wrong"),
        ({"email": "nobody@desk.example"}, 401, "wrong"),
        ({"password": ""}, 422, "Give your e-mail address"),
        ({"role": "agent"}, 403, "demo sign-in is switched off"),
        ({"role": "emperor"}, 422, "Choose one of the roles"),
    ],
)
async def test_a_refused_sign_in_says_why(
    engine: Engine, web: httpx.AsyncClient, form: dict[str, str], status: int, says: str
) -> None:
    await add_user(engine)
    answer = await _sign_in(web, **form)
    assert answer.status_code == status
    assert says in answer.text
    assert COOKIE not in web.cookies


async def test_a_refusal_is_said_in_the_language_of_the_browser(engine: Engine, web: httpx.AsyncClient) -> None:
    await add_user(engine)
    web.headers["accept-language"] = "zh-CN"
    assert "邮箱或密码不正确。" in (await _sign_in(web, password="wrong password")).text


async def test_what_was_typed_comes_back_escaped(web: httpx.AsyncClient) -> None:
    answer = await _sign_in(web, email='"><script>alert(1)</script>')
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert" in answer.text


async def test_too_many_tries_have_to_wait(engine: Engine, web: httpx.AsyncClient) -> None:
    for _ in range(10):
        await _sign_in(web, password="wrong password")
    answer = await _sign_in(web, password="wrong password")
    assert answer.status_code == 429
    assert "Wait" in answer.text


async def test_without_demo_mode_there_are_no_buttons(engine: Engine, web: httpx.AsyncClient) -> None:
    await add_user(engine)
    page = (await web.get("/login")).text
    assert 'name="role"' not in page
    assert "Ada Okafor" not in page


async def test_who_is_signed_in_already_goes_on(engine: Engine, web: httpx.AsyncClient) -> None:
    await add_user(engine)
    await _sign_in(web)
    assert (await web.get("/login?next=/tickets/4")).headers["location"] == "/tickets/4"


async def test_signing_out_ends_the_session(engine: Engine, web: httpx.AsyncClient) -> None:
    await add_user(engine)
    await _sign_in(web)
    secret = web.cookies[COOKIE]
    assert (await web.post("/logout")).headers["location"] == "/login"
    assert await engine.people.user_of_session(secret) is None
    assert COOKIE not in web.cookies


async def test_plain_pages_allow_no_inline_script(web: httpx.AsyncClient) -> None:
    page = await web.get("/login")
    assert "unsafe" not in page.headers["content-security-policy"]
    assert "style=" not in page.text


async def test_a_file_is_only_for_readers_and_only_a_download(engine: Engine, web: httpx.AsyncClient) -> None:
    files = (InboundAttachment("bill ü.html", "text/html", b"<script>"),)
    ticket_id = await receive(engine, attachments=files)
    attachment = (await engine.views.ticket(SYSTEM, ticket_id)).messages[0].attachments[0]
    path = f"/files/{attachment.id}"
    assert (await web.get(path)).headers["location"].startswith("/login?next=")
    await add_user(engine)
    await _sign_in(web)
    answer = await web.get(path)
    assert answer.content == b"<script>"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert "filename*=UTF-8''bill%20%C3%BC.html" in answer.headers["content-disposition"]
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert (await web.get("/files/999999")).status_code == 404


async def test_who_may_not_read_tickets_gets_no_files(engine: Engine, web: httpx.AsyncClient) -> None:
    files = (InboundAttachment("bill.txt", "text/plain", b"secret"),)
    ticket_id = await receive(engine, html="<p>secret</p>", attachments=files)
    view = await engine.views.ticket(SYSTEM, ticket_id)
    await add_user(engine, Role.EXECUTIVE)
    await _sign_in(web)
    shown = view.messages[0]
    for path in (f"/files/{shown.attachments[0].id}", f"/messages/{ticket_id}/{shown.message.id}/html"):
        answer = await web.get(path)
        assert answer.status_code in (401, 403)
        assert "secret" not in answer.text


async def test_the_original_is_handed_out_as_plain_text(engine: Engine, web: httpx.AsyncClient) -> None:
    ticket_id = await receive(engine, html="<p>hello</p>")
    message = (await engine.views.ticket(SYSTEM, ticket_id)).messages[0].message
    await add_user(engine)
    await _sign_in(web)
    answer = await web.get(f"/messages/{ticket_id}/{message.id}/html")
    assert answer.text == "<p>hello</p>"
    assert answer.headers["content-type"].startswith("text/plain")


async def _sent_survey(engine: Engine, **fields: str) -> str:
    ticket_id = await receive(engine, **fields)
    await engine.orchestrator.drain()
    token = engine.links.token(Signed.SURVEY, ticket_id)
    async with engine.database.transaction() as tx:
        from core.agents.satisfaction import _hash

        await tx.surveys.add(ticket_id, _hash(token))
    return token


async def test_a_survey_is_answered_and_may_be_answered_anew(engine: Engine, web: httpx.AsyncClient) -> None:
    token = await _sent_survey(engine)
    assert "How did we do?" in (await web.get(f"/survey/{token}")).text
    for score in ("2", "5"):
        answer = await web.post(f"/survey/{token}", data={"score": score, "comment": "<b>fine</b>"})
        assert "Thank you" in answer.text
        assert "<b>fine" not in answer.text
    events = await engine.views.events(SYSTEM, 0, 1000)
    assert [event.data["score"] for event in events if event.type == "survey.answered"] == [2, 5]


@pytest.mark.parametrize(("form", "status"), [({}, 422), ({"score": "6"}, 422), ({"score": "x"}, 422)])
async def test_an_answer_off_the_scale_is_asked_again(
    engine: Engine, web: httpx.AsyncClient, form: dict[str, str], status: int
) -> None:
    token = await _sent_survey(engine)
    assert (await web.post(f"/survey/{token}", data=form)).status_code == status


async def test_a_comment_without_end_is_not_kept(engine: Engine, web: httpx.AsyncClient) -> None:
    token = await _sent_survey(engine)
    answer = await web.post(f"/survey/{token}", data={"score": "4", "comment": "no " * 1_000})
    assert answer.status_code == 422
    assert "At most 2,000 characters" in answer.text


async def test_a_survey_speaks_the_language_in_which_the_customer_wrote(engine: Engine, web: httpx.AsyncClient) -> None:
    token = await _sent_survey(engine, text="[language=de] Wo ist mein Paket?")
    headers = {"accept-language": "ja"}
    asked = await web.get(f"/survey/{token}", headers=headers)
    thanked = await web.post(f"/survey/{token}", data={"score": "4"}, headers=headers)
    for page in (asked, thanked):
        assert 'lang="de"' in page.text
        assert "Antwort senden" in page.text


async def test_a_survey_of_no_language_that_we_speak_follows_the_browser(
    engine: Engine, web: httpx.AsyncClient
) -> None:
    token = await _sent_survey(engine, text="[language=pt] Onde está a minha encomenda?")
    page = await web.get(f"/survey/{token}", headers={"accept-language": "fr-CA, en;q=0.5"})
    assert "Envoyer la réponse" in page.text


@pytest.mark.parametrize(("language", "title"), [(Language.ES, "Iniciar sesión"), (Language.JA, "ログイン")])
async def test_the_sign_in_page_speaks_the_language_of_the_browser(
    web: httpx.AsyncClient, language: Language, title: str
) -> None:
    page = await web.get("/login", headers={"accept-language": language})
    assert f"<h1>{title}</h1>" in page.text
    assert f'lang="{language}"' in page.text


@pytest.mark.parametrize("token", ["x", "1001-000000", "999999999999999999999999-1", "1001"])
async def test_a_wrong_link_is_said_kindly(web: httpx.AsyncClient, token: str) -> None:
    for answer in (await web.get(f"/survey/{token}"), await web.post(f"/survey/{token}", data={"score": "5"})):
        assert answer.status_code == 404
        assert "Open it again from our message" in answer.text
