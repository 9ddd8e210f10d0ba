"""Tells what was committed: one tail of the journal for each process, in the order in which every reader sees it."""

import asyncio
import logging
from collections.abc import Callable, Sequence

from core.domain.errors import Unavailable
from core.domain.events import Event
from core.storage.database import Database
from core.wake import Wake

log = logging.getLogger(__name__)

Listener = Callable[[Sequence[Event]], None]
BATCH = 500
POLL_SECONDS = 1.0
GATHER_SECONDS = 0.02
"""News that comes close together is read together."""

CATCH_UP_SECONDS = 0.02
"""On PostgreSQL a row is shown once no older transaction runs; so soon after news the tail looks again."""


class Bus:
    """Listeners get committed events in batches. They must be quick, must not raise, and run on the event loop."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._listeners: list[Listener] = []
        self._wake = Wake()
        self._task: asyncio.Task[None] | None = None
        self.seq = 0
        """The last event that was told."""

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Returns the function that ends the subscription."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def wake(self) -> None:
        """Something was committed, here or in another process."""
        self._wake.ring()

    async def start(self) -> None:
        async with self._database.read() as tx:
            self.seq = await tx.journal.last_seq()
        self._database.committed.listen(self.wake)
        self._task = asyncio.create_task(self._run(), name="bus")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        failing = False
        while True:
            woken = await self._wake.wait(POLL_SECONDS)
            if woken:
                await asyncio.sleep(GATHER_SECONDS)
            try:
                told = await self._tell()
                if woken and not told and not self._database.is_sqlite:
                    await asyncio.sleep(CATCH_UP_SECONDS)
                    await self._tell()
                if failing:
                    log.info("screens hear news again")
                failing = False
            except Unavailable as error:
                if not failing:
                    log.warning("screens wait for news: %s", error)
                failing = True
            except Exception:
                log.exception("the journal can't be read; the bus tries again")

    async def _tell(self) -> int:
        count = 0
        while True:
            async with self._database.read() as tx:
                events = await tx.journal.after(self.seq, BATCH)
            if not events:
                return count
            self.seq = events[-1].seq
            count += len(events)
            for listener in list(self._listeners):
                self._call(listener, events)

    def _call(self, listener: Listener, events: Sequence[Event]) -> None:
        try:
            listener(events)
        except Exception:
            log.exception("a listener of the bus failed; the others go on")
