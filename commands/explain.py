"""`explain`: how the desk works, and what happened to one ticket, from the tables that the engine runs by."""

import asyncio
import sys
from collections.abc import Iterator, Sequence

from commands.composition import build_engine, prepared, read_settings
from config.rules import RoutingRule
from core.agents.operations import COUNTED
from core.domain.access import SYSTEM
from core.domain.events import Event
from core.schedule import Schedule
from core.subscriptions import SUBSCRIPTIONS


def explain(ticket_id: int | None) -> None:
    lines = _desk() if ticket_id is None else asyncio.run(_ticket(ticket_id))
    sys.stdout.write("\n".join(lines) + "\n")


def _desk() -> list[str]:
    engine = build_engine(read_settings())
    return [*_subscriptions(), "", *_schedule(engine.schedule), "", *_rules(engine.rules.current.routing)]


def _subscriptions() -> Iterator[str]:
    yield "Events and what follows"
    for entry in SUBSCRIPTIONS:
        when = "" if entry.at_once else " (as work of its own)"
        after = f" after {entry.delay_seconds:g} s" if entry.delay_seconds else ""
        yield f"  {entry.event.value:24} → {entry.handler:42} {entry.does}{after}{when}"
    yield f"  {len(COUNTED)} kinds of event      → MeasureEvaluateOperations reads the journal and counts them by hour"


def _schedule(schedule: Schedule) -> Iterator[str]:
    yield "By the clock"
    for job in schedule.jobs:
        yield f"  every {job.every.total_seconds():>4g} s  {job.name:18} {job.does}"


def _rules(routing: Sequence[RoutingRule]) -> Iterator[str]:
    yield "Routing rules, first match by number"
    for rule in routing:
        yield f"  {rule.number:>4} {rule.id:12} {rule.queue:20} {rule.description}"


async def _ticket(ticket_id: int) -> list[str]:
    async with prepared(read_settings()) as engine:
        view = await engine.views.ticket(SYSTEM, ticket_id)
    ticket = view.ticket
    head = f"#{ticket.id} {ticket.subject} ({ticket.status.value}, {ticket.priority.value}, {ticket.queue_name})"
    return [head, *(_line(event) for event in view.events)]


def _line(event: Event) -> str:
    told = ", ".join(f"{key}={value}" for key, value in event.data.items())
    return f"  {event.at:%Y-%m-%d %H:%M:%S}  {event.seq:>7}  {event.type.value:22} {event.actor_name:26} {told[:160]}"
