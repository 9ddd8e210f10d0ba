"""The journal: one row for everything that happens, in an order that no reader can slip past."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select, text, tuple_

from core.domain.events import Event, EventType, NewEvent
from core.storage.store import Store
from core.storage.tables import journal


class Journal(Store):
    async def append(self, events: Sequence[NewEvent]) -> list[Event]:
        seqs = await self.tx.sequences.take("journal", len(events))
        txid = 0 if self.tx.is_sqlite else await self._transaction_id()
        now = self.tx.now
        written = [
            Event(
                seq=seq,
                type=event.type,
                at=now,
                actor=event.actor.key,
                actor_name=event.actor.name,
                ticket_id=event.ticket_id,
                message_id=event.message_id,
                customer_id=event.customer_id,
                data=event.data,
            )
            for seq, event in zip(seqs, events, strict=True)
        ]
        await self.tx.insert(journal, [_row(event, txid) for event in written])
        return written

    async def after(
        self, seq: int, limit: int = 500, *, ticket_id: int | None = None, types: Sequence[EventType] = ()
    ) -> list[Event]:
        """Events that follow `seq` in reading order, all of them committed and none of them skipped.

        On SQLite there is one writer, so reading order is `seq`. On PostgreSQL a lower seq may commit later, so
        reading order is (txid, seq) and nothing at or above the oldest running transaction is shown yet.
        """
        query = select(journal).limit(limit)
        if self.tx.is_sqlite:
            query = query.where(journal.c.seq > seq).order_by(journal.c.seq)
        else:
            query = query.where(
                tuple_(journal.c.txid, journal.c.seq) > tuple_(await self._txid_of(seq), seq),
                journal.c.txid < text("pg_snapshot_xmin(pg_current_snapshot())::text::bigint"),
            ).order_by(journal.c.txid, journal.c.seq)
        if ticket_id is not None:
            query = query.where(journal.c.ticket_id == ticket_id)
        if types:
            query = query.where(journal.c.type.in_([kind.value for kind in types]))
        return [event_of(row) for row in await self.connection.execute(query)]

    async def get_many(self, seqs: Sequence[int]) -> list[Event]:
        rows = await self.connection.execute(select(journal).where(journal.c.seq.in_(seqs)).order_by(journal.c.seq))
        return [event_of(row) for row in rows]

    async def of_ticket(self, ticket_id: int, limit: int = 500) -> list[Event]:
        """The newest `limit` events of one ticket, oldest first, including those not yet safe for `after`."""
        query = select(journal).where(journal.c.ticket_id == ticket_id).order_by(journal.c.seq.desc()).limit(limit)
        return [event_of(row) for row in await self.connection.execute(query)][::-1]

    async def last_seq(self) -> int:
        """Where a reader starts that wants only what comes from now on."""
        query = select(func.coalesce(func.max(journal.c.seq), 0))
        if not self.tx.is_sqlite:
            query = (
                select(journal.c.seq)
                .where(journal.c.txid < text("pg_snapshot_xmin(pg_current_snapshot())::text::bigint"))
                .order_by(journal.c.txid.desc(), journal.c.seq.desc())
                .limit(1)
            )
        found: int | None = (await self.connection.execute(query)).scalar_one_or_none()
        return found or 0

    async def _transaction_id(self) -> int:
        found: int = (await self.connection.execute(text("SELECT pg_current_xact_id()::text::bigint"))).scalar_one()
        return found

    async def _txid_of(self, seq: int) -> int:
        """The transaction of `seq`, or of the nearest row before it when that number was never committed."""
        query = select(journal.c.txid).where(journal.c.seq <= seq).order_by(journal.c.seq.desc()).limit(1)
        found: int | None = (await self.connection.execute(query)).scalar_one_or_none()
        return found or 0


def _row(event: Event, txid: int) -> dict[str, Any]:
    return {
        "seq": event.seq,
        "txid": txid,
        "type": event.type.value,
        "version": event.version,
        "at": event.at,
        "actor": event.actor,
        "actor_name": event.actor_name,
        "ticket_id": event.ticket_id,
        "message_id": event.message_id,
        "customer_id": event.customer_id,
        "data": dict(event.data),
    }


def event_of(row: Any) -> Event:
    return Event(
        seq=row.seq,
        type=EventType(row.type),
        at=row.at,
        actor=row.actor,
        actor_name=row.actor_name,
        ticket_id=row.ticket_id,
        message_id=row.message_id,
        customer_id=row.customer_id,
        data=row.data,
        version=row.version,
    )
