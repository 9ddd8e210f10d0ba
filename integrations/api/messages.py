"""Messages of tickets, their originals and their files."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from core.domain.errors import NotFound
from integrations.api.calls import Call
from integrations.api.fields import PathId
from integrations.api.message_reader import MessageReader
from integrations.api.message_shapes import MessageBody, message_body
from integrations.api.pages import Page, PageQuery
from integrations.api.problems import documented
from integrations.api.responses import Download, Json

router = APIRouter(prefix="/api/v1", tags=["messages"])

FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file, as a download that no browser shows",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
_ENDINGS = {"message/rfc822": "eml", "application/json": "json", "text/csv": "csv"}


@router.get(
    "/tickets/{ticket_id}/messages",
    response_model=Page[MessageBody],
    summary="The conversation of a ticket",
    responses=documented(404),
)
async def list_messages(call: Call, ticket_id: PathId, query: Annotated[PageQuery, Query()]) -> Json:
    """Oldest first."""
    place = f"messages:{ticket_id}"
    after = call.cursors.read_id(place, query.cursor) or 0
    views = await MessageReader(call.engine.database).of_ticket(call.actor, ticket_id, after, query.limit + 1)
    shown = views[: query.limit]
    cursor = call.cursors.write(place, shown[-1].message.id) if len(views) > query.limit else None
    return Json({"items": [message_body(view) for view in shown], "next_cursor": cursor})


@router.get("/messages/{message_id}", response_model=MessageBody, summary="One message", responses=documented(404))
async def get_message(call: Call, message_id: PathId) -> Json:
    return Json(message_body(await MessageReader(call.engine.database).one(call.actor, message_id)))


@router.get(
    "/messages/{message_id}/original",
    response_class=Download,
    status_code=200,
    summary="A message as it came",
    responses=documented(404) | FILE,
)
async def get_original(call: Call, message_id: PathId) -> Download:
    """Byte for byte, as a download. Answers have no original."""
    raw = await call.engine.views.original(call.actor, message_id)
    if raw is None or raw.content is None:
        raise NotFound("original of message", message_id)
    ending = _ENDINGS.get(raw.content_type, "bin")
    return Download(raw.content, f"message-{message_id}.{ending}", raw.content_type)


@router.get(
    "/attachments/{attachment_id}",
    response_class=Download,
    status_code=200,
    summary="A file of a message",
    responses=documented(404) | FILE,
)
async def get_attachment(call: Call, attachment_id: PathId) -> Download:
    attachment, content = await call.engine.views.attachment(call.actor, attachment_id)
    return Download(content, attachment.filename, attachment.content_type)
