"""How often things are done: soon after they are asked for, and never more often than is useful."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from nicegui import background_tasks


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: for which news is gathered, at least and for each browser that is told, between two counts of the
    views, between two looks at a person's alerts, and until what failed is tried again."""

    coalesce: float = 0.25
    each: float = 0.0003
    count: float = 1.0
    alerts: float = 2.0
    retry: float = 1.0


class Paced:
    """Runs `work` when it is asked for: `before()` seconds later, and at most once in `after` seconds. What is asked
    for meanwhile is one more run."""

    def __init__(
        self,
        work: Callable[[], Awaitable[None]],
        name: str,
        *,
        before: Callable[[], float] = lambda: 0.0,
        after: float = 0.0,
    ) -> None:
        self._work, self._name, self._before, self._after = work, name, before, after
        self._is_asked = False
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def is_idle(self) -> bool:
        return self._idle.is_set()

    def ask(self) -> None:
        self._is_asked = True
        if self.is_idle:
            self._idle.clear()
            background_tasks.create(self._run(), name=self._name)

    async def until_idle(self) -> None:
        await self._idle.wait()

    async def _run(self) -> None:
        try:
            while self._is_asked:
                await asyncio.sleep(self._before())
                self._is_asked = False
                await self._work()
                await asyncio.sleep(self._after)
        finally:
            self._idle.set()
