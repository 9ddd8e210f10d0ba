"""The journal for programs: by the page, or as a stream."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from core.domain.access import Permission
from core.domain.errors import InvalidInput
from core.domain.events import EventType
from integrations.api.calls import AllParts, Call
from integrations.api.envelope import HEADERS
from integrations.api.event_shapes import EventBody, event_body
from integrations.api.event_stream import Wanted
from integrations.api.fields import Id, Many, PathId, Seq
from integrations.api.pages import DEFAULT_LIMIT, LAST_ID, MOST_ITEMS, Page, PageQuery
from integrations.api.problems import documented
from integrations.api.responses import Json, ServerSentEvents

router = APIRouter(prefix="/api/v1", tags=["events"])

_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A stream that stays open: `id` is the event's seq, `event` its type, `data` the event as JSON",
        "content": {
            "text/event-stream": {
                "schema": {"type": "string"},
                "example": 'id: 90210\nevent: ticket.created\ndata: {"seq":90210,"type":"ticket.created"}\n\n',
            }
        },
    }
}


class EventFilter(BaseModel):
    model_config = ConfigDict(extra="forbid")

    ticket_id: Id | None = None
    type: Annotated[Many[EventType], Field(description="Only these types")] = ()


class EventQuery(EventFilter):
    after: Annotated[Seq, Field(description="The seq of the last event that was seen; 0 for all")] = 0
    limit: Annotated[int, Field(ge=1, le=MOST_ITEMS)] = DEFAULT_LIMIT


class StreamQuery(EventFilter):
    after: Annotated[
        Seq | None, Field(description="The seq of the last event that was seen; without it, only what is new comes")
    ] = None


@router.get("/events", response_model=Page[EventBody], summary="Events after a sequence number")
async def list_events(call: Call, query: Annotated[EventQuery, Query()]) -> Json:
    """In the order in which every reader sees them. `next_cursor` is the seq to give as `after` next time, also when
    nothing has come yet, so that a program may ask again and again. On PostgreSQL the order is not always that of the
    numbers: go on after the last item, not after the highest."""
    types = query.type
    found = await call.engine.views.events(call.actor, query.after, query.limit, ticket_id=query.ticket_id, types=types)
    last = found[-1].seq if found else query.after
    return Json({"items": [event_body(event) for event in found], "next_cursor": str(last)})


@router.get(
    "/tickets/{ticket_id}/events",
    response_model=Page[EventBody],
    summary="What happened to a ticket",
    responses=documented(404),
)
async def list_ticket_events(call: Call, ticket_id: PathId, query: Annotated[PageQuery, Query()]) -> Json:
    """Oldest first."""
    place = f"events:{ticket_id}"
    after = call.cursors.read_id(place, query.cursor) or 0
    async with call.engine.database.read() as tx:
        await tx.tickets.get(ticket_id)
    found = await call.engine.views.events(call.actor, after, query.limit + 1, ticket_id=ticket_id)
    shown = found[: query.limit]
    cursor = call.cursors.write(place, shown[-1].seq) if len(found) > query.limit else None
    return Json({"items": [event_body(event) for event in shown], "next_cursor": cursor})


@router.get(
    "/events/stream",
    response_class=ServerSentEvents,
    status_code=200,
    summary="Events as they happen",
    responses=_STREAM | documented(400),
)
async def stream_events(
    request: Request,
    call: Call,
    parts: AllParts,
    query: Annotated[StreamQuery, Query()],
    last_event_id: Annotated[str | None, Header(description="What an event source sends when it comes back")] = None,
) -> ServerSentEvents:
    """Server-sent events. Goes on after Last-Event-ID, else after `after`, else from now on. Nothing is left out; after
    a broken connection an event may come twice. A comment comes every 15 s while nothing happens."""
    call.actor.require(Permission.EVENTS_READ)
    after = _seq(last_event_id) if last_event_id else query.after
    if after is None:
        after = await call.engine.views.last_seq(call.actor)
    wanted = Wanted(after, query.ticket_id, query.type)
    headers = request.scope[HEADERS]
    return ServerSentEvents(parts.streams.open(call.actor, wanted, lambda: parts.access.identify(headers)))


def _seq(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= LAST_ID):
        raise InvalidInput("Last-Event-ID", "it is no sequence number", "Give the id of the last event")
    return int(text)
