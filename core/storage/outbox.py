"""The outbox: every message that must leave, delivered once, with each attempt on record."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from core.domain.entities import OutboxItem
from core.domain.enums import DeliveryState
from core.domain.errors import NotFound
from core.storage.claims import any_claimable, claim, end_dead_leases
from core.storage.store import Store
from core.storage.tables import delivery_attempts, outbox

LEASE = timedelta(seconds=90)
ANSWER_KEY = "answer:"
"""How the effect keys of automatic answers begin."""

_STUCK = (DeliveryState.DEAD.value, DeliveryState.UNCERTAIN.value)


class Outbox(Store):
    async def add(self, rows: Sequence[dict[str, Any]]) -> None:
        """Queue messages: id, effect_key, channel, recipient, ticket_id, message_id, payload, run_at each."""
        now = self.tx.now
        defaults = {"state": DeliveryState.PENDING.value, "attempts": 0, "created_at": now}
        await self.tx.insert(outbox, [{**defaults, **row} for row in rows])

    async def any_due(self) -> bool:
        return await any_claimable(self.tx, outbox, DeliveryState.PENDING.value)

    async def claim(self, limit: int) -> list[OutboxItem]:
        rows = await claim(self.tx, outbox, DeliveryState.PENDING.value, LEASE, limit)
        return [_item(row) for row in rows]

    async def end_dead_leases(self) -> int:
        return await end_dead_leases(self.tx, outbox)

    async def doubt(self, item_id: int, error: str) -> bool:
        """Nobody knows whether it left: an operator decides."""
        values = {"attempts": outbox.c.attempts + 1, "last_error": error}
        return await self._end(item_id, DeliveryState.UNCERTAIN, "uncertain", error, **values)

    async def any_interrupted(self) -> bool:
        """Whether a process died while it handed something over."""
        interrupted = (outbox.c.state == DeliveryState.SENDING.value) & (outbox.c.lease_until < self.tx.now)
        return (await self.connection.execute(select(outbox.c.id).where(interrupted).limit(1))).first() is not None

    async def settle_interrupted(self, repeatable: Collection[str]) -> int:
        """Decide on deliveries whose process died while handing over. Returns how many there were.

        A channel in `repeatable` recognises a repeat, so it is tried again; on the others nobody can know whether
        the message left, so it waits for an operator instead of being sent twice.
        """
        interrupted = (outbox.c.state == DeliveryState.SENDING.value) & (outbox.c.lease_until < self.tx.now)
        again = update(outbox).where(interrupted, outbox.c.channel.in_(repeatable))
        unsure = update(outbox).where(interrupted, outbox.c.channel.not_in(repeatable))
        told = "The process stopped while handing this over; whether it left is not known."
        values = {"claimed_by": None, "lease_until": None}
        count = (await self.connection.execute(again.values(state=DeliveryState.PENDING.value, **values))).rowcount
        uncertain = unsure.values(state=DeliveryState.UNCERTAIN.value, last_error=told, **values)
        return count + (await self.connection.execute(uncertain)).rowcount

    async def begin_sending(self, item_id: int) -> bool:
        """Say that the hand-over starts now; False when the claim was lost."""
        mine = outbox.c.claimed_by == self.tx.database.process
        started = update(outbox).where(outbox.c.id == item_id, outbox.c.state == DeliveryState.CLAIMED.value, mine)
        values = {"state": DeliveryState.SENDING.value, "lease_until": self.tx.now + LEASE}
        return (await self.connection.execute(started.values(**values))).rowcount == 1

    async def sent(self, item_id: int, external_id: str, detail: str) -> bool:
        """As `retry` and `bury`: False, and nothing changed, when another process has taken the delivery over."""
        values = {"external_id": external_id, "sent_at": self.tx.now, "last_error": None}
        return await self._end(item_id, DeliveryState.SENT, "sent", detail, **values)

    async def retry(self, item_id: int, run_at: datetime, error: str) -> bool:
        values = {"attempts": outbox.c.attempts + 1, "run_at": run_at, "last_error": error}
        return await self._end(item_id, DeliveryState.PENDING, "failed", error, **values)

    async def put_off(self, item_id: int, run_at: datetime, reason: str) -> None:
        """Give a claimed delivery back without an attempt."""
        await self._end(item_id, DeliveryState.PENDING, None, reason, run_at=run_at, last_error=reason)

    async def bury(self, item_id: int, error: str) -> bool:
        values = {"attempts": outbox.c.attempts + 1, "last_error": error}
        return await self._end(item_id, DeliveryState.DEAD, "dead", error, **values)

    async def cancel(self, message_id: int) -> OutboxItem | None:
        """Take back what has not been claimed yet; None when it is on its way or gone."""
        waiting = update(outbox).where(
            outbox.c.message_id == message_id, outbox.c.state == DeliveryState.PENDING.value, outbox.c.attempts == 0
        )
        cancelled = waiting.values(state=DeliveryState.CANCELLED.value).returning(*outbox.c)
        row = (await self.connection.execute(cancelled)).first()
        return _item(row) if row else None

    async def stuck(self, limit: int = 200) -> list[OutboxItem]:
        """Dead and uncertain deliveries, which wait for an operator."""
        query = select(outbox).where(outbox.c.state.in_(_STUCK)).order_by(outbox.c.id).limit(limit)
        return [_item(row) for row in await self.connection.execute(query)]

    async def of_messages(self, message_ids: Sequence[int]) -> dict[int, OutboxItem]:
        """The delivery of each message that has one."""
        rows = await self.connection.execute(select(outbox).where(outbox.c.message_id.in_(message_ids)))
        return {row.message_id: _item(row) for row in rows}

    async def counts_to(self, recipients: Sequence[str], since: datetime) -> dict[str, int]:
        """How many messages were queued to each of these addresses since a moment."""
        query = select(outbox.c.recipient, func.count()).where(
            outbox.c.recipient.in_(recipients), outbox.c.created_at >= since
        )
        rows = await self.connection.execute(query.group_by(outbox.c.recipient))
        return dict(rows.all())

    async def count_answers(self, ticket_id: int) -> int:
        """How often the desk answered this ticket on its own; receipts and surveys are no answers."""
        query = select(func.count()).where(outbox.c.ticket_id == ticket_id, outbox.c.effect_key.startswith(ANSWER_KEY))
        found: int = (await self.connection.execute(query)).scalar_one()
        return found

    async def requeue(self, item_id: int) -> OutboxItem:
        """Send a stuck delivery again. Raises NotFound when it is not stuck."""
        revived = (
            update(outbox)
            .where(outbox.c.id == item_id, outbox.c.state.in_(_STUCK))
            .values(state=DeliveryState.PENDING.value, attempts=0, run_at=self.tx.now)
            .returning(*outbox.c)
        )
        row = (await self.connection.execute(revived)).first()
        if row is None:
            raise NotFound("dead or uncertain delivery", item_id)
        return _item(row)

    async def counts(self) -> dict[str, int]:
        rows = await self.connection.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state))
        return dict(rows.all())

    async def _end(self, item_id: int, state: DeliveryState, outcome: str | None, detail: str, **values: Any) -> bool:
        mine = update(outbox).where(outbox.c.id == item_id, outbox.c.claimed_by == self.tx.database.process)
        ended = mine.values(state=state.value, claimed_by=None, lease_until=None, **values)
        if not (await self.connection.execute(ended)).rowcount:
            return False
        if outcome is not None:
            row = {"outbox_id": item_id, "at": self.tx.now, "outcome": outcome, "detail": detail[:2000]}
            await self.tx.insert(delivery_attempts, [row])
        return True


def _item(row: Any) -> OutboxItem:
    return OutboxItem(
        id=row.id,
        effect_key=row.effect_key,
        channel=row.channel,
        recipient=row.recipient,
        ticket_id=row.ticket_id,
        message_id=row.message_id,
        payload=row.payload,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        run_at=row.run_at,
        last_error=row.last_error,
        created_at=row.created_at,
        sent_at=row.sent_at,
    )
