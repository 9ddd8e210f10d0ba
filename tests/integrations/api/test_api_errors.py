"""Every refusal is a problem document, and none tells what is inside."""

import logging
from collections.abc import AsyncIterator

import orjson
import pytest

from core.bootstrap import Engine
from core.domain.errors import ConfigurationError, FrontlineError, NotAllowed, PermanentDeliveryError, Unreadable
from integrations.api.problems import KINDS, problem_of
from tests.integrations.api.caller import Caller, whatever_database


@whatever_database
@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v1", "/api/v1/nothing", "/api/v2/tickets", "/healthz/x", "/x"])
async def test_unknown_path_is_a_problem(ada: Caller, path: str) -> None:
    assert (await ada.problem("GET", path, 404))["code"] == "no_such_path"


@whatever_database
async def test_slash_too_many_is_no_redirect(ada: Caller) -> None:
    await ada.problem("GET", "/api/v1/tickets/", 404)


@whatever_database
@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/api/v1/tickets/1001", "GET, PATCH"),
        ("PUT", "/api/v1/articles", "GET, POST"),
        ("GET", "/api/v1/messages", "POST"),
        ("POST", "/healthz", "GET"),
        ("BREW", "/api/v1/queues", "GET"),
    ],
)
async def test_method_that_a_path_has_not_is_told_which_it_has(
    ada: Caller, method: str, path: str, allowed: str
) -> None:
    response = await ada.ask(method, path)
    assert response.status_code == 405
    assert response.headers["allow"] == allowed
    assert response.json()["code"] == "method_not_allowed"
    assert allowed in response.json()["detail"]


@whatever_database
async def test_mistake_of_the_server_is_named_and_not_shown(
    ada: Caller, engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object) -> None:
        raise ZeroDivisionError("password=hunter2 in /srv/secret.py")

    monkeypatch.setattr(engine.views, "queues", fail)
    with caplog.at_level(logging.ERROR):
        told = await ada.problem("GET", "queues", 500)
    assert told["code"] == "internal"
    assert "hunter2" not in str(told)
    assert "ZeroDivisionError" not in str(told)
    assert len(told["reference"]) == 12
    assert told["reference"] in caplog.text
    assert "GET /api/v1/queues" in caplog.text
    assert "ZeroDivisionError" in caplog.text


@whatever_database
async def test_body_of_an_ordinary_call_is_limited_too(ada: Caller) -> None:
    told = await ada.problem("POST", "tickets/1001/notes", 413, json={"text": "x" * 4_000_001})
    assert told["code"] == "too_large"


@whatever_database
async def test_body_that_does_not_say_how_long_it_is_is_limited_too(ada: Caller) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(50):
            yield b" " * 100_000

    headers = {"content-type": "application/json"}
    told = await ada.problem("POST", "tickets/1001/notes", 413, content=chunks(), headers=headers)
    assert told["field"] == "body"


@whatever_database
async def test_json_without_a_content_type_is_told_what_is_missing(ada: Caller) -> None:
    told = await ada.problem("POST", "tickets/1001/notes", 422, content=b'{"text": "x"}', headers={})
    assert told["field"] == "body"


def test_every_error_has_a_status() -> None:
    def below(kind: type[FrontlineError]) -> set[type[FrontlineError]]:
        return {kind}.union(*(below(child) for child in kind.__subclasses__()))

    for kind in below(FrontlineError):
        assert any(parent in KINDS for parent in kind.__mro__)


@pytest.mark.parametrize(
    ("error", "status", "member"),
    [
        (ConfigurationError(["line 3: wrong", "line 9: wrong"]), 422, ("problems", ["line 3: wrong", "line 9: wrong"])),
        (NotAllowed("operate"), 403, ("permission", "operate")),
        (Unreadable("it has no headers"), 422, ("code", "unreadable")),
        (PermanentDeliveryError("550"), 502, ("code", "delivery_permanent")),
    ],
)
def test_error_brings_what_a_program_needs(error: FrontlineError, status: int, member: tuple[str, object]) -> None:
    told = orjson.loads(problem_of(error).body)
    assert told["status"] == status
    name, value = member
    assert told[name] == value
