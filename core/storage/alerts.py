"""Alerts: what each person should know, the newest ones."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update

from core.domain.alerts import Alert, AlertKind, NewAlert
from core.domain.enums import MessageKind
from core.domain.events import EventType
from core.storage.store import Store
from core.storage.tables import alerts, journal, messages, tickets

LONGEST_TEXT = 300


@dataclass(frozen=True, slots=True)
class Heard:
    """A customer's message on somebody's ticket. `seq` is the journal row of its arrival."""

    user_id: int
    ticket_id: int
    seq: int
    author: str
    text: str


class Alerts(Store):
    async def add(self, wanted: Sequence[NewAlert]) -> None:
        """Those that are there already stay as they are."""
        if not wanted:
            return
        new = [{**asdict(alert), "text": alert.text[:LONGEST_TEXT], "created_at": self.tx.now} for alert in wanted]
        # In one order for everybody: each row makes the database hold its ticket.
        rows = sorted(new, key=lambda row: (row["ticket_id"], row["event_seq"], row["user_id"]))
        added = self.tx.upsert(alerts).on_conflict_do_nothing(index_elements=["user_id", "event_seq", "kind"])
        await self.connection.execute(added, rows)

    async def of(self, user_id: int, limit: int) -> list[Alert]:
        """The newest first."""
        query = select(alerts, tickets.c.subject).join(tickets, tickets.c.id == alerts.c.ticket_id)
        newest = query.where(alerts.c.user_id == user_id).order_by(alerts.c.id.desc()).limit(limit)
        return [_alert(row) for row in await self.connection.execute(newest)]

    async def unread(self, user_id: int) -> int:
        query = select(func.count()).where(alerts.c.user_id == user_id, alerts.c.read_at.is_(None))
        found: int = (await self.connection.execute(query)).scalar_one()
        return found

    async def mark_read(self, user_id: int, up_to_id: int) -> None:
        seen = update(alerts).where(alerts.c.user_id == user_id, alerts.c.id <= up_to_id, alerts.c.read_at.is_(None))
        await self.connection.execute(seen.values(read_at=self.tx.now))

    async def see_before(self, moment: datetime) -> None:
        """As if everybody had seen at once what they were told before `moment`."""
        seen = update(alerts).where(alerts.c.created_at < moment, alerts.c.read_at.is_(None))
        await self.connection.execute(seen.values(read_at=alerts.c.created_at))

    async def heard_by_holders(self, message_ids: Sequence[int]) -> list[Heard]:
        """What customers, and not their machines, wrote on tickets that somebody has; what opened one is left out."""
        query = (
            select(
                tickets.c.assignee_id,
                tickets.c.id,
                journal.c.seq,
                journal.c.data,
                messages.c.author_name,
                func.substr(messages.c.text, 1, LONGEST_TEXT).label("text"),
            )
            .join(tickets, tickets.c.id == messages.c.ticket_id)
            .join(journal, (journal.c.ticket_id == tickets.c.id) & (journal.c.message_id == messages.c.id))
            .where(
                messages.c.id.in_(message_ids),
                messages.c.kind == MessageKind.CUSTOMER.value,
                messages.c.automatic.is_(None),
                tickets.c.assignee_id.is_not(None),
                journal.c.type == EventType.MESSAGE_RECEIVED.value,
            )
        )
        rows = await self.connection.execute(query)
        return [
            Heard(row.assignee_id, row.id, row.seq, row.author_name, row.text) for row in rows if not row.data["opens"]
        ]

    async def crowded(self, most: int) -> list[int]:
        """Who has more than `most`."""
        query = select(alerts.c.user_id).group_by(alerts.c.user_id).having(func.count() > most)
        return list((await self.connection.execute(query)).scalars())

    async def keep_newest(self, user_id: int, most: int) -> None:
        oldest_kept = select(alerts.c.id).where(alerts.c.user_id == user_id).order_by(alerts.c.id.desc())
        last = oldest_kept.offset(most - 1).limit(1).scalar_subquery()
        await self.connection.execute(delete(alerts).where(alerts.c.user_id == user_id, alerts.c.id < last))


def _alert(row: Any) -> Alert:
    return Alert(row.id, AlertKind(row.kind), row.ticket_id, row.subject, row.text, row.created_at, row.read_at)
