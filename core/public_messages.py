"""What a customer reads of the desk without signing in: the one message that a signed link names."""

from core.domain.entities import Message
from core.domain.enums import DeliveryState, MessageKind
from core.domain.errors import NotFound
from core.links import Links, Signed
from core.storage.database import Database

_SENT_OUT = (MessageKind.REPLY, MessageKind.AUTO_REPLY)


class PublicMessages:
    def __init__(self, database: Database, links: Links) -> None:
        self._database, self._links = database, links

    async def read(self, token: str) -> Message:
        """Raises NotFound alike for a link that is not ours, and for what was never sent or was taken back."""
        message_id = self._links.opened(Signed.MESSAGE, token)
        if message_id is None:
            raise _missing()
        async with self._database.read() as tx:
            message = (await tx.messages.get_many([message_id])).get(message_id)
            delivery = (await tx.outbox.of_messages([message_id])).get(message_id)
        if message is None or message.kind not in _SENT_OUT:
            raise _missing()
        if delivery is None or delivery.state is DeliveryState.CANCELLED:
            raise _missing()
        return message

    async def language(self, ticket_id: int) -> str | None:
        """In which language the customer wrote this ticket, if it is known; the pages behind a link speak it too."""
        async with self._database.read() as tx:
            ticket = (await tx.tickets.get_many([ticket_id])).get(ticket_id)
        return ticket.language if ticket else None


def _missing() -> NotFound:
    return NotFound("message", "behind this link")
