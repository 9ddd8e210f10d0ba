"""Figures of the desk for programs: what waits, and what happened in the last 24 hours."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from core.domain.access import Actor, Permission
from core.storage.database import Database
from integrations.api.calls import Call
from integrations.api.responses import Json

router = APIRouter(prefix="/api/v1/metrics", tags=["metrics"])

WINDOW = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class QueueBacklog:
    queue: Annotated[str | None, Field(description="Id of the queue; null for tickets that are not routed yet")]
    open: int


@dataclass(frozen=True, slots=True)
class Backlog:
    total: Annotated[int, Field(description="Tickets that are neither resolved nor closed")]
    by_queue: list[QueueBacklog]


@dataclass(frozen=True, slots=True)
class Sum:
    name: Annotated[str, Field(description="Type of the events that were counted", examples=["ticket.created"])]
    dimension: Annotated[str, Field(description="What they are told apart by, or nothing", examples=["email"])]
    count: int
    total: Annotated[float, Field(description="Sum of the values that the events carry, such as scores")]


@dataclass(frozen=True, slots=True)
class OperationsBody:
    as_of: datetime
    since: Annotated[datetime, Field(description="Start of the first hour that `sums` counts")]
    backlog: Backlog
    sums: list[Sum]


class OperationsMetrics:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, actor: Actor) -> OperationsBody:
        actor.require(Permission.METRICS_READ)
        now = self._database.clock.now()
        since = (now - WINDOW).replace(minute=0, second=0, microsecond=0)
        async with self._database.read() as tx:
            counts = await tx.queues.open_counts()
            queues = await tx.queues.all()
            sums = await tx.rollups.sums(since)
        waiting = [QueueBacklog(queue.id, counts.get(queue.id, 0)) for queue in queues]
        waiting.append(QueueBacklog(None, counts.get(None, 0)))
        told = [Sum(name, dimension, count, total) for (name, dimension), (count, total) in sorted(sums.items())]
        return OperationsBody(now, since, Backlog(sum(counts.values()), waiting), told)


@router.get("/operations", response_model=OperationsBody, summary="Backlog and sums of the last 24 hours")
async def get_operations(call: Call) -> Json:
    return Json(await OperationsMetrics(call.engine.database).read(call.actor))
