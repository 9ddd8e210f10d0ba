"""Reads what was heard of, once for all browsers."""

import logging
from collections.abc import Iterable

from core.bootstrap import Engine
from core.domain.access import SYSTEM
from core.domain.errors import NotFound
from core.domain.filters import TicketFilter
from core.views import TicketView
from ui.live.heard import Heard
from ui.news import News
from ui.tickets.counts import Counts
from ui.tickets.rows import row_of

log = logging.getLogger(__name__)

MOST_OF_A_CUSTOMER = 200
"""Rows that change with a customer's name or tier; more open tickets than that show it when they are loaded."""


async def read_news(engine: Engine, heard: Heard, watched: Iterable[int | None], counts: Counts | None = None) -> News:
    """The tickets as they are now, those of `watched` in full. Raises what the database raises."""
    ids = set(heard.tickets)
    for customer_id in heard.customers:
        wanted = TicketFilter(open=True, customer_id=customer_id)
        page, _ = await engine.views.tickets(SYSTEM, wanted, limit=MOST_OF_A_CUSTOMER)
        ids.update(ticket.id for ticket in page)
    found = await engine.views.many(SYSTEM, sorted(ids)) if ids else {}
    return News(
        rows={ticket_id: row_of(found[ticket_id]) if ticket_id in found else None for ticket_id in sorted(ids)},
        watched=await _in_full(engine, {ticket_id for ticket_id in watched if ticket_id in ids}),
        presence=engine.presence.of(heard.looked_at),
        counts=counts,
        seq=heard.seq,
    )


async def _in_full(engine: Engine, ids: Iterable[int | None]) -> dict[int, TicketView]:
    found = {}
    for ticket_id in ids:
        try:
            if ticket_id is not None:
                found[ticket_id] = await engine.views.ticket(SYSTEM, ticket_id)
        except NotFound:
            log.info("ticket %s is gone while it is being watched", ticket_id)
    return found
