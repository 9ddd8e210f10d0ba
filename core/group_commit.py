"""Group commit: callers that arrive within a few milliseconds share one transaction, and so one wait for the disk."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from core.domain.errors import Conflict, FrontlineError, Unavailable

MOST_TOGETHER = 64
ATTEMPTS = 3

T = TypeVar("T")
R = TypeVar("R")


class GroupCommit(Generic[T, R]):
    """`commit` stores a group and answers each member with a result or the error that only it deserves.

    When a commit fails as a whole its members are tried one by one, so that one bad member costs only itself.
    """

    def __init__(
        self,
        commit: Callable[[Sequence[T]], Awaitable[Sequence[R | FrontlineError]]],
        *,
        wait_seconds: float,
        most_waiting: int,
    ) -> None:
        self._commit, self._wait, self._most_waiting = commit, wait_seconds, most_waiting
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._running: asyncio.Task[None] | None = None

    async def submit(self, member: T) -> R:
        """Returns after the commit that holds `member`. Raises Unavailable at once when too many wait already."""
        if len(self._waiting) >= self._most_waiting:
            raise Unavailable("Too many messages wait to be stored")
        answer: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((member, answer))
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run())
        # Shielded: a caller that hangs up must not undo a commit that holds other callers' messages.
        return await asyncio.shield(answer)

    async def _run(self) -> None:
        # Whoever comes first waits a moment for company, since a commit costs much the same for one as for sixty.
        await asyncio.sleep(self._wait)
        while self._waiting:
            group, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
            await self._store(group)
            if 0 < len(self._waiting) < MOST_TOGETHER:
                await asyncio.sleep(self._wait)

    async def _store(self, group: Sequence[tuple[T, asyncio.Future[R]]]) -> None:
        try:
            answers: Sequence[R | Exception] = await self._commit([member for member, _ in group])
        except Unavailable as error:
            answers = [error] * len(group)
        except Exception:
            answers = [await self._store_alone(member) for member, _ in group]
        for (_, future), answer in zip(group, answers, strict=True):
            _settle(future, answer)

    async def _store_alone(self, member: T) -> R | Exception:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                (answer,) = await self._commit([member])
            except Exception as error:
                # A conflict is a race with another process for the same row: at the next look the row is there.
                if not isinstance(error, Conflict) or attempt == ATTEMPTS:
                    return error
            else:
                return answer
        raise AssertionError("the loop returns")


def _settle(future: asyncio.Future[R], answer: R | Exception) -> None:
    if future.done():
        return
    if isinstance(answer, Exception):
        future.set_exception(answer)
        # The caller may have hung up; asyncio would then log an exception that nobody fetched.
        future.exception()
    else:
        future.set_result(answer)
