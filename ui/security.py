"""Pure ASGI middleware for the pages: refuses requests that another site made the browser send, and sets the headers
that keep pages from being framed, sniffed or scripted from outside."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_CLIENT_CLOSED_REQUEST = 499
"""As nginx calls it; nobody is left to read it."""
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

LIVE_PAGE_POLICY = "; ".join(
    (
        "default-src 'self'",
        # NiceGUI starts its pages with inline scripts and turns properties into functions with eval.
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "frame-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
PLAIN_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""For pages without NiceGUI: no inline script, no inline style."""
_HEADERS = {
    b"x-frame-options": b"DENY",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"content-security-policy": LIVE_PAGE_POLICY.encode(),
}


class PageSecurity:
    """`public_url` is the address that people use; behind a proxy it may differ from the Host header."""

    def __init__(self, app: ASGIApp, public_url: str) -> None:
        self._app, self._public_host = app, urlsplit(public_url).netloc

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and not self._is_same_site(scope):
            await send({"type": "websocket.close", "code": 1008, "reason": "Opened by another site"})
        elif scope["type"] == "http" and self._changes(scope) and not self._is_same_site(scope):
            await _refuse(send)
        elif scope["type"] == "http":
            answer = _Answer(send)
            await self._app(scope, receive, answer.send)
            await answer.complete()
        else:
            await self._app(scope, receive, send)

    def _changes(self, scope: Scope) -> bool:
        return scope["method"] not in _SAFE_METHODS

    def _is_same_site(self, scope: Scope) -> bool:
        """Browsers tell where a request comes from. One that tells nothing is refused: no page of ours sends it."""
        headers = dict(_decoded(scope["headers"]))
        own = {headers.get("host", ""), self._public_host}
        origin = headers.get("origin") or headers.get("referer")
        if origin is None:
            return headers.get("sec-fetch-site") == "same-origin"
        return urlsplit(origin).netloc in own


def _decoded(headers: Iterable[tuple[bytes, bytes]]) -> Iterable[tuple[str, str]]:
    return ((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in headers)


class _Answer:
    """Adds the headers, and completes the answer to a browser that went away before it was given: the middleware above
    would report the missing one as a failure of the server."""

    def __init__(self, send: Send) -> None:
        self._send, self._has_begun, self._has_body = send, False, False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._has_begun = True
            present = {name.lower() for name, _ in message["headers"]}
            added = [(name, value) for name, value in _HEADERS.items() if name not in present]
            message = {**message, "headers": [*message["headers"], *added]}
        else:
            self._has_body = True
        await self._send(message)

    async def complete(self) -> None:
        if not self._has_begun:
            await self.send({"type": "http.response.start", "status": _CLIENT_CLOSED_REQUEST, "headers": []})
        if not self._has_body:
            await self.send({"type": "http.response.body", "body": b""})


async def _refuse(send: Send) -> None:
    body = b"This form was sent from another site. Open the page on this desk and send it again.\n"
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body})
