"""What customers sent: attachments to download, and the HTML of a message for the sandboxed frame."""

import re
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response

from core.bootstrap import Engine
from core.domain.errors import NotAllowed, NotFound
from ui import session
from ui.routes.safe_content import picture_type, text_beginning
from ui.ticket.attached import READABLE

_SANDBOX = "sandbox; default-src 'none'"
_INERT = {
    "Content-Security-Policy": _SANDBOX,
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}
_UNUSUAL = re.compile(r"[^A-Za-z0-9._ -]")


def file_routes(engine: Engine) -> APIRouter:
    """GET /files/{attachment_id}, its /preview, and GET /messages/{ticket_id}/{message_id}/html."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/files/{attachment_id}")
    async def download(request: Request, attachment_id: int) -> Response:
        visitor = await session.visitor_of(engine, request)
        if visitor is None:
            return session.to_login(request)
        try:
            found, content = await engine.views.attachment(visitor.actor, attachment_id)
        except (NotFound, NotAllowed) as error:
            return PlainTextResponse(str(error), 404 if isinstance(error, NotFound) else 403)
        return Response(content, media_type="application/octet-stream", headers=_as_download(found.filename))

    @routes.get("/files/{attachment_id}/preview")
    async def preview(request: Request, attachment_id: int) -> Response:
        """A picture as it is, or the beginning of a text; what is neither by its content is 415."""
        visitor = await session.visitor_of(engine, request)
        if visitor is None:
            return PlainTextResponse("Sign in again.", 401)
        try:
            found, content = await engine.views.attachment(visitor.actor, attachment_id)
        except (NotFound, NotAllowed) as error:
            return PlainTextResponse(str(error), 404 if isinstance(error, NotFound) else 403)
        picture = picture_type(content)
        if picture is not None:
            return Response(content, media_type=picture, headers=_INERT)
        text = text_beginning(content) if found.content_type.lower().partition(";")[0] in READABLE else None
        if text is None:
            return PlainTextResponse("This file can't be shown here. Download it to look inside.", 415, _INERT)
        return PlainTextResponse(text, headers=_INERT)

    @routes.get("/messages/{ticket_id}/{message_id}/html")
    async def original(request: Request, ticket_id: int, message_id: int) -> Response:
        """As plain text: the page puts it into a frame without rights, and nothing else may show it."""
        visitor = await session.visitor_of(engine, request)
        if visitor is None:
            return PlainTextResponse("Sign in again.", 401)
        try:
            view = await engine.views.ticket(visitor.actor, ticket_id)
        except (NotFound, NotAllowed) as error:
            return PlainTextResponse(str(error), 404 if isinstance(error, NotFound) else 403)
        html = next((shown.message.html for shown in view.messages if shown.message.id == message_id), None)
        headers = {"Content-Security-Policy": _SANDBOX, "Cache-Control": "private, no-store"}
        return PlainTextResponse(html or "", 200 if html else 404, headers)

    return routes


def _as_download(filename: str) -> dict[str, str]:
    """RFC 6266: a plain name for old clients beside the true one."""
    plain = _UNUSUAL.sub("_", filename).strip() or "attachment"
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
    return {"Content-Disposition": disposition, **_INERT}
