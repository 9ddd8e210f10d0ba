"""What people changed of the model's labels, as the journal tells it."""

from collections.abc import Sequence

from sqlalchemy import or_, select

from core.domain.events import Event, EventType
from core.storage.journal import event_of
from core.storage.store import Store
from core.storage.tables import journal
from core.storage.tables.flow import CORRECTED


class Corrections(Store):
    async def tickets(self, up_to: int | None, limit: int) -> list[int]:
        """The newest `limit` tickets, not above `up_to`, on which somebody ever changed a label."""
        query = select(journal.c.ticket_id).where(CORRECTED, journal.c.ticket_id.is_not(None)).distinct()
        if up_to is not None:
            query = query.where(journal.c.ticket_id <= up_to)
        rows = await self.connection.execute(query.order_by(journal.c.ticket_id.desc()).limit(limit))
        return list(rows.scalars())

    async def story(self, ticket_ids: Sequence[int]) -> list[Event]:
        """What the model said and what people changed on these tickets, in order."""
        analysed = journal.c.type == EventType.MESSAGE_ANALYSED.value
        query = select(journal).where(journal.c.ticket_id.in_(ticket_ids), or_(CORRECTED, analysed))
        return [event_of(row) for row in await self.connection.execute(query.order_by(journal.c.seq))]
