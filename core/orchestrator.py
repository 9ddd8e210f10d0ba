"""CustomerSupportOrchestrator: claims work in batches and runs the agents by the table in core.subscriptions."""

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta

from core.backoff import backoff_seconds
from core.domain.access import SYSTEM
from core.domain.entities import WorkItem
from core.domain.errors import Unavailable
from core.domain.events import Event, EventType, NewEvent
from core.handlers import Handler, NotYet
from core.pressure import Pressure
from core.rounds import Rounds
from core.statistics import Statistics
from core.storage.database import Database
from core.storage.transaction import Transaction
from core.subscriptions import Plan

log = logging.getLogger(__name__)

BATCH = 64
LOOPS = 3
"""Batches under way: one or two in the model, which reads with a thread a core, while another is written."""
SMALL_BATCH, PRESSED_SECONDS = 16, 1.0
"""What each loop does while messages arrive faster than they can be worked on: receipts go first."""

MOST_ATTEMPTS = 8
STOP_SECONDS = 2.0


class CustomerSupportOrchestrator:
    """Runs until stopped. A handler that fails is logged, counted and retried; the others go on."""

    def __init__(
        self,
        database: Database,
        plan: Plan,
        handlers: Mapping[str, Handler],
        statistics: Statistics,
        *,
        pressure: Pressure | None = None,
    ) -> None:
        self._database, self._plan, self._handlers, self._statistics = database, plan, handlers, statistics
        self._pressure = pressure or Pressure()
        self._interrupted: list[int] = []
        self._rounds = Rounds("work", self._once, loops=LOOPS, stop_seconds=STOP_SECONDS, rest=self._rest)

    async def start(self) -> None:
        async with self._database.transaction() as tx:
            await tx.work.end_dead_leases()
        self._database.committed.listen(self._rounds.wake)
        self._rounds.start()

    async def stop(self) -> None:
        """Let the batches under way end, so that no other process has to wait until their claims run out."""
        await self._rounds.stop()

    async def drain(self) -> int:
        """Do all work that is due now and return how many items there were. For tests and `ingest --wait`."""
        return await self._rounds.drain()

    def _rest(self) -> float:
        return PRESSED_SECONDS if self._pressure.is_high else 0.0

    async def _once(self) -> int:
        await self._give_back()
        async with self._database.read() as tx:
            if not await tx.work.any_due():
                return 0
        async with self._database.transaction() as tx:
            items = await tx.work.claim(SMALL_BATCH if self._pressure.is_high else BATCH)
        by_handler: dict[str, list[WorkItem]] = {}
        for item in items:
            by_handler.setdefault(item.handler, []).append(item)
        try:
            for name, some in by_handler.items():
                await self._work(name, some)
        except Unavailable:
            self._interrupted += [item.id for item in items]
            raise
        return len(items)

    async def _give_back(self) -> None:
        """Free what an outage interrupted, which would else wait until its claim runs out. Done work has no row."""
        ids, self._interrupted = self._interrupted, []
        if not ids:
            return
        try:
            await self._put_off(ids, NotYet(0, "interrupted: the database was away"))
        except Unavailable:
            self._interrupted += ids
            raise

    async def _work(self, name: str, items: Sequence[WorkItem]) -> None:
        """Do a batch together; when it fails, one by one, so that one bad item costs only itself."""
        try:
            await self._attempt(name, items)
        except NotYet as wait:
            await self._put_off([item.id for item in items], wait)
        except Unavailable:
            raise
        except Exception as error:
            if len(items) == 1:
                await self._failed(name, items[0], error)
                return
            for item in items:
                await self._work(name, [item])

    async def _attempt(self, name: str, items: Sequence[WorkItem]) -> None:
        handler = self._handlers[name]
        async with self._database.read() as tx:
            events = await tx.journal.get_many([item.event_seq for item in items])
        with self._statistics.timed(name, len(items)):
            prepared = await handler.prepare(events)
            async with self._database.transaction() as tx:
                await tx.work.finish([item.id for item in items])
                await handler.apply(tx, events, prepared)
                await self._follow(tx)

    async def _follow(self, tx: Transaction) -> None:
        """Run what follows from the events just recorded, and from theirs, in the same transaction."""
        while events := await tx.take_events():
            for event_type in dict.fromkeys(event.type for event in events):
                same = [event for event in events if event.type is event_type]
                later = self._plan.later(event_type)
                await tx.work.add([(event, name, delay, None) for event in same for name, delay in later])
                for name in self._plan.at_once(event_type):
                    await self._apply_at_once(tx, name, same)

    async def _apply_at_once(self, tx: Transaction, name: str, events: Sequence[Event]) -> None:
        handler = self._handlers[name]
        mark = tx.mark()
        try:
            with self._statistics.timed(name, len(events)):
                async with tx.savepoint():
                    await handler.apply(tx, events, await handler.prepare(events))
        except Unavailable:
            raise
        except Exception as error:
            tx.forget_since(mark)
            self._statistics.failed(name)
            log.exception("%s failed for %d events; they will be tried one by one", name, len(events))
            told = f"{type(error).__name__}: {error}"
            await tx.work.add([(event, name, backoff_seconds(1), told) for event in events])

    async def _put_off(self, ids: Sequence[int], wait: NotYet) -> None:
        run_at = self._database.clock.now() + timedelta(seconds=wait.seconds)
        async with self._database.transaction() as tx:
            await tx.work.put_off(ids, run_at, str(wait))

    async def _failed(self, name: str, item: WorkItem, error: Exception) -> None:
        told = f"{type(error).__name__}: {error}"
        attempt = item.attempts + 1
        async with self._database.transaction() as tx:
            if attempt < MOST_ATTEMPTS:
                run_at = tx.now + timedelta(seconds=backoff_seconds(attempt))
                ours = await tx.work.retry(item.id, run_at, told)
            elif ours := await tx.work.bury(item.id, told):
                data = {"handler": name, "error": told[:500]}
                tx.record(NewEvent(EventType.WORK_DEAD, SYSTEM, item.ticket_id, data=data))
        if ours:
            self._statistics.failed(name)
            log.error("%s failed on event %d (attempt %d)", name, item.event_seq, attempt, exc_info=error)
        else:
            log.info("%s on event %d was taken over by another process", name, item.event_seq)
