"""What a route gets: the engine, and who calls it."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from core.bootstrap import Engine
from core.domain.access import Actor
from core.domain.ports import DriftReader
from integrations.api.access import Access
from integrations.api.envelope import HEADERS, TOLD
from integrations.api.event_stream import Streams
from integrations.api.pages import Cursors


@dataclass(frozen=True, slots=True)
class Parts:
    """What all calls of one API share."""

    engine: Engine
    access: Access
    cursors: Cursors
    streams: Streams
    drift: DriftReader


@dataclass(frozen=True, slots=True)
class Context:
    """One authenticated call. What the actor may do is checked where it is done, in the engine."""

    engine: Engine
    actor: Actor
    cursors: Cursors
    drift: DriftReader


def parts_of(request: Request) -> Parts:
    parts: Parts = request.app.state.parts
    return parts


async def _context(request: Request) -> Context:
    parts = parts_of(request)
    caller = await parts.access.caller(request.scope[HEADERS], request.scope[TOLD])
    return Context(parts.engine, caller.actor, parts.cursors, parts.drift)


Call = Annotated[Context, Depends(_context)]
AllParts = Annotated[Parts, Depends(parts_of)]
