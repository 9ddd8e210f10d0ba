"""Closes tickets that have stayed resolved long enough."""

from datetime import timedelta

from config.holder import RulesHolder
from core import status
from core.domain.access import service_agent
from core.domain.enums import TicketStatus
from core.storage.database import Database

ACTOR = service_agent("HandleServiceExceptions")
BATCH = 200


class Closing:
    def __init__(self, database: Database, rules: RulesHolder) -> None:
        self._database, self._rules = database, rules

    async def close_resolved(self) -> int:
        """Returns how many tickets were closed."""
        rules = self._rules.current
        before = self._database.clock.now() - timedelta(hours=rules.lifecycle.close_resolved_after_hours)
        async with self._database.read() as tx:
            if not await tx.tickets.resolved_before(before, 1):
                return 0
        async with self._database.transaction() as tx:
            found = await tx.tickets.resolved_before(before, BATCH)
            held = await tx.tickets.lock_many([ticket.id for ticket in found])
            still = [ticket for ticket in held.values() if ticket.status is TicketStatus.RESOLVED]
            for ticket in still:
                columns = await status.move(tx, ACTOR, ticket, TicketStatus.CLOSED, rules)
                await tx.tickets.change_many([{"id": ticket.id, **columns}])
        return len(still)
