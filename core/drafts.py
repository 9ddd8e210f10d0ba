"""What people have begun to write, kept on the server while they do. A scratch paper: nothing of it is journaled."""

from core.domain.access import Actor, Permission
from core.domain.drafts import Draft, DraftKind
from core.domain.errors import InvalidInput
from core.personal import person_of
from core.replies import LONGEST_REPLY
from core.storage.database import Database
from core.storage.transaction import Transaction

__all__ = ["Draft", "DraftKind", "Drafts"]

_NEEDED = {DraftKind.REPLY: Permission.TICKET_REPLY, DraftKind.NOTE: Permission.TICKET_NOTE}


class Drafts:
    """Everybody's own; nobody sees another's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, actor: Actor, ticket_id: int) -> dict[DraftKind, Draft]:
        user_id = person_of(actor, Permission.TICKET_READ)
        async with self._database.read() as tx:
            return {draft.kind: draft for draft in await tx.drafts.of(user_id, ticket_id)}

    async def mine(self, actor: Actor) -> list[int]:
        """The tickets on which the actor has a draft, the latest first."""
        user_id = person_of(actor, Permission.TICKET_READ)
        async with self._database.read() as tx:
            return await tx.drafts.tickets_of(user_id)

    async def save(
        self, actor: Actor, ticket_id: int, kind: DraftKind, text: str, seen_message_id: int | None = None
    ) -> Draft | None:
        """Keep what is written so far in place of what was; None when there is nothing left to keep.

        Raises InvalidInput for a text that is too long, NotAllowed, or NotFound.
        """
        user_id = person_of(actor, _NEEDED[kind])
        text = text.replace("\x00", "")
        if len(text) > LONGEST_REPLY:
            raise InvalidInput("text", f"has {len(text):,} characters", f"Keep at most {LONGEST_REPLY:,}")
        async with self._database.transaction() as tx:
            if not text.strip():
                await tx.drafts.remove(user_id, ticket_id, kind)
                return None
            await tx.tickets.get(ticket_id)
            draft = Draft(ticket_id, kind, text, seen_message_id, tx.now)
            await tx.drafts.put(user_id, draft)
            return draft


async def sent(tx: Transaction, actor: Actor, ticket_id: int, kind: DraftKind) -> None:
    """What was written is on the ticket now: its draft goes with the same commit."""
    if actor.user_id is not None:
        await tx.drafts.remove(actor.user_id, ticket_id, kind)
