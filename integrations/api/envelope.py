"""Around every call: the limit of the body, the time it took, and an answer for what nobody foresaw."""

import logging
import time
from collections.abc import Callable
from uuid import uuid4

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from integrations.api.problems import BodyTooLarge, http_problem, problem
from integrations.api.responses import Header, Problem

log = logging.getLogger(__name__)

HEADERS, TOLD = "frontline.headers", "frontline.told"
"""Keys of the scope: the request's headers by lower-case name, and header lines that the answer shall carry."""
MESSAGES_PATH = "/api/v1/messages"
MOST_BODY_BYTES = 4_000_000
"""Of every call but an incoming message, which has a limit of its own."""
UNMATCHED = "unmatched"

Observe = Callable[[str, str, int, float], None]
"""(method, route, status, seconds until the answer began)"""


class Envelope:
    """Pure ASGI: no task and no queue of its own for a call."""

    def __init__(self, app: ASGIApp, *, observe: Observe, message_bytes: int) -> None:
        self._app, self._observe, self._message_bytes = app, observe, message_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        told: list[Header] = []
        scope[HEADERS], scope[TOLD] = headers, told
        answer = _Answer(scope, send, told, self._observe)
        limit = self._message_bytes if scope["path"] == MESSAGES_PATH else MOST_BODY_BYTES
        try:
            if _announced(headers) > limit:
                await http_problem(BodyTooLarge(limit))(scope, receive, answer.send)
            else:
                await self._app(scope, _Limited(receive, limit).receive, answer.send)
        except ClientDisconnect:
            log.debug("a caller hung up before the body was complete")
        except Exception:
            response = _apology(scope)
            if answer.started:
                # The status is out; only an answer that breaks off tells the caller that it is not whole.
                raise
            await response(scope, receive, answer.send)


class _Answer:
    __slots__ = ("_observe", "_scope", "_send", "_since", "_told", "started")

    def __init__(self, scope: Scope, send: Send, told: list[Header], observe: Observe) -> None:
        self._scope, self._send, self._told, self._observe = scope, send, told, observe
        self._since, self.started = time.perf_counter(), False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            if self._told:
                message["headers"] = [*message["headers"], *self._told]
            route = getattr(self._scope.get("route"), "path", UNMATCHED)
            method = self._scope["method"] if route is not UNMATCHED else UNMATCHED
            self._observe(method, route, message["status"], time.perf_counter() - self._since)
        await self._send(message)


class _Limited:
    """Counts the body as it comes, so that no more than the limit is ever held."""

    __slots__ = ("_left", "_limit", "_receive")

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive, self._limit, self._left = receive, limit, limit

    async def receive(self) -> Message:
        message = await self._receive()
        body = message.get("body")
        if body:
            self._left -= len(body)
            if self._left < 0:
                raise BodyTooLarge(self._limit)
        return message


def _announced(headers: dict[bytes, bytes]) -> int:
    length = headers.get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0


def _apology(scope: Scope) -> Problem:
    reference = uuid4().hex[:12]
    route = getattr(scope.get("route"), "path", UNMATCHED)
    log.exception("a call failed (reference %s): %s %s", reference, scope["method"], route)
    detail = f"The server made a mistake. Tell your administrator the reference {reference}."
    return problem(500, "internal", "Internal error", detail, reference=reference)
