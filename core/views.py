"""What people and programs read. Each call checks its actor and sees one consistent state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.customer_history import CustomerHistory, history_of
from core.domain.access import Actor, Permission
from core.domain.entities import Attachment, Customer, Queue, SlaClock, Ticket, User
from core.domain.enums import ClockKind
from core.domain.errors import NotFound
from core.domain.events import Event, EventType
from core.domain.filters import TicketCursor, TicketFilter, TicketSort
from core.similar import SimilarTicket, similar_to
from core.storage.blobs import Blobs
from core.storage.database import Database
from core.storage.receipts import RawMessage
from core.ticket_views import MessageView, TicketView, message_views, view_of

__all__ = ["CustomerHistory", "MessageView", "QueueLoad", "SimilarTicket", "TicketView", "Views"]

MOST_ON_A_PAGE = 200


@dataclass(frozen=True, slots=True)
class QueueLoad:
    queue: Queue
    open: int


class Views:
    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database, self._blobs = database, blobs

    async def tickets(
        self,
        actor: Actor,
        wanted: TicketFilter,
        sort: TicketSort = TicketSort.DUE,
        cursor: TicketCursor | None = None,
        limit: int = 50,
    ) -> tuple[list[Ticket], TicketCursor | None]:
        """A page of the list and the cursor of the next one."""
        actor.require(Permission.TICKET_READ)
        async with self._database.read() as tx:
            return await tx.ticket_pages.page(wanted, sort, cursor, min(limit, MOST_ON_A_PAGE))

    async def tickets_with_clocks(
        self, actor: Actor, tickets: Sequence[Ticket]
    ) -> dict[int, dict[ClockKind, SlaClock]]:
        actor.require(Permission.TICKET_READ)
        async with self._database.read() as tx:
            return await tx.sla_clocks.of_tickets([ticket.id for ticket in tickets])

    async def counts(self, actor: Actor, wanted: Mapping[str, TicketFilter], most: int) -> dict[str, int]:
        """How many tickets each filter holds, counted up to `most`, so that a count costs the same at any size."""
        actor.require(Permission.TICKET_READ)
        async with self._database.read() as tx:
            return {name: await tx.ticket_pages.count(one, most) for name, one in wanted.items()}

    async def loads(self, actor: Actor) -> dict[int, int]:
        """How many open tickets each assignee has."""
        actor.require(Permission.TICKET_READ)
        async with self._database.read() as tx:
            return await tx.tickets.loads()

    async def search(
        self, actor: Actor, query: str, wanted: TicketFilter, before_message: int | None = None, limit: int = 50
    ) -> tuple[list[Ticket], int | None]:
        """Tickets with a message that holds every word of `query`, by newest match."""
        actor.require(Permission.TICKET_READ)
        async with self._database.read() as tx:
            return await tx.search.tickets(query, wanted, before_message, min(limit, MOST_ON_A_PAGE))

    async def ticket(self, actor: Actor, ticket_id: int) -> TicketView:
        actor.require(Permission.TICKET_READ)
        async with self._database.read() as tx:
            return await view_of(tx, ticket_id)

    async def messages_after(self, actor: Actor, ticket_id: int, message_id: int) -> tuple[MessageView, ...]:
        """What was said on a ticket since `message_id`, oldest first."""
        actor.require(Permission.TICKET_READ)
        async with self._database.read() as tx:
            await tx.tickets.get(ticket_id)
            return await message_views(tx, await tx.messages.of_ticket(ticket_id, after_id=message_id))

    async def reads(self, actor: Actor, ticket_ids: Sequence[int]) -> dict[int, int]:
        """How many of the customer's messages this user has seen, of the tickets among these that they have opened.

        What is unread of a ticket is `customer_messages` less the larger of this and `answered_messages`.
        """
        actor.require(Permission.TICKET_READ)
        if actor.user_id is None:
            return {}
        async with self._database.read() as tx:
            return await tx.ticket_reads.of_user(actor.user_id, ticket_ids)

    async def similar(self, actor: Actor, ticket_id: int, limit: int = 5) -> list[SimilarTicket]:
        """Other tickets whose customers wrote much the same lately, the likest first."""
        actor.require(Permission.TICKET_READ)
        async with self._database.read() as tx:
            return await similar_to(tx, await tx.tickets.get(ticket_id), limit)

    async def many(self, actor: Actor, ids: Sequence[int]) -> dict[int, Ticket]:
        """The tickets that exist among `ids`, for refreshing rows on a screen."""
        actor.require(Permission.TICKET_READ)
        async with self._database.read() as tx:
            return await tx.tickets.get_many(ids)

    async def queues(self, actor: Actor) -> list[QueueLoad]:
        actor.require(Permission.TICKET_READ)
        async with self._database.read() as tx:
            counts = await tx.queues.open_counts()
            return [QueueLoad(queue, counts.get(queue.id, 0)) for queue in await tx.queues.all()]

    async def users(self, actor: Actor) -> list[User]:
        actor.require(Permission.TICKET_READ)
        async with self._database.read() as tx:
            return await tx.users.all()

    async def customer(self, actor: Actor, customer_id: int) -> Customer:
        actor.require(Permission.CUSTOMER_READ)
        async with self._database.read() as tx:
            return await tx.customers.get(customer_id)

    async def history(self, actor: Actor, customer_id: int) -> CustomerHistory:
        """What the desk knows of a customer from before. Raises NotFound."""
        actor.require(Permission.CUSTOMER_READ)
        actor.require(Permission.TICKET_READ)
        async with self._database.read() as tx:
            return await history_of(tx, customer_id)

    async def customers(self, actor: Actor, before_id: int | None, limit: int, name_starts: str = "") -> list[Customer]:
        """Newest first, below `before_id`."""
        actor.require(Permission.CUSTOMER_READ)
        async with self._database.read() as tx:
            return await tx.customers.page(before_id, min(limit, MOST_ON_A_PAGE), name_starts)

    async def events(
        self,
        actor: Actor,
        after: int,
        limit: int = 200,
        *,
        ticket_id: int | None = None,
        types: Sequence[EventType] = (),
    ) -> list[Event]:
        """Journal rows after a sequence number, in the order in which every reader sees them."""
        actor.require(Permission.EVENTS_READ)
        async with self._database.read() as tx:
            return await tx.journal.after(after, min(limit, 1_000), ticket_id=ticket_id, types=types)

    async def last_seq(self, actor: Actor) -> int:
        actor.require(Permission.EVENTS_READ)
        async with self._database.read() as tx:
            return await tx.journal.last_seq()

    async def attachment(self, actor: Actor, attachment_id: int) -> tuple[Attachment, bytes]:
        """Raises NotFound also for a file that the limits refused."""
        actor.require(Permission.TICKET_READ)
        async with self._database.read() as tx:
            found = await tx.attachments.get(attachment_id)
        if found.blob is None:
            raise NotFound("content of attachment", attachment_id)
        return found, await self._blobs.get(found.blob)

    async def original(self, actor: Actor, message_id: int) -> RawMessage | None:
        """The message as it came, with its content loaded; None for what did not come from outside."""
        actor.require(Permission.TICKET_READ)
        async with self._database.read() as tx:
            raw = await tx.receipts.raw_of(message_id)
        if raw is None or raw.content is not None or raw.blob is None:
            return raw
        return RawMessage(await self._blobs.get(raw.blob), raw.blob, raw.content_type)
