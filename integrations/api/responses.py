"""What the API answers with. Every response carries the headers that keep a browser from guessing or keeping it."""

import re
from collections.abc import AsyncIterator, Sequence
from typing import Any
from urllib.parse import quote

import orjson
from starlette.responses import Response, StreamingResponse

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


class ServerSentEvents(StreamingResponse):
    def __init__(self, chunks: AsyncIterator[bytes]) -> None:
        super().__init__(chunks, 200, media_type="text/event-stream")
        # A proxy that collects the stream before it passes it on would make the news old.
        self.raw_headers += [*_GUARDS, (b"x-accel-buffering", b"no")]


def disposition(filename: str) -> str:
    """Content-Disposition by RFC 6266: a plain name for old clients, and the real one in UTF-8."""
    plain = _PLAIN_NAME.sub("_", filename)[:100] or "file"
    encodable = filename.encode("utf-8", "replace")[:255].decode("utf-8", "ignore")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(encodable, safe='')}"
