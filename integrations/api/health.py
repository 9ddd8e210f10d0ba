"""For whoever watches the process: alive, ready, and its measurements."""

import asyncio
import ipaddress
import re
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse

from core.bootstrap import Engine
from core.domain.access import Permission
from core.domain.errors import Unavailable
from core.domain.ports import AnalyzerState
from core.storage import migrate
from integrations.api.calls import parts_of
from integrations.api.envelope import HEADERS, TOLD
from integrations.api.measurements import Measurements
from integrations.api.problems import documented, problem
from integrations.api.responses import Bytes, Json

router = APIRouter(tags=["health"])

PROMETHEUS_TYPE = b"text/plain; version=0.0.4; charset=utf-8"
PATIENCE_SECONDS = 3.0
_FOLDERS = re.compile(r"""[^\s'"(]*[/\\](?=\S)""")
_LONGEST_REASON = 200
_FORWARDED = (b"forwarded", b"x-forwarded-for", b"x-real-ip")
_TEXT: dict[int | str, dict[str, Any]] = {
    200: {"description": "Prometheus text format", "content": {"text/plain": {"schema": {"type": "string"}}}}
}
_STATUS: dict[int | str, dict[str, Any]] = {
    200: {"description": "Yes", "content": {"application/json": {"schema": {"type": "object"}}}}
}


class Readiness:
    """Whether this process can serve: its database answers and has the schema of this version."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._schema_is_current = False

    async def check(self) -> tuple[bool, dict[str, str]]:
        """(ready, what was looked at). The model is told, not required: messages wait for it, not senders."""
        checks = {"database": "ok", "migrations": "unknown", "model": self._engine.analyzer.state.value}
        if self._engine.analyzer.state is AnalyzerState.FAILED:
            checks["model_failed"] = for_strangers(self._engine.analyzer.detail)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                checks["migrations"] = await self._migrations()
        except Unavailable:
            checks["database"] = "unreachable"
        except TimeoutError:
            checks["database"] = "slow"
        return checks["database"] == "ok" and checks["migrations"] == "current", checks

    async def _migrations(self) -> str:
        if self._schema_is_current:
            # A schema does not go back under a running process, and looking at it takes the writer's turn.
            async with self._engine.database.read() as tx:
                await tx.journal.last_seq()
            return "current"
        found, newest = await migrate.current(self._engine.database)
        self._schema_is_current = found == newest
        return "current" if self._schema_is_current else f"at {found or 'none'}, this version needs {newest}"


def for_strangers(reason: str) -> str:
    """An error in one line, as whoever asks may read it: of paths and addresses only the last part is left."""
    return _FOLDERS.sub("", " ".join(reason.split()))[:_LONGEST_REASON]


@router.get("/healthz", summary="Whether the process lives", responses=_STATUS)
async def healthz() -> Json:
    return Json({"status": "ok"})


@router.get("/readyz", summary="Whether it can serve", responses=_STATUS | documented(503))
async def readyz(request: Request) -> Bytes:
    """The database must answer and have the schema of this version. The model's state is told and not required."""
    readiness: Readiness = request.app.state.readiness
    ready, checks = await readiness.check()
    if ready:
        return Json({"status": "ok", "checks": checks})
    detail = ", ".join(f"{name} {state}" for name, state in checks.items())
    headers = ((b"retry-after", b"2"),)
    return problem(503, "not_ready", "Not ready", f"The desk can't serve now: {detail}.", headers, checks=checks)


@router.get(
    "/metrics",
    response_class=PlainTextResponse,
    summary="Measurements for Prometheus",
    responses=_TEXT | documented(401, 403),
)
async def metrics(request: Request) -> Bytes:
    """Open to callers on the same machine, as scrapers expect; from elsewhere, or through a proxy, it takes a token
    with `metrics.read`."""
    if not _is_local(request):
        caller = await parts_of(request).access.caller(request.scope[HEADERS], request.scope[TOLD])
        caller.actor.require(Permission.METRICS_READ)
    measurements: Measurements = request.app.state.measurements
    return Bytes(await measurements.text(), 200, PROMETHEUS_TYPE)


def _is_local(request: Request) -> bool:
    """Whether the caller itself is on this machine, and not only a proxy that forwards a stranger."""
    if request.client is None or any(name in request.scope[HEADERS] for name in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
