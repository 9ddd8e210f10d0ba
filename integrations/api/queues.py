"""Queues and how much waits in each."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from integrations.api.calls import Call
from integrations.api.pages import Page
from integrations.api.responses import Json

router = APIRouter(prefix="/api/v1/queues", tags=["queues"])


@dataclass(frozen=True, slots=True)
class QueueBody:
    id: Annotated[str, Field(examples=["technical_support"])]
    name: Annotated[str, Field(examples=["Technical support"])]
    skills: list[str]
    open: Annotated[int, Field(description="Tickets that are neither resolved nor closed")]


@router.get("", response_model=Page[QueueBody], summary="List queues")
async def list_queues(call: Call) -> Json:
    """All of them, in the order of the rules file."""
    loads = await call.engine.views.queues(call.actor)
    items = [QueueBody(load.queue.id, load.queue.name, list(load.queue.skills), load.open) for load in loads]
    return Json({"items": items, "next_cursor": None})
