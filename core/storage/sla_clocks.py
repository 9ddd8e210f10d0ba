"""SLA clocks: two for each ticket, found by the moment at which they next need a look."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from core.domain.entities import SlaClock
from core.domain.enums import ClockKind, ClockState
from core.storage.store import Store
from core.storage.tables import sla_clocks


class SlaClocks(Store):
    async def of_tickets(self, ticket_ids: Sequence[int]) -> dict[int, dict[ClockKind, SlaClock]]:
        rows = await self.connection.execute(select(sla_clocks).where(sla_clocks.c.ticket_id.in_(ticket_ids)))
        found: dict[int, dict[ClockKind, SlaClock]] = {}
        for row in rows:
            found.setdefault(row.ticket_id, {})[ClockKind(row.kind)] = _clock(row)
        return found

    async def due(self, now: datetime, limit: int) -> list[SlaClock]:
        """Clocks that need a look by `now`, the longest due first. Nothing is locked."""
        query = select(sla_clocks).where(sla_clocks.c.next_check_at <= now).order_by(sla_clocks.c.next_check_at)
        return [_clock(row) for row in await self.connection.execute(query.limit(limit))]

    async def add(self, rows: Sequence[dict[str, Any]]) -> None:
        await self.tx.insert(sla_clocks, rows)

    async def change_many(self, clocks: Sequence[SlaClock]) -> None:
        """Write clocks back as they are."""
        if not clocks:
            return
        changed = update(sla_clocks).where(
            sla_clocks.c.ticket_id == bindparam("the_ticket"), sla_clocks.c.kind == bindparam("the_kind")
        )
        values: Any = {name: bindparam(f"new_{name}", type_=sla_clocks.c[name].type) for name in _CHANGING}
        await self.connection.execute(changed.values(**values), [_parameters(clock) for clock in clocks])


_CHANGING = (
    "state",
    "target_seconds",
    "due_at",
    "warn_at",
    "escalate_at",
    "next_check_at",
    "paused_at",
    "paused_seconds",
    "met_at",
    "breached_at",
    "cause",
)


def row_of(clock: SlaClock) -> dict[str, Any]:
    return {
        "ticket_id": clock.ticket_id,
        "kind": clock.kind.value,
        "started_at": clock.started_at,
        **{name: getattr(clock, name) for name in _CHANGING},
        "state": clock.state.value,
    }


def _parameters(clock: SlaClock) -> dict[str, Any]:
    row = row_of(clock)
    keys = {"the_ticket": clock.ticket_id, "the_kind": clock.kind.value}
    return {**keys, **{f"new_{name}": row[name] for name in _CHANGING}}


def _clock(row: Any) -> SlaClock:
    return SlaClock(
        ticket_id=row.ticket_id,
        kind=ClockKind(row.kind),
        state=ClockState(row.state),
        started_at=row.started_at,
        target_seconds=row.target_seconds,
        due_at=row.due_at,
        warn_at=row.warn_at,
        escalate_at=row.escalate_at,
        next_check_at=row.next_check_at,
        paused_at=row.paused_at,
        paused_seconds=row.paused_seconds,
        met_at=row.met_at,
        breached_at=row.breached_at,
        cause=row.cause,
    )
