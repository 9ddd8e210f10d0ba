"""`serve`: what a running server does with its port, its users, its rules, and without its model."""

import json
import os
import signal
import time
from collections.abc import Callable

import httpx
import pytest

from tests.commands.serving import Serving
from tests.crash.waiting import eventually

pytestmark = pytest.mark.crash


@pytest.fixture(scope="module")
def token(serving: Serving) -> str:
    return new_token(serving)


@pytest.fixture
def call(serving: Serving, token: str) -> Callable[..., httpx.Response]:
    def _call(method: str, path: str, **options: object) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.request(method, f"{serving.url}/api/v1{path}", headers=headers, timeout=10, **options)  # type: ignore[arg-type]

    return _call


def test_a_port_that_is_in_use_is_told_in_one_line(serving: Serving) -> None:
    second = serving.run("serve", "--port", str(serving.port))
    assert second.returncode == 2
    (line,) = second.stderr.splitlines()
    assert f"can't listen on 127.0.0.1:{serving.port}" in line
    assert f"--port {serving.port + 1}" in line


async def test_without_its_weights_the_desk_serves_and_routes_what_it_can_not_read(
    serving: Serving, call: Callable[..., httpx.Response]
) -> None:
    ready = serving.get("/readyz")
    assert (ready.status_code, ready.json()["checks"]["model"]) == (200, "failed")
    assert "no weights" in serving.log
    message = {
        "channel": "email",
        "external_id": "unread",
        "customer": {"email": "kim@customer.example"},
        "text": "My kettle leaks",
    }
    ticket_id = call("POST", "/messages", json=message).json()["ticket_id"]
    await eventually(lambda: call("GET", f"/tickets/{ticket_id}").json()["routing"]["rule"] == "DEFAULT_001", 10)
    ticket = call("GET", f"/tickets/{ticket_id}").json()
    assert (ticket["category"], ticket["sentiment"], ticket["intent"]) == (None, None, None)
    told = [event["type"] for event in call("GET", f"/tickets/{ticket_id}/events").json()["items"]]
    assert "analysis.unknown" in told


@pytest.mark.parametrize("command", [("analyze",), ("kb", "search")])
def test_without_its_weights_a_question_to_the_model_is_refused_in_one_line(
    serving: Serving, command: tuple[str, ...]
) -> None:
    refused = serving.run(*command, stdin='{"id": 1, "text": "Hello"}\n')
    assert (refused.returncode, refused.stdout) == (2, "")
    (line,) = refused.stderr.splitlines()
    assert line.startswith("frontline: The model cannot be loaded: ")
    assert "no weights" in line


def test_the_terminal_of_a_server_shows_lines_and_its_log_the_traceback(serving: Serving) -> None:
    assert "The model cannot be loaded (WeightsProblem: " in serving.terminal
    assert "Traceback" not in serving.terminal
    assert "Traceback" in serving.log


def test_a_user_that_was_added_can_sign_in(serving: Serving) -> None:
    password = "correct horse battery"
    added = serving.run("users", "add", "ada@desk.example", "--queue", "general_support", stdin=f"{password}\n")
    assert added.returncode == 0, added.stderr
    wrong = _sign_in(serving, "ada@desk.example", "wrong horse battery")
    assert wrong.status_code == 401
    right = _sign_in(serving, "ada@desk.example", password)
    assert right.status_code == 303
    assert serving.get(right.headers["location"], cookies=dict(right.cookies)).status_code == 200


async def test_rules_are_swapped_while_the_server_runs(serving: Serving, call: Callable[..., httpx.Response]) -> None:
    _edit(serving, "name: General support", "name: Front desk")
    assert serving.run("rules", "reload", "--pid", str(serving.pid)).returncode == 0
    await eventually(lambda: "Front desk" in call("GET", "/queues").text, 10)


