"""The verbs of the desk: what people and programs do to tickets. Each checks its actor, runs in one transaction,
and leaves a journal row. API and screens call these and nothing below."""

from collections.abc import Mapping

from config.holder import RulesHolder
from core import answering, assignment, bulk, drafts, replies, undoing
from core.changing import TicketPatch, check_version, held, patched
from core.domain.access import Actor, Permission
from core.domain.bulk import Assignee, BulkOutcome, BulkUndo
from core.domain.drafts import DraftKind
from core.domain.entities import Message, Ticket
from core.domain.enums import Channel, TicketStatus
from core.domain.errors import Conflict, InvalidInput
from core.links import Links
from core.personal import person_of
from core.storage.database import Database
from core.taking_back import take_back

__all__ = ["Assignee", "BulkOutcome", "BulkUndo", "Desk", "TicketPatch"]


class Desk:
    """`version`, where it is asked for, is the ticket's version that the actor saw; None means "whatever it is"."""

    def __init__(self, database: Database, rules: RulesHolder, links: Links) -> None:
        self._database, self._rules, self._links = database, rules, links

    async def change(self, actor: Actor, ticket_id: int, patch: TicketPatch, version: int | None = None) -> Ticket:
        """Raises VersionConflict, NotFound, NotAllowed, InvalidInput, or Conflict for a status that can't follow."""
        actor.require(Permission.TICKET_CHANGE)
        if patch.is_empty:
            raise InvalidInput("body", "changes nothing", "Name at least one field to change")
        async with self._database.transaction() as tx:
            ticket = await held(tx, ticket_id, version)
            columns = await patched(tx, actor, ticket, patch, self._rules.current)
            return await tx.tickets.change(ticket_id, ticket.version, **columns) if columns else ticket

    async def change_many(
        self,
        actor: Actor,
        versions: Mapping[int, int | None],
        patch: TicketPatch,
        *,
        assignee: Assignee | None = None,
    ) -> BulkOutcome:
        """The same change to at most 200 tickets in one transaction; each is changed or refused on its own.

        `versions` maps ticket ids to the versions that the actor saw. Raises NotAllowed for who may change no ticket,
        and InvalidInput for what would be wrong on every ticket; nothing is changed then.
        """
        wanted = bulk.Change(patch, assignee)
        async with self._database.transaction() as tx:
            return await bulk.change_many(tx, actor, versions, wanted, self._rules.current)

    async def undo_many(self, actor: Actor, undo: BulkUndo) -> BulkOutcome:
        """Put back what a bulk change did, where nobody changed the same since; `undo` of the outcome does it again."""
        async with self._database.transaction() as tx:
            return await undoing.undo_many(tx, actor, undo)

    async def take(self, actor: Actor, ticket_id: int) -> Ticket:
        """Claim an unowned ticket for oneself; of two who try at once, one gets Conflict."""
        actor.require(Permission.TICKET_ASSIGN_SELF)
        async with self._database.transaction() as tx:
            user = await tx.users.get(_user_id(actor))
            await assignment.take(tx, actor, await held(tx, ticket_id, None), user)
            return await tx.tickets.get(ticket_id)

    async def assign(self, actor: Actor, ticket_id: int, user_id: int | None, version: int | None = None) -> Ticket:
        """Give a ticket to a user, or to nobody. Who takes an unowned one needs not have seen its last version."""
        async with self._database.transaction() as tx:
            ticket = await held(tx, ticket_id, None)
            user = await tx.users.get(user_id) if user_id is not None else None
            if not assignment.is_taking(actor, ticket, user):
                check_version(ticket, version)
            await assignment.give(tx, actor, ticket, user)
            return await tx.tickets.get(ticket_id)

    async def reply(
        self,
        actor: Actor,
        ticket_id: int,
        text: str,
        *,
        version: int | None = None,
        then: TicketStatus | None = TicketStatus.PENDING_CUSTOMER,
        seen_message_id: int | None = None,
        patch: TicketPatch | None = None,
        macro_id: int | None = None,
        channel: Channel | None = None,
    ) -> Message:
        """Answer the customer; the reply leaves through the outbox. `then` is the ticket's status afterwards.

        It goes the way that the customer came last, or by `channel`; InvalidInput when they can't be reached there.

        With `seen_message_id`, the newest customer message that the writer saw, a newer one stops the reply with
        Conflict, so that nobody answers blind. `patch` is what a macro changes beside the answer, `macro_id` the
        macro, whose use is counted and told; InvalidInput while one of its variables is still in the text.
        """
        actor.require(Permission.TICKET_REPLY)
        wanted = answering.Answer(text, then, seen_message_id, patch or TicketPatch(), macro_id, channel)
        wanted.check(actor)
        async with self._database.transaction() as tx:
            ticket = await held(tx, ticket_id, version)
            await drafts.sent(tx, actor, ticket_id, DraftKind.REPLY)
            return await answering.answer(tx, actor, ticket, wanted, replies.House(self._rules.current, self._links))

    async def mark_read(self, actor: Actor, ticket_id: int, customer_messages: int) -> None:
        """Remember that this user has seen so many of the customer's messages; seeing fewer later takes nothing back.

        No change of the ticket: it has no journal row, and the version stays. Raises NotFound.
        """
        user_id = person_of(actor, Permission.TICKET_READ)
        async with self._database.read() as tx:
            seen = min(customer_messages, (await tx.tickets.get(ticket_id)).customer_messages)
            known = (await tx.ticket_reads.of_user(user_id, [ticket_id])).get(ticket_id, 0)
        if seen <= known:
            return
        async with self._database.transaction() as tx:
            await tx.ticket_reads.raise_to(user_id, ticket_id, seen)

    async def note(self, actor: Actor, ticket_id: int, text: str) -> Message:
        actor.require(Permission.TICKET_NOTE)
        async with self._database.transaction() as tx:
            ticket = await held(tx, ticket_id, None)
            await drafts.sent(tx, actor, ticket_id, DraftKind.NOTE)
            return await replies.add_note(tx, actor, ticket, text)

    async def undo_reply(self, actor: Actor, message_id: int) -> bool:
        """Take a reply back that has not left yet; False when it is too late."""
        actor.require(Permission.TICKET_REPLY)
        async with self._database.transaction() as tx:
            message = await tx.messages.get(message_id)
            if message.author != actor.key:
                raise Conflict("Only its writer can take a reply back.")
            ticket = await held(tx, message.ticket_id, None)
            cancelled = await tx.outbox.cancel(message_id)
            if cancelled is None:
                return False
            columns = await take_back(tx, actor, ticket, cancelled, self._rules.current)
            await tx.tickets.change(ticket.id, ticket.version, **columns)
            return True


def _user_id(actor: Actor) -> int:
    if actor.user_id is None:
        raise InvalidInput("assignee_id", "a token is nobody who could take a ticket", "Name a user to assign it to")
    return actor.user_id
