"""Work that follows from events: rows written with the event, claimed in batches, deleted in the deed's transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update

from core.domain.entities import WorkItem
from core.domain.enums import WorkState
from core.domain.errors import Conflict, NotFound
from core.domain.events import Event
from core.storage.claims import any_claimable, claim, end_dead_leases
from core.storage.store import Store
from core.storage.tables import work

LEASE = timedelta(seconds=60)


class Work(Store):
    async def plan(self, events: Sequence[Event]) -> None:
        """Write a row for each handler that the subscription table names for these events."""
        handlers_of = self.tx.database.plan.handlers_of
        await self.add([(event, name, delay, None) for event in events for name, delay in handlers_of(event.type)])

    async def add(self, wanted: Sequence[tuple[Event, str, float, str | None]]) -> None:
        """(event, handler, delay in seconds, error of a first attempt that failed) to be run on its own."""
        now = self.tx.now
        rows = [
            {
                "event_seq": event.seq,
                "handler": handler,
                "ticket_id": event.ticket_id,
                "state": WorkState.READY.value,
                "attempts": 0 if error is None else 1,
                "run_at": now + timedelta(seconds=delay),
                "last_error": error,
                "created_at": now,
            }
            for event, handler, delay, error in wanted
        ]
        await self.tx.insert(work, rows)

    async def any_due(self) -> bool:
        return await any_claimable(self.tx, work, WorkState.READY.value)

    async def claim(self, limit: int) -> list[WorkItem]:
        rows = await claim(self.tx, work, WorkState.READY.value, LEASE, limit)
        return [_item(row) for row in rows]

    async def end_dead_leases(self) -> int:
        return await end_dead_leases(self.tx, work)

    async def finish(self, ids: Sequence[int]) -> None:
        """Delete done work in the transaction of what it did. Raises Conflict when a claim was lost meanwhile."""
        done = delete(work).where(work.c.id.in_(ids), work.c.claimed_by == self.tx.database.process)
        if (await self.connection.execute(done)).rowcount != len(ids):
            raise Conflict("A claim on work ran out while it was done; whoever took it over does it.")

    async def retry(self, item_id: int, run_at: datetime, error: str) -> bool:
        """Try again later; False, and nothing changed, when another process has taken the work over."""
        return await self._count(item_id, WorkState.READY, error, run_at=run_at)

    async def bury(self, item_id: int, error: str) -> bool:
        """Give up: the row stays as a dead letter until an operator sends it back. False as with `retry`."""
        return await self._count(item_id, WorkState.DEAD, error)

    async def put_off(self, ids: Sequence[int], run_at: datetime, reason: str) -> None:
        """Give claimed work back without counting an attempt: what it needs is not there yet."""
        back = update(work).where(work.c.id.in_(ids), work.c.claimed_by == self.tx.database.process)
        values = {"state": "ready", "run_at": run_at, "last_error": reason, "claimed_by": None, "lease_until": None}
        await self.connection.execute(back.values(**values))

    async def dead(self, limit: int = 200) -> list[WorkItem]:
        query = select(work).where(work.c.state == WorkState.DEAD.value).order_by(work.c.id).limit(limit)
        return [_item(row) for row in await self.connection.execute(query)]

    async def requeue(self, item_id: int) -> WorkItem:
        """Send a dead letter back to the start. Raises NotFound when it is not dead (any more)."""
        revived = (
            update(work)
            .where(work.c.id == item_id, work.c.state == WorkState.DEAD.value)
            .values(state=WorkState.READY.value, attempts=0, run_at=self.tx.now)
            .returning(*work.c)
        )
        row = (await self.connection.execute(revived)).first()
        if row is None:
            raise NotFound("dead work item", item_id)
        return _item(row)

    async def counts(self) -> dict[str, int]:
        """How many rows wait, are claimed, are dead."""
        rows = await self.connection.execute(select(work.c.state, func.count()).group_by(work.c.state))
        return dict(rows.all())

    async def _count(self, item_id: int, state: WorkState, error: str, **values: Any) -> bool:
        mine = update(work).where(work.c.id == item_id, work.c.claimed_by == self.tx.database.process)
        free = {"claimed_by": None, "lease_until": None}
        told = mine.values(state=state.value, attempts=work.c.attempts + 1, last_error=error[:2000], **free, **values)
        return (await self.connection.execute(told)).rowcount == 1


def _item(row: Any) -> WorkItem:
    return WorkItem(
        id=row.id,
        event_seq=row.event_seq,
        handler=row.handler,
        ticket_id=row.ticket_id,
        state=WorkState(row.state),
        attempts=row.attempts,
        run_at=row.run_at,
        last_error=row.last_error,
        created_at=row.created_at,
    )
