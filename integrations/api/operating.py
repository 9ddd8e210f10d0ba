"""For operators: what could not be read, what is stuck, and the rules."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from core.domain.entities import OutboxItem, QuarantineItem, WorkItem
from core.domain.enums import DeliveryState, WorkState
from integrations.api.calls import Call
from integrations.api.fields import PathId
from integrations.api.messages import FILE
from integrations.api.pages import Page, PageQuery
from integrations.api.problems import documented
from integrations.api.responses import Download, Json, NoContent

router = APIRouter(prefix="/api/v1", tags=["operating"])


@dataclass(frozen=True, slots=True)
class QuarantineBody:
    id: int
    source: Annotated[str, Field(description="Where it came from")]
    reason: Annotated[str, Field(description="Why it could not be read")]
    state: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class WorkBody:
    id: int
    event_seq: int
    handler: Annotated[str, Field(examples=["ManageCustomerInquiries.classify"])]
    ticket_id: int | None
    state: WorkState
    attempts: int
    run_at: datetime
    last_error: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class OutboxBody:
    id: int
    channel: str
    recipient: str
    ticket_id: int | None
    message_id: int | None
    state: Annotated[
        DeliveryState, Field(description="`dead` was given up; of `uncertain` nobody knows whether it left")
    ]
    attempts: int
    run_at: datetime
    last_error: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class RulesBody:
    file: str
    queues: int
    routing_rules: int


@router.get("/quarantine", response_model=Page[QuarantineBody], summary="Messages that could not be read")
async def list_quarantine(call: Call, query: Annotated[PageQuery, Query()]) -> Json:
    """Newest first, without those that were dismissed."""
    before = call.cursors.read_id("quarantine", query.cursor)
    found = await call.engine.operating.quarantined(call.actor, before, query.limit)
    cursor = call.cursors.next_id("quarantine", found[-1].id, len(found), query.limit) if found else None
    return Json({"items": [_quarantined(item) for item in found], "next_cursor": cursor})


@router.get(
    "/quarantine/{item_id}/raw",
    response_class=Download,
    status_code=200,
    summary="A message that could not be read, as it came",
    responses=documented(404) | FILE,
)
async def get_quarantined(call: Call, item_id: PathId) -> Download:
    raw = await call.engine.operating.quarantined_raw(call.actor, item_id)
    return Download(raw, f"quarantine-{item_id}.bin", "application/octet-stream")


@router.delete(
    "/quarantine/{item_id}",
    status_code=204,
    response_class=NoContent,
    summary="Dismiss a message that could not be read",
    responses=documented(404),
)
async def dismiss_quarantined(call: Call, item_id: PathId) -> NoContent:
    """It leaves the list; its bytes are kept."""
    await call.engine.operating.dismiss_quarantined(call.actor, item_id)
    return NoContent()


@router.get("/work/dead", response_model=Page[WorkBody], summary="Work that was given up")
async def list_dead_work(call: Call) -> Json:
    """The oldest 200."""
    found = await call.engine.operating.dead_work(call.actor)
    return Json({"items": [_work(item) for item in found], "next_cursor": None})


@router.post("/work/{item_id}/requeue", response_model=WorkBody, summary="Try work again", responses=documented(404))
async def requeue_work(call: Call, item_id: PathId) -> Json:
    return Json(_work(await call.engine.operating.requeue_work(call.actor, item_id)))


@router.get("/outbox/stuck", response_model=Page[OutboxBody], summary="Deliveries that wait for a decision")
async def list_stuck_deliveries(call: Call) -> Json:
    """The oldest 200, given up or interrupted so that nobody knows whether they left."""
    found = await call.engine.operating.stuck_deliveries(call.actor)
    return Json({"items": [_delivery(item) for item in found], "next_cursor": None})


@router.post(
    "/outbox/{item_id}/requeue", response_model=OutboxBody, summary="Send a delivery again", responses=documented(404)
)
async def requeue_delivery(call: Call, item_id: PathId) -> Json:
    """An uncertain delivery may reach the customer a second time."""
    return Json(_delivery(await call.engine.operating.requeue_delivery(call.actor, item_id)))


@router.post("/rules/reload", response_model=RulesBody, summary="Read the business rules again")
async def reload_rules(call: Call) -> Json:
    """All or nothing: with a mistake in the file the old rules stay, and `problems` names every mistake."""
    await call.engine.operating.reload_rules(call.actor)
    rules = call.engine.rules
    return Json(RulesBody(rules.path.name, len(rules.current.queues), len(rules.current.routing)))


def _quarantined(item: QuarantineItem) -> QuarantineBody:
    return QuarantineBody(item.id, item.source, item.reason, item.state, item.received_at)


def _work(item: WorkItem) -> WorkBody:
    return WorkBody(
        item.id,
        item.event_seq,
        item.handler,
        item.ticket_id,
        item.state,
        item.attempts,
        item.run_at,
        item.last_error,
        item.created_at,
    )


def _delivery(item: OutboxItem) -> OutboxBody:
    return OutboxBody(
        item.id,
        item.channel,
        item.recipient,
        item.ticket_id,
        item.message_id,
        item.state,
        item.attempts,
        item.run_at,
        item.last_error,
        item.created_at,
    )
