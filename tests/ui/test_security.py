"""Other sites can't act through a browser that is signed in here, nor frame or script our pages."""

from collections.abc import MutableMapping
from typing import Any

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from ui.security import PageSecurity


async def _page(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["path"] == "/abandoned":
        return
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    await PlainTextResponse("done", headers={"X-Frame-Options": "SAMEORIGIN"} if scope["path"] == "/own" else None)(
        scope, receive, send
    )


async def _ask(method: str, path: str = "/login", kind: str = "http", **headers: str) -> list[MutableMapping[str, Any]]:
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    named = {"host": "desk.example", **{name.replace("_", "-"): value for name, value in headers.items()}}
    encoded = [(name.encode(), value.encode()) for name, value in named.items()]
    scope = {"type": kind, "method": method, "path": path, "headers": encoded, "query_string": b""}
    await PageSecurity(_page, "https://support.example")(scope, receive, send)
    return sent


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://desk.example"},
        {"origin": "https://support.example"},
        {"referer": "http://desk.example/login"},
        {"sec_fetch_site": "same-origin"},
    ],
)
async def test_a_form_of_ours_is_taken(headers: dict[str, str]) -> None:
    assert (await _ask("POST", **headers))[0]["status"] == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"referer": "https://evil.example/desk.example"},
        {"origin": "https://desk.example.evil.example"},
        {"sec_fetch_site": "cross-site"},
    ],
)
async def test_a_form_of_another_site_is_refused(headers: dict[str, str]) -> None:
    assert (await _ask("POST", **headers))[0]["status"] == 403


async def test_a_socket_opened_by_another_site_is_closed() -> None:
    assert (await _ask("GET", kind="websocket", origin="https://evil.example"))[0]["type"] == "websocket.close"
    assert (await _ask("GET", kind="websocket", origin="http://desk.example"))[0]["type"] == "websocket.accept"


async def test_pages_carry_headers_that_keep_others_out() -> None:
    headers = dict((await _ask("GET"))[0]["headers"])
    assert headers[b"x-frame-options"] == b"DENY"
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert headers[b"referrer-policy"] == b"same-origin"
    assert b"frame-ancestors 'none'" in headers[b"content-security-policy"]


async def test_a_header_that_a_route_sets_itself_is_kept() -> None:
    headers = (await _ask("GET", "/own"))[0]["headers"]
    assert [value for name, value in headers if name == b"x-frame-options"] == [b"SAMEORIGIN"]


async def test_a_browser_that_went_away_is_no_failure_of_the_server() -> None:
    sent = await _ask("GET", "/abandoned")
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert sent[0]["status"] == 499
