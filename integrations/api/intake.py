"""`POST /api/v1/messages`: the way in. Each call costs little beside the commit that it shares with others."""

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

import orjson
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive

from core.bootstrap import Engine
from core.domain.access import Permission
from core.domain.errors import InvalidInput
from core.domain.messages import InboundMessage
from integrations.api.access import Access
from integrations.api.envelope import HEADERS, TOLD
from integrations.api.problems import Malformed
from integrations.api.responses import Json
from integrations.payload import parse_message_payload

_KEY = re.compile(rb"[\x21-\x7e]{1,255}")
_LONGEST_STORED_KEY = 255
_CHARSET = re.compile(rb"""charset\s*=\s*["']?([^\s;"']+)""", re.IGNORECASE)
_UTF8 = (b"utf-8", b"utf8", b"us-ascii")


class RawRoute(APIRoute):
    """A route whose endpoint gets the request as it came: described like any other, without FastAPI's reading of it."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        handler: Callable[[Request], Awaitable[Response]] = self.endpoint
        return handler


class MessageIntake:
    def __init__(self, engine: Engine, access: Access) -> None:
        self._engine, self._access = engine, access

    async def receive(self, request: Request) -> Json:
        scope = request.scope
        headers: Mapping[bytes, bytes] = scope[HEADERS]
        caller = await self._access.caller(headers, scope[TOLD])
        caller.actor.require(Permission.INTAKE_SEND)
        _check_charset(headers.get(b"content-type", b""))
        raw = await _read(request.receive)
        message = parse_message_payload(_object(raw), raw, now=self._engine.clock.now())
        key = headers.get(b"idempotency-key")
        if key is not None:
            message = _keyed(message, caller.token_id, key)
        receipt = await self._engine.intake.accept(message)
        if not receipt.duplicate:
            self._engine.statistics.accepted[message.channel.value] += 1
        return Json(receipt, 202)


async def _read(receive: Receive) -> bytes:
    chunks: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunks.append(message.get("body", b""))
        if not message.get("more_body", False):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _object(raw: bytes) -> dict[str, Any]:
    if not raw.strip():
        raise Malformed("The body is empty", "Send a message as JSON")
    try:
        data = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Malformed(f"The body is not JSON in UTF-8 ({error})", "Send JSON in UTF-8") from error
    if not isinstance(data, dict):
        raise InvalidInput("body", f"it is a JSON {_kind(data)}", "Send an object")
    return data


def _kind(data: object) -> str:
    return {list: "list", str: "string", bool: "boolean", type(None): "null"}.get(type(data), "number")


def _check_charset(content_type: bytes) -> None:
    """JSON is UTF-8 (RFC 8259); what says otherwise would be read wrongly."""
    found = _CHARSET.search(content_type) if b"=" in content_type else None
    if found and found[1].lower() not in _UTF8:
        shown = found[1][:40].decode("ascii", "replace")
        raise Malformed(f"The Content-Type header names the charset {shown}", "Send JSON in UTF-8")


def _keyed(message: InboundMessage, token_id: int, key: bytes) -> InboundMessage:
    """Keys of different tokens do not meet. A long key is kept as its hash."""
    if not _KEY.fullmatch(key):
        raise InvalidInput("Idempotency-Key", "it is empty, too long or not plain", "Give 1 to 255 visible characters")
    stored = f"{token_id}:{key.decode('ascii')}"
    if len(stored) > _LONGEST_STORED_KEY:
        stored = f"{token_id}:sha256 {hashlib.sha256(key).hexdigest()}"
    return replace(message, idempotency_key=stored)
