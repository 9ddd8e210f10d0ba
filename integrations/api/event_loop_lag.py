"""How late the event loop runs what is due: the one number that shows when something holds it."""

import asyncio
from collections.abc import Callable

EVERY_SECONDS = 0.02


class EventLoopLag:
    """Measures from the first call of `start` on, and gives each delay in seconds to `observe`. A timer, not a task:
    nothing has to be stopped."""

    def __init__(self, observe: Callable[[float], object] | None = None) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._observe = observe
        self._worst = 0.0
        self.last = 0.0

    def start(self) -> None:
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop = loop
            self._wait(loop)

    def take_worst(self) -> float:
        """The longest delay since this was last asked, in seconds."""
        worst, self._worst = self._worst, 0.0
        return worst

    def _wait(self, loop: asyncio.AbstractEventLoop) -> None:
        due = loop.time() + EVERY_SECONDS
        loop.call_at(due, self._tick, loop, due)

    def _tick(self, loop: asyncio.AbstractEventLoop, due: float) -> None:
        self.last = max(0.0, loop.time() - due)
        self._worst = max(self._worst, self.last)
        if self._observe is not None:
            self._observe(self.last)
        self._wait(loop)
