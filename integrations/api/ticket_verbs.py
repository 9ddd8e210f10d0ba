"""What programs do to a ticket: change, assign, answer, note."""

import re
from typing import Annotated, Literal

from fastapi import APIRouter, Header
from pydantic import BaseModel, ConfigDict, Field

from core.desk import TicketPatch
from core.domain.access import Actor
from core.domain.enums import Category, Priority, Sentiment, TicketStatus
from core.domain.errors import InvalidInput, VersionConflict
from core.views import MessageView
from integrations.api.calls import Call
from integrations.api.fields import Id, PathId, Text, Word
from integrations.api.message_shapes import MessageBody, message_body
from integrations.api.problems import PreconditionFailed, VersionRequired, documented
from integrations.api.responses import Json
from integrations.api.ticket_shapes import TicketBody
from integrations.api.tickets import changed

router = APIRouter(prefix="/api/v1/tickets/{ticket_id}", tags=["tickets"])

_ETAG = re.compile(r'(?:W/)?"(\d{1,18})"')
_LONGEST_TEXT = 100_000

Version = Annotated[int, Field(ge=1, le=2**31 - 1, description="The version that the change was made from")]
IfMatch = Annotated[
    str | None, Header(description='The version that the change was made from, as ETag told it: "3"; * for any')
]
Written = Annotated[Text, Field(min_length=1, max_length=_LONGEST_TEXT)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TicketChange(_Body):
    """At least one field beside `version`. Category, intent and sentiment correct what the model said."""

    version: Version | None = None
    status: TicketStatus | None = None
    priority: Priority | None = None
    queue: Annotated[Word | None, Field(description="Id of a queue")] = None
    subject: Annotated[str | None, Field(max_length=2_000)] = None
    category: Category | None = None
    intent: Annotated[Word | None, Field(description="Brings its category")] = None
    sentiment: Sentiment | None = None

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"version": 3, "priority": "high"}})


class Assignment(_Body):
    assignee_id: Annotated[Id | Literal["me"] | None, Field(description="Id of a user, `me`, or null for nobody")]
    version: Version | None = None

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"assignee_id": 7}})


class ReplyText(_Body):
    text: Written
    version: Version | None = None
    status: Annotated[
        TicketStatus | None, Field(description="The ticket's status afterwards; null leaves it as it is")
    ] = TicketStatus.PENDING_CUSTOMER
    seen_message_id: Annotated[
        Id | None, Field(description="The newest message that was read: a newer one from the customer gives 409")
    ] = None

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"text": "It is on its way.", "seen_message_id": 5120}}
    )


class NoteText(_Body):
    text: Written

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"text": "Called back, no answer."}})


@router.patch(
    "", response_model=TicketBody, summary="Change a ticket", responses=documented(400, 404, 409, 412, 413, 428)
)
async def change_ticket(call: Call, ticket_id: PathId, change: TicketChange, if_match: IfMatch = None) -> Json:
    """The version that the change was made from must be named, in the body or by If-Match; 428 otherwise.

    When the ticket has moved on, nothing is changed: 409 for a version in the body, 412 for If-Match, both with
    `current_version`. `If-Match: *` changes the ticket whatever its version is.
    """
    version = _version(change.version, if_match)
    patch = TicketPatch(**change.model_dump(exclude={"version"}))
    try:
        ticket = await call.engine.desk.change(call.actor, ticket_id, patch, version)
    except VersionConflict as error:
        if if_match is None:
            raise
        raise PreconditionFailed(error.noun, error.key, error.current) from error
    return await changed(call, ticket)


@router.post("/assign", response_model=TicketBody, summary="Assign a ticket", responses=documented(400, 404, 409, 413))
async def assign_ticket(call: Call, ticket_id: PathId, assignment: Assignment) -> Json:
    """To a user, or to nobody with null. Moving the tickets of others needs `ticket.assign_others`."""
    user_id = _user_id(call.actor, assignment.assignee_id)
    ticket = await call.engine.desk.assign(call.actor, ticket_id, user_id, assignment.version)
    return await changed(call, ticket)


@router.post(
    "/reply",
    response_model=MessageBody,
    status_code=202,
    summary="Answer the customer",
    responses=documented(400, 404, 409, 413),
)
async def reply_to_ticket(call: Call, ticket_id: PathId, reply: ReplyText) -> Json:
    """The answer is kept at once and leaves through the outbox; its `delivery` tells how that goes."""
    message = await call.engine.desk.reply(
        call.actor,
        ticket_id,
        reply.text,
        version=reply.version,
        then=reply.status,
        seen_message_id=reply.seen_message_id,
    )
    return Json(message_body(MessageView(message, None, (), None)), 202)


@router.post(
    "/notes",
    response_model=MessageBody,
    status_code=201,
    summary="Write an internal note",
    responses=documented(400, 404, 409, 413),
)
async def note_on_ticket(call: Call, ticket_id: PathId, note: NoteText) -> Json:
    """Notes never leave the desk."""
    message = await call.engine.desk.note(call.actor, ticket_id, note.text)
    return Json(message_body(MessageView(message, None, (), None)), 201)


def _version(named: int | None, if_match: str | None) -> int | None:
    """The version that the change was made from; None for any, which only `If-Match: *` may ask."""
    if if_match is None:
        if named is None:
            raise VersionRequired
        return named
    if if_match.strip() == "*":
        return named
    found = _ETAG.fullmatch(if_match.strip())
    if found is None:
        raise InvalidInput("If-Match", "it is no version of a ticket", 'Give ETag as it came, such as "3", or *')
    if named is not None and named != int(found[1]):
        raise InvalidInput("version", "it differs from If-Match", "Send one of the two")
    return int(found[1])


def _user_id(actor: Actor, given: int | str | None) -> int | None:
    if given != "me":
        return int(given) if given is not None else None
    if actor.user_id is None:
        raise InvalidInput("assignee_id", "a token is nobody who could take a ticket", "Give the id of a user")
    return actor.user_id
