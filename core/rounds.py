"""The loop of whatever looks for work, does it and waits for more, for as long as the desk runs."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from core.domain.errors import Unavailable
from core.wake import Wake

log = logging.getLogger(__name__)

POLL_SECONDS = 0.5


class Rounds:
    """Repeats `do_round`, which says how much it did: at once after work was found, else when woken.

    A round that fails ends nothing: it is logged, and what it had claimed is taken again when the claims run out. An
    outage is told when it begins and when it is over. `rest` says how many seconds to keep still before the next round.
    """

    def __init__(
        self,
        name: str,
        do_round: Callable[[], Awaitable[int]],
        *,
        loops: int = 1,
        stop_seconds: float,
        rest: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self._name, self._do_round, self._loops, self._rest = name, do_round, loops, rest
        self._stop_seconds = stop_seconds
        self._bell = Wake()
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = False

    def wake(self) -> None:
        """There may be work: look now."""
        self._bell.ring()

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._run(), name=f"{self._name}-{n}") for n in range(self._loops)]

    async def stop(self) -> None:
        """Let the rounds under way end, for `stop_seconds` at most."""
        self._stopping = True
        self._bell.ring()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self._stop_seconds)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def drain(self) -> int:
        """Do all that is due now, and return how much there was."""
        done = 0
        while count := await self._do_round():
            done += count
        return done

    async def _run(self) -> None:
        failing = False
        while not self._stopping:
            try:
                done = await self._do_round()
                if failing:
                    log.info("%s: goes on", self._name)
                failing = False
            except Unavailable as error:
                if not failing:
                    log.warning("%s: waits: %s", self._name, error)
                failing, done = True, 0
            except Exception:
                log.exception("%s: a round failed; its claims run out and are taken again", self._name)
                done = 0
            if seconds := self._rest():
                await asyncio.sleep(seconds)
            elif not done:
                await self._bell.wait(POLL_SECONDS)
