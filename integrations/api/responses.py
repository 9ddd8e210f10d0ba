"""What the API answers with. Every response carries the headers that keep a browser from guessing or keeping it."""

import asyncio
import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any, Protocol
from urllib.parse import quote

import orjson
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

Header = tuple[bytes, bytes]

JSON_TYPE = b"application/json"
PROBLEM_TYPE = b"application/problem+json"
_AS_JSON = orjson.OPT_UTC_Z | orjson.OPT_NAIVE_UTC
_GUARDS: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
)
_NO_CONTENT_RUNS: Header = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; sandbox")
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,60}/[A-Za-z0-9!#$&^_.+-]{1,60}")
_PLAIN_NAME = re.compile(r"[^A-Za-z0-9 ._-]")


def to_json(content: Any) -> bytes:
    """Dataclasses, enums and times included; times are ISO 8601 with Z."""
    return orjson.dumps(content, option=_AS_JSON)


class Bytes(Response):
    """A body that is bytes already."""

    def __init__(self, body: bytes, status: int, media_type: bytes, headers: Sequence[Header] = ()) -> None:
        # Starlette's own constructor builds headers through three conversions; this one is on the hot path.
        self.status_code, self.body, self.background = status, body, None
        self.raw_headers = [
            (b"content-type", media_type),
            (b"content-length", b"%d" % len(body)),
            *_GUARDS,
            *(headers or (_NO_CONTENT_RUNS,)),
        ]


class Json(Bytes):
    def __init__(self, content: Any, status: int = 200, headers: Sequence[Header] = ()) -> None:
        super().__init__(to_json(content), status, JSON_TYPE, (_NO_CONTENT_RUNS, *headers))


class Problem(Bytes):
    """An error by RFC 9457."""

    def __init__(self, content: dict[str, Any], headers: Sequence[Header] = ()) -> None:
        super().__init__(to_json(content), content["status"], PROBLEM_TYPE, (_NO_CONTENT_RUNS, *headers))


class NoContent(Response):
    def __init__(self) -> None:
        self.status_code, self.body, self.background = 204, b"", None
        self.raw_headers = list(_GUARDS)


class Download(Bytes):
    """A stranger's file: saved, never shown, whatever it says it is."""

    def __init__(self, body: bytes, filename: str, media_type: str) -> None:
        known = media_type if _MEDIA_TYPE.fullmatch(media_type) else "application/octet-stream"
        headers = ((b"content-disposition", disposition(filename).encode("ascii")), _NO_CONTENT_RUNS)
        super().__init__(body, 200, known.encode("ascii"), headers)


class Source(Protocol):
    def chunks(self) -> AsyncGenerator[bytes, None]: ...

    def hang_up(self) -> None:
        """Let `chunks` come to its end soon."""
        ...


class ServerSentEvents(Response):
    """Tells a source that its reader is gone instead of cancelling it, as Starlette's own stream would.

    A query that is cancelled half-way costs its database connection.
    """

    media_type = "text/event-stream"

    def __init__(self, source: Source) -> None:
        self.status_code, self.background = 200, None
        self._source = source
        # A proxy that collects the stream before it passes it on would make the news old.
        self.raw_headers = [(b"content-type", b"text/event-stream"), *_GUARDS, (b"x-accel-buffering", b"no")]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        watching = asyncio.create_task(self._watch(receive), name="event stream's reader")
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            async with aclosing(self._source.chunks()) as chunks:
                async for chunk in chunks:
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            watching.cancel()

    async def _watch(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._source.hang_up()


def disposition(filename: str) -> str:
    """Content-Disposition by RFC 6266: a plain name for old clients, and the real one in UTF-8."""
    plain = _PLAIN_NAME.sub("_", filename)[:100] or "file"
    encodable = filename.encode("utf-8", "replace")[:255].decode("utf-8", "ignore")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(encodable, safe='')}"
