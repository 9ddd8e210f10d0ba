"""Messages of a ticket: what customers wrote, what was answered, what was noted."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from core.domain.entities import Message
from core.domain.enums import AutomaticKind, Channel, DeliveryState, MessageKind
from core.domain.errors import NotFound
from core.storage.outbox import ANSWER_KEY
from core.storage.store import Store
from core.storage.tables import messages, outbox


class Messages(Store):
    async def get(self, message_id: int) -> Message:
        found = await self.get_many([message_id])
        if not found:
            raise NotFound("message", message_id)
        return found[message_id]

    async def get_many(self, ids: Sequence[int]) -> dict[int, Message]:
        rows = await self.connection.execute(select(messages).where(messages.c.id.in_(ids)))
        return {row.id: message_of(row) for row in rows}

    async def of_ticket(self, ticket_id: int, after_id: int = 0, limit: int = 500) -> list[Message]:
        """A ticket's messages above `after_id`, oldest first."""
        query = select(messages).where(messages.c.ticket_id == ticket_id, messages.c.id > after_id)
        rows = await self.connection.execute(query.order_by(messages.c.id).limit(limit))
        return [message_of(row) for row in rows]

    async def newest_of_ticket(self, ticket_id: int, kind: MessageKind) -> Message | None:
        query = select(messages).where(messages.c.ticket_id == ticket_id, messages.c.kind == kind.value)
        row = (await self.connection.execute(query.order_by(messages.c.id.desc()).limit(1))).first()
        return message_of(row) if row else None

    async def first_of_tickets(self, ticket_ids: Sequence[int]) -> dict[int, int]:
        """The id of each ticket's first message."""
        query = select(messages.c.ticket_id, func.min(messages.c.id)).where(messages.c.ticket_id.in_(ticket_ids))
        rows = await self.connection.execute(query.group_by(messages.c.ticket_id))
        return {row[0]: row[1] for row in rows}

    async def by_header(self, headers: Sequence[str]) -> dict[str, Message]:
        """The message that each known Message-ID names; of several with the same one, the newest."""
        if not headers:
            return {}
        query = select(messages).where(messages.c.message_id_header.in_(headers)).order_by(messages.c.id)
        return {row.message_id_header: message_of(row) for row in await self.connection.execute(query)}

    async def count_of_ticket(self, ticket_id: int) -> int:
        query = select(func.count()).where(messages.c.ticket_id == ticket_id)
        found: int = (await self.connection.execute(query)).scalar_one()
        return found

    async def any_by_a_person(self, ticket_id: int) -> bool:
        """Whether a customer wrote anything on this ticket that is no automatic mail."""
        query = select(messages.c.id).where(
            messages.c.ticket_id == ticket_id,
            messages.c.kind == MessageKind.CUSTOMER.value,
            messages.c.automatic.is_(None),
        )
        return (await self.connection.execute(query.limit(1))).first() is not None

    async def count_answered(self, ticket_id: int) -> int:
        """How many messages the customer had written when the desk last answered. An answer that was taken back or
        could not be delivered is none, and neither is a receipt or a survey."""
        # By the ticket too, which has an index there.
        sent = (outbox.c.ticket_id == messages.c.ticket_id) & (outbox.c.message_id == messages.c.id)
        answers = select(func.max(messages.c.id)).outerjoin(outbox, sent)
        by_hand = messages.c.kind == MessageKind.REPLY.value
        by_itself = (messages.c.kind == MessageKind.AUTO_REPLY.value) & outbox.c.effect_key.startswith(ANSWER_KEY)
        stands = outbox.c.state.is_(None) | outbox.c.state.not_in(_NOT_SAID)
        answers = answers.where(messages.c.ticket_id == ticket_id, by_hand | by_itself, stands)
        last: int | None = (await self.connection.execute(answers)).scalar_one()
        query = select(func.count()).where(
            messages.c.ticket_id == ticket_id,
            messages.c.kind == MessageKind.CUSTOMER.value,
            messages.c.automatic.is_(None),
            messages.c.id < (last or 0),
        )
        found: int = (await self.connection.execute(query)).scalar_one()
        return found

    async def add(self, rows: Sequence[dict[str, Any]]) -> None:
        await self.tx.insert(messages, [{**_EMPTY, **row} for row in rows])


_NOT_SAID = (DeliveryState.CANCELLED.value, DeliveryState.DEAD.value)

_EMPTY: dict[str, Any] = {
    "address": "",
    "subject": "",
    "html": None,
    "quoted": "",
    "signature": "",
    "message_id_header": None,
    "automatic": None,
    "automatic_reason": "",
    "defects": [],
    "sent_at": None,
}


def message_of(row: Any) -> Message:
    return Message(
        id=row.id,
        ticket_id=row.ticket_id,
        kind=MessageKind(row.kind),
        channel=Channel(row.channel),
        author=row.author,
        author_name=row.author_name,
        address=row.address,
        subject=row.subject,
        text=row.text,
        html=row.html,
        quoted=row.quoted,
        signature=row.signature,
        message_id_header=row.message_id_header,
        automatic=AutomaticKind(row.automatic) if row.automatic else None,
        automatic_reason=row.automatic_reason,
        defects=tuple(row.defects),
        sent_at=row.sent_at,
        created_at=row.created_at,
    )
