"""Reads messages by themselves or by the page, with what belongs to each."""

from collections.abc import Sequence

from core.domain.access import Actor, Permission
from core.domain.entities import Message
from core.storage.database import Database
from core.storage.transaction import Transaction
from core.views import MessageView


class MessageReader:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def one(self, actor: Actor, message_id: int) -> MessageView:
        actor.require(Permission.TICKET_READ)
        async with self._database.read() as tx:
            (view,) = await _views(tx, [await tx.messages.get(message_id)])
        return view

    async def of_ticket(self, actor: Actor, ticket_id: int, after_id: int, limit: int) -> list[MessageView]:
        """Oldest first, above `after_id`; raises NotFound for an unknown ticket."""
        actor.require(Permission.TICKET_READ)
        async with self._database.read() as tx:
            await tx.tickets.get(ticket_id)
            return await _views(tx, await tx.messages.of_ticket(ticket_id, after_id, limit))


async def _views(tx: Transaction, messages: Sequence[Message]) -> list[MessageView]:
    ids = [message.id for message in messages]
    analyses = await tx.analyses.of_messages(ids)
    files = await tx.attachments.of_messages(ids)
    deliveries = await tx.outbox.of_messages(ids)
    return [
        MessageView(found, analyses.get(found.id), tuple(files.get(found.id, ())), deliveries.get(found.id))
        for found in messages
    ]
