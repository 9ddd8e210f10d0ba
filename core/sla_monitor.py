"""SLAMonitor: looks at clocks when they fall due, and says which warn, breach or call for escalation."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from core import clocks
from core.domain.access import Actor, service_agent
from core.domain.entities import SlaClock, Ticket
from core.domain.enums import ClockState
from core.domain.events import EventType, NewEvent
from core.storage.database import Database
from core.storage.transaction import Transaction

BATCH = 200
MONITOR: Actor = service_agent("SLAMonitor")


class SLAMonitor:
    """Driven by due times, so that its cost is that of what happens, not of how many tickets there are."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def tick(self) -> int:
        """Deal with every clock that is due now; returns how many there were."""
        done = 0
        while count := await self._batch():
            done += count
        return done

    async def _batch(self) -> int:
        async with self._database.read() as tx:
            if not await tx.sla_clocks.due(tx.now, 1):
                return 0
        async with self._database.transaction() as tx:
            # The ticket is locked before its clocks, as everywhere. One that somebody is changing waits for the next
            # tick: what they do may be the very answer that is due.
            found = {clock.ticket_id for clock in await tx.sla_clocks.due(tx.now, BATCH)}
            tickets = await tx.tickets.lock_many(sorted(found), skip_held=True)
            clocks_of = await tx.sla_clocks.of_tickets(list(tickets))
            due = [clock for mine in clocks_of.values() for clock in mine.values() if _is_due(clock, tx.now)]
            await self._advance(tx, tickets, due)
        return len(due)

    async def _advance(self, tx: Transaction, tickets: Mapping[int, Ticket], due: Sequence[SlaClock]) -> None:
        moved = [advance(clock, tickets[clock.ticket_id], tx.now) for clock in due]
        await tx.sla_clocks.change_many([clock for clock, _ in moved])
        for clock, event in moved:
            if event is not None:
                ticket = tickets[clock.ticket_id]
                data = {"clock": clock.kind.value, "due_at": clock.due_at.isoformat(), "queue": ticket.queue_id}
                if event is EventType.SLA_BREACHED:
                    data["cause"] = clock.cause
                tx.record(NewEvent(event, MONITOR, ticket.id, customer_id=ticket.customer_id, data=data))
        stored = await tx.sla_clocks.of_tickets(sorted(tickets))
        await tx.tickets.change_many([{"id": ticket, **clocks.summary(mine)} for ticket, mine in stored.items()])


def _is_due(clock: SlaClock, now: datetime) -> bool:
    return clock.next_check_at is not None and clock.next_check_at <= now


def advance(clock: SlaClock, ticket: Ticket, now: datetime) -> tuple[SlaClock, EventType | None]:
    """The clock after the next thing that time does to it, and what to tell. Pure."""
    event = None
    if clock.state.is_counting:
        if clock.state is not ClockState.BREACHED and now > clock.due_at:
            clock = replace(clock, state=ClockState.BREACHED, breached_at=clock.due_at, cause=cause_of(ticket))
            event = EventType.SLA_BREACHED
        elif clock.escalate_at and now >= clock.escalate_at:
            clock = replace(clock, escalate_at=None)
            event = EventType.SLA_ESCALATION_DUE
        elif clock.state is ClockState.RUNNING and now >= clock.warn_at and now <= clock.due_at:
            clock = replace(clock, state=ClockState.AT_RISK)
            event = EventType.SLA_AT_RISK
    return replace(clock, next_check_at=clocks.next_check(clock)), event


def cause_of(ticket: Ticket) -> str:
    """Why a deadline was missed, as far as the desk can know."""
    if ticket.queue_id is None:
        return "not routed in time"
    if ticket.assignee_id is None:
        return f"nobody in {ticket.queue_name} took it"
    if ticket.waiting_since is None:
        return f"{ticket.assignee_name} answered, but it was not resolved in time"
    return f"{ticket.assignee_name} had not answered the customer"