async def test_rules_with_a_mistake_change_nothing_and_the_log_says_why(
    serving: Serving, call: Callable[..., httpx.Response]
) -> None:
    before = call("GET", "/queues").text
    good = serving.rules.read_text()
    try:
        _edit(serving, "name: Technical support", "name: Machine room")
        _edit(serving, "max_reply_chars: 160", "max_reply_chars: 5")
        refused = serving.run("rules", "reload", "--pid", str(serving.pid))
        assert refused.returncode == 2
        assert "channels.sms.max_reply_chars" in refused.stderr
        assert "the rules stay as they were" not in serving.log
        os.kill(serving.pid, signal.SIGHUP)
        await eventually(lambda: "the rules stay as they were" in serving.log, 10)
    finally:
        serving.rules.write_text(good)
    assert "channels.sms.max_reply_chars: 5 is not allowed" in serving.log
    assert call("GET", "/queues").text == before


@pytest.mark.model
def test_the_demonstration_starts_answers_and_ends(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The whole product once, with its model: planted, ready, a message through it, ended, and back in seconds."""
    server = Serving(tmp_path_factory.mktemp("demo") / "data", "--demo")
    try:
        server.start()
        check_serves(server)
        check_ingests_beside(server)
        code, seconds = server.end()
        assert code == 0
        assert seconds < 10
        assert server.start() < 20
        assert server.end()[0] == 0
    finally:
        server.kill()
    assert "Traceback" not in server.terminal, server.terminal[-3000:]


def check_serves(server: Serving) -> None:
    """The login page, a sign-in with one click, the queue; and a message that the model reads."""
    wait_for_the_model(server)
    login = server.get("/login")
    assert (login.status_code, login.text.count('name="role"')) == (200, 4)
    signed_in = post_form(server, "/login", role="agent")
    assert signed_in.status_code == 303
    queue = server.get(signed_in.headers["location"], cookies=dict(signed_in.cookies))
    assert queue.status_code == 200
    headers = {"Authorization": f"Bearer {new_token(server)}"}
    message = {
        "channel": "email",
        "external_id": "smoke",
        "customer": {"email": "kim@customer.example"},
        "subject": "Charged twice",
        "text": "You charged my card twice for the October invoice. Please refund one of the two payments.",
    }
    receipt = httpx.post(f"{server.url}/api/v1/messages", json=message, headers=headers, timeout=10)
    assert receipt.status_code == 202
    until = time.monotonic() + 30
    while True:
        ticket = server.get(f"/api/v1/tickets/{receipt.json()['ticket_id']}", headers=headers).json()
        if ticket["routing"]["rule"] is not None:
            break
        assert time.monotonic() < until
        time.sleep(0.1)
    assert ticket["category"] in ("billing", "returns")
    assert ticket["language"] == "en"
    assert ticket["sla"]["resolution"]["due_at"] is not None


def check_ingests_beside(server: Serving) -> None:
    """Files read by another process while the server runs: whoever does the work, it is done when the command ends."""
    mail = "From: kim{0}@customer.example\r\nMessage-ID: <{0}@x.example>\r\nSubject: Broken\r\n\r\nMy kettle leaks.\r\n"
    folder = server.folder.with_name("inbox")
    folder.mkdir()
    for number in range(5):
        (folder / f"{number}.eml").write_text(mail.format(number), newline="")
    summary = json.loads(server.run("ingest", str(folder), "--wait", "--json").stdout.splitlines()[-1])
    assert (summary["received"], summary["analysed"], summary["routed"]) == (5, 5, 5)


def wait_for_the_model(server: Serving) -> None:
    until = time.monotonic() + 60
    while server.get("/readyz").json()["checks"]["model"] != "ready":
        assert time.monotonic() < until
        time.sleep(0.1)


def new_token(server: Serving) -> str:
    made = server.run("tokens", "add", "--role", "admin", "--json")
    token: str = json.loads(made.stdout)["token"]
    return token


def _sign_in(serving: Serving, email: str, password: str) -> httpx.Response:
    return post_form(serving, "/login", email=email, password=password)


def post_form(serving: Serving, path: str, **form: str) -> httpx.Response:
    return httpx.post(f"{serving.url}{path}", data=form, headers={"Origin": serving.url}, timeout=10)


def _edit(serving: Serving, old: str, new: str) -> None:
    text = serving.rules.read_text()
    assert old in text
    serving.rules.write_text(text.replace(old, new))
