"""The notification area: what each person should know, and how much of it they have seen."""

from core.domain.access import Actor, Permission
from core.domain.alerts import Alert, AlertKind
from core.personal import person_of
from core.storage.database import Database

__all__ = ["Alert", "AlertKind", "Alerts"]

MOST_KEPT = 200


class Alerts:
    """Written by core.agents.alerting; each person reads their own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, actor: Actor, limit: int = 50) -> list[Alert]:
        """The newest first."""
        user_id = person_of(actor, Permission.TICKET_READ)
        async with self._database.read() as tx:
            return await tx.alerts.of(user_id, max(1, min(limit, MOST_KEPT)))

    async def unread(self, actor: Actor) -> int:
        user_id = person_of(actor, Permission.TICKET_READ)
        async with self._database.read() as tx:
            return await tx.alerts.unread(user_id)

    async def mark_read(self, actor: Actor, up_to_id: int) -> None:
        """Everything up to this one is seen; what came after the list was read is not."""
        user_id = person_of(actor, Permission.TICKET_READ)
        async with self._database.transaction() as tx:
            await tx.alerts.mark_read(user_id, up_to_id)

    async def prune(self) -> int:
        """Forget the oldest of who has too many; returns of how many people."""
        async with self._database.read() as tx:
            crowded = await tx.alerts.crowded(MOST_KEPT)
        for user_id in crowded:
            async with self._database.transaction() as tx:
                await tx.alerts.keep_newest(user_id, MOST_KEPT)
        return len(crowded)
