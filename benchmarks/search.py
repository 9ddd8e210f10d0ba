"""Queue pages, search and opening a ticket on a desk with a million tickets. Budget: p95 under 100 ms server time."""

import argparse
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from benchmarks.figures import percentiles
from benchmarks.history import words_of_search, write_history
from commands.composition import build_engine, read_settings
from core.bootstrap import Engine
from core.domain.access import SYSTEM
from core.domain.enums import ClockState, Priority
from core.domain.filters import TicketFilter, TicketSort

ROUNDS = 20
PAGE = 50
VIEWS = {
    "all open": TicketFilter(open=True),
    "one queue": TicketFilter(open=True, queues=("technical_support",)),
    "mine": TicketFilter(open=True, assignee_id=7),
    "unassigned": TicketFilter(open=True, unassigned=True),
    "escalated": TicketFilter(open=True, escalated=True),
    "everything": TicketFilter(),
    "waiting long": TicketFilter(open=True, waiting_longer_than=timedelta(minutes=30)),
    "breached": TicketFilter(open=True, sla_states=(ClockState.BREACHED,)),
    "critical of a queue": TicketFilter(open=True, queues=("vip_support",), priorities=(Priority.CRITICAL,)),
}


async def run(url: str, given: argparse.Namespace) -> dict[str, Any]:
    engine = build_engine(read_settings(database_url=url))
    try:
        await engine.prepare()
        started = time.perf_counter()
        await write_history(engine, given.tickets)
        written = time.perf_counter() - started
        pages = {name: await _timed(_pages(engine, view)) for name, view in VIEWS.items()}
        sorted_pages = {
            f"{name} by {sort.value}": await _timed(_pages(engine, view, sort))
            for sort in TicketSort
            if sort is not TicketSort.DUE
            for name, view in VIEWS.items()
        }
        searches = {kind: await _timed(_search(engine, words)) for kind, words in words_of_search()}
        filtered = await _timed(_search(engine, "please", TicketFilter(open=True, queues=("vip_support",))))
        deeper = await _timed(_search_pages(engine, "please"))
        opened = await _timed(_open(engine, given.tickets))
        similar = await _timed(lambda number: engine.views.similar(SYSTEM, 10_000 + given.tickets - 1 - number * 97))
        history = await _timed(lambda number: engine.views.history(SYSTEM, 1 + number * 97))
        counts = await _timed(lambda number: engine.views.queues(SYSTEM))
    finally:
        await engine.database.close()
    return {
        "tickets": given.tickets,
        "written_in_seconds": round(written, 1),
        "queue_page": {**pages, **sorted_pages},
        "search": {**searches, "common word in one queue": filtered, "common word, later pages": deeper},
        "ticket_open": opened,
        "similar_tickets": similar,
        "customer_history": history,
        "queue_counts": counts,
        "budget": {"p95_ms": 100},
    }


async def _timed(call: Callable[[int], Awaitable[object]]) -> dict[str, float]:
    """The first call warms the cache and is not counted."""
    await call(0)
    took = []
    for number in range(1, ROUNDS + 1):
        started = time.perf_counter()
        await call(number)
        took.append((time.perf_counter() - started) * 1000)
    return percentiles(took)


def _pages(engine: Engine, view: TicketFilter, sort: TicketSort = TicketSort.DUE) -> Callable[[int], Awaitable[object]]:
    """Each call reads the page after the one that the last call read."""
    cursor = None

    async def call(number: int) -> None:
        nonlocal cursor
        _, cursor = await engine.views.tickets(SYSTEM, view, sort, cursor, PAGE)

    return call


def _search(engine: Engine, words: str, wanted: TicketFilter | None = None) -> Callable[[int], Awaitable[object]]:
    async def call(number: int) -> None:
        await engine.views.search(SYSTEM, words, wanted or TicketFilter(), None, PAGE)

    return call


def _search_pages(engine: Engine, words: str) -> Callable[[int], Awaitable[object]]:
    before = None

    async def call(number: int) -> None:
        nonlocal before
        _, before = await engine.views.search(SYSTEM, words, TicketFilter(), before, PAGE)

    return call


def _open(engine: Engine, count: int) -> Callable[[int], Awaitable[object]]:
    async def call(number: int) -> None:
        await engine.views.ticket(SYSTEM, 10_000 + number * 7919 % count)

    return call
