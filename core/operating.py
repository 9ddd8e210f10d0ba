"""What an operator does: looks after what is stuck, and reloads the rules."""

from config.holder import RulesHolder
from core.domain.access import Actor, Permission
from core.domain.entities import OutboxItem, QuarantineItem, WorkItem
from core.domain.events import EventType, NewEvent
from core.queues import put_queues
from core.storage.blobs import Blobs
from core.storage.database import Database
from core.storage.receipts import RawMessage


class Operating:
    def __init__(self, database: Database, blobs: Blobs, rules: RulesHolder) -> None:
        self._database, self._blobs, self._rules = database, blobs, rules

    async def dead_work(self, actor: Actor) -> list[WorkItem]:
        actor.require(Permission.OPERATE)
        async with self._database.read() as tx:
            return await tx.work.dead()

    async def requeue_work(self, actor: Actor, item_id: int) -> WorkItem:
        actor.require(Permission.OPERATE)
        async with self._database.transaction() as tx:
            item = await tx.work.requeue(item_id)
            data = {"kind": "work", "id": item_id, "handler": item.handler}
            tx.record(NewEvent(EventType.WORK_REQUEUED, actor, item.ticket_id, data=data))
        return item

    async def stuck_deliveries(self, actor: Actor) -> list[OutboxItem]:
        """Given up, or interrupted so that nobody knows whether they left."""
        actor.require(Permission.OPERATE)
        async with self._database.read() as tx:
            return await tx.outbox.stuck()

    async def requeue_delivery(self, actor: Actor, item_id: int) -> OutboxItem:
        actor.require(Permission.OPERATE)
        async with self._database.transaction() as tx:
            item = await tx.outbox.requeue(item_id)
            data = {"kind": "delivery", "id": item_id, "channel": item.channel}
            tx.record(NewEvent(EventType.WORK_REQUEUED, actor, item.ticket_id, data=data))
        return item

    async def quarantined(self, actor: Actor, before_id: int | None = None, limit: int = 50) -> list[QuarantineItem]:
        actor.require(Permission.OPERATE)
        async with self._database.read() as tx:
            return await tx.quarantine.page(before_id, limit)

    async def quarantined_raw(self, actor: Actor, item_id: int) -> bytes:
        actor.require(Permission.OPERATE)
        async with self._database.read() as tx:
            raw: RawMessage = await tx.quarantine.raw_of(item_id)
        return raw.content if raw.content is not None else await self._blobs.get(raw.blob or "")

    async def dismiss_quarantined(self, actor: Actor, item_id: int) -> None:
        actor.require(Permission.OPERATE)
        async with self._database.transaction() as tx:
            await tx.quarantine.dismiss(item_id)

    async def reload_rules(self, actor: Actor) -> None:
        """Swap the rules for those in the file now; raises ConfigurationError and keeps the old ones."""
        actor.require(Permission.OPERATE)
        rules = self._rules.reload()
        async with self._database.transaction() as tx:
            await put_queues(tx, rules)
            tx.record(NewEvent(EventType.RULES_RELOADED, actor, data={"file": self._rules.path.name}))
