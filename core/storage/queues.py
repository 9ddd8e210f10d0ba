"""Queues, kept in step with the rules file."""

from collections.abc import Sequence

from sqlalchemy import func, select, update

from core.domain.entities import Queue
from core.storage.store import Store
from core.storage.tables import queues, tickets


class Queues(Store):
    async def all(self) -> list[Queue]:
        rows = await self.connection.execute(select(queues).order_by(queues.c.position, queues.c.id))
        return [Queue(row.id, row.name, tuple(row.skills), row.position) for row in rows]

    async def put(self, wanted: Sequence[Queue]) -> None:
        """Make the table say what the rules say; a queue that the rules dropped stays, since tickets name it."""
        known = {queue.id for queue in await self.all()}
        for queue in wanted:
            values = {"name": queue.name, "skills": list(queue.skills), "position": queue.position}
            if queue.id in known:
                await self.connection.execute(update(queues).where(queues.c.id == queue.id).values(**values))
            else:
                await self.tx.insert(queues, [{"id": queue.id, **values}])

    async def open_counts(self) -> dict[str | None, int]:
        """How many open tickets each queue holds; None counts those not routed yet."""
        query = select(tickets.c.queue_id, func.count()).where(tickets.c.is_open.is_(True)).group_by(tickets.c.queue_id)
        rows = await self.connection.execute(query)
        return dict(rows.all())
