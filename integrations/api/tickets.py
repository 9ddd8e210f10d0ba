"""Tickets: the list with its filters, one with all that belongs to it."""

from typing import Annotated

from fastapi import APIRouter, Query

from core.domain.entities import Ticket
from integrations.api.calls import Call, Context
from integrations.api.fields import PathId
from integrations.api.pages import Page
from integrations.api.problems import documented
from integrations.api.responses import Header, Json
from integrations.api.ticket_filters import TicketQuery, read_cursor, write_cursor
from integrations.api.ticket_shapes import TicketBody, TicketDetail, ticket_body, ticket_detail

router = APIRouter(prefix="/api/v1/tickets", tags=["tickets"])


@router.get("", response_model=Page[TicketBody], summary="List or search tickets")
async def list_tickets(call: Call, query: Annotated[TicketQuery, Query()]) -> Json:
    """Filters may be repeated or hold several values with commas between them; all that are given must hold."""
    if query.q is not None:
        tickets, cursor = await _search(call, query, query.q)
    else:
        start = read_cursor(call.cursors, query.sort, query.cursor)
        wanted = query.filter(call.actor)
        tickets, next_page = await call.engine.views.tickets(call.actor, wanted, query.sort, start, query.limit)
        cursor = write_cursor(call.cursors, query.sort, next_page)
    return Json({"items": await bodies_of(call, tickets), "next_cursor": cursor})


async def _search(call: Context, query: TicketQuery, words: str) -> tuple[list[Ticket], str | None]:
    before = call.cursors.read_id("search", query.cursor)
    found, last = await call.engine.views.search(call.actor, words, query.filter(call.actor), before, query.limit)
    return found, call.cursors.write("search", last) if last is not None else None


@router.get("/{ticket_id}", response_model=TicketDetail, summary="One ticket with all of it", responses=documented(404))
async def get_ticket(call: Call, ticket_id: PathId) -> Json:
    """With its messages, the articles that may answer it, and its events. ETag holds the version."""
    view = await call.engine.views.ticket(call.actor, ticket_id)
    return Json(ticket_detail(view), headers=[etag(view.ticket.version)])


async def bodies_of(call: Context, tickets: list[Ticket]) -> list[TicketBody]:
    clocks = await call.engine.views.tickets_with_clocks(call.actor, tickets)
    return [ticket_body(ticket, clocks.get(ticket.id, {})) for ticket in tickets]


async def changed(call: Context, ticket: Ticket) -> Json:
    """The answer to a change: the ticket as it is now."""
    (body,) = await bodies_of(call, [ticket])
    return Json(body, headers=[etag(ticket.version)])


def etag(version: int) -> Header:
    return (b"etag", b'"%d"' % version)
