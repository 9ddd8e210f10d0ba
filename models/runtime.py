"""A few threads share the model: one loads it, each gathers waiting jobs into micro-batches and hands results to event
loops. Threads that read a batch each need not wait for one another, as threads that share the work of one batch do.

Interactive jobs go first and wait for nobody. Bulk jobs wait up to `gather_seconds` for company. Loading that fails is
repeated every `retry_seconds`; meanwhile callers are told why.
"""

import asyncio
import logging
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Generic, Protocol, TypeVar

from core.domain.errors import Unavailable
from core.domain.ports import AnalyzerState, Urgency

log = logging.getLogger(__name__)

J_contra = TypeVar("J_contra", contravariant=True)
J = TypeVar("J")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)

_CLOSE_SECONDS: Final = 10.0
NICENESS: Final = 5


class Engine(Protocol[J_contra, R_co]):
    """What the threads drive, several at once."""

    @property
    def name(self) -> str: ...

    def enter(self) -> None:
        """Called once in each thread before it processes."""
        ...

    def process(self, jobs: Sequence[J_contra]) -> Sequence[R_co]:
        """One result for each job, in order."""
        ...


def give_way() -> None:
    """Let the system prefer the event loop to this thread when both want a core. Linux knows priorities of threads."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


@dataclass(frozen=True, slots=True)
class Limits:
    """`waiting` counts jobs not yet begun; beyond it a request is refused rather than queued."""

    batch: int = 32
    gather_seconds: float = 0.005
    waiting: int = 4096
    retry_seconds: float = 30.0


@dataclass(eq=False)
class _Request(Generic[J, R]):
    """Jobs of one caller, answered together. `is_abandoned` is set by the loop's thread, read by the model's
    threads."""

    jobs: Sequence[J]
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[list[R]]"
    results: dict[int, R] = field(default_factory=dict)
    is_abandoned: bool = False


@dataclass(frozen=True, slots=True)
class _Item(Generic[J, R]):
    request: _Request[J, R]
    index: int
    arrived: float


class ModelThreads(Generic[J, R]):
    """Runs an engine in threads of its own. All public methods may be called from any event loop."""

    def __init__(self, load: Callable[[], Engine[J, R]], limits: Limits | None = None, threads: int = 1) -> None:
        self._load, self._count = load, threads
        self._limits = limits or Limits()
        self._changed = threading.Condition()
        self._queues: dict[Urgency, deque[_Item[J, R]]] = {urgency: deque() for urgency in Urgency}
        self._settled_waiters: list[tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]] = []
        self._state = AnalyzerState.LOADING
        self._detail = "The model has not been started"
        self._is_closing = False
        self._threads: list[threading.Thread] = []

    @property
    def state(self) -> AnalyzerState:
        return self._state

    @property
    def detail(self) -> str:
        return self._detail

    @property
    def waiting(self) -> int:
        """Jobs that no batch has taken yet."""
        return sum(map(len, self._queues.values()))

    def start(self) -> None:
        """Begins to load in the background and returns at once. A second call does nothing."""
        with self._changed:
            if not self._threads and not self._is_closing:
                self._detail = "The model is loading"
                self._begin(self._run)

    def _begin(self, work: Callable[[], None]) -> None:
        self._threads.append(threading.Thread(target=work, name=f"model-{len(self._threads)}", daemon=True))
        self._threads[-1].start()

    def close(self) -> None:
        """Refuses what waits, lets running batches end, joins the threads. May be called twice."""
        with self._changed:
            self._is_closing = True
            self._state, self._detail = AnalyzerState.FAILED, "The model was shut down"
            self._changed.notify_all()
            threads = list(self._threads)
        deadline = time.monotonic() + _CLOSE_SECONDS
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        self._refuse_all()

    async def settled(self) -> AnalyzerState:
        """Waits until the state is no longer LOADING and returns it."""
        loop = asyncio.get_running_loop()
        with self._changed:
            if self._state is not AnalyzerState.LOADING:
                return self._state
            waiter = loop.create_future()
            self._settled_waiters.append((loop, waiter))
        await waiter
        return self._state

    async def submit(self, jobs: Sequence[J], urgency: Urgency) -> list[R]:
        """Results in the order of `jobs`; raises Unavailable while there is no model or too much waits for it.

        Cancelling the caller withdraws the jobs that have not begun.
        """
        if not jobs:
            return []
        loop = asyncio.get_running_loop()
        request: _Request[J, R] = _Request(jobs, loop, loop.create_future())
        self._enqueue(request, urgency)
        try:
            return await request.future
        finally:
            request.is_abandoned = True

    def _enqueue(self, request: _Request[J, R], urgency: Urgency) -> None:
        with self._changed:
            if self._state is not AnalyzerState.READY:
                retry = self._limits.retry_seconds if self._state is AnalyzerState.FAILED else 1.0
                raise Unavailable(self._detail, retry)
            if self.waiting and self.waiting + len(request.jobs) > self._limits.waiting:
                raise Unavailable(f"The model is overloaded: {self.waiting} messages wait for it")
            now = time.monotonic()
            self._queues[urgency].extend(_Item(request, index, now) for index in range(len(request.jobs)))
            self._changed.notify_all()

    def _run(self) -> None:
        give_way()
        engine = self._load_until_it_works()
        if engine is None:
            return
        with self._changed:
            for _ in range(0 if self._is_closing else self._count - 1):
                self._begin(partial(self._help, engine))
        self._work(engine)

    def _help(self, engine: Engine[J, R]) -> None:
        give_way()
        self._work(engine)

    def _work(self, engine: Engine[J, R]) -> None:
        engine.enter()
        while (batch := self._next_batch()) is not None:
            self._process(engine, batch)
            del batch

    def _load_until_it_works(self) -> Engine[J, R] | None:
        """The engine, or None when closed first. Logs the first failure of a row and the recovery."""
        has_failed = False
        while not self._is_closing:
            try:
                engine = self._load()
            except Exception as error:
                log.log(logging.DEBUG if has_failed else logging.ERROR, "The model cannot be loaded", exc_info=error)
                has_failed = True
                self._settle(AnalyzerState.FAILED, f"The model cannot be loaded: {str(error) or repr(error)}")
                with self._changed:
                    self._changed.wait_for(lambda: self._is_closing, self._limits.retry_seconds)
                continue
            log.info("The model is ready: %s", engine.name)
            self._settle(AnalyzerState.READY, engine.name)
            return engine
        return None

    def _settle(self, state: AnalyzerState, detail: str) -> None:
        with self._changed:
            if not self._is_closing:
                self._state, self._detail = state, detail
            waiters, self._settled_waiters = self._settled_waiters, []
        for loop, waiter in waiters:
            _hand_over(loop, waiter, None)

    def _next_batch(self) -> list[_Item[J, R]] | None:
        """Waits for work, then for company as the limits say; None when closing."""
        with self._changed:
            while True:
                self._changed.wait_for(lambda: self._is_closing or self.waiting > 0)
                if self._is_closing:
                    return None
                self._gather_company()
                batch = self._take()
                if batch:
                    return batch

    def _gather_company(self) -> None:
        bulk = self._queues[Urgency.BULK]
        if self._queues[Urgency.INTERACTIVE] or not bulk:
            return
        patience = bulk[0].arrived + self._limits.gather_seconds - time.monotonic()
        self._changed.wait_for(self._has_enough, max(0.0, patience))

    def _has_enough(self) -> bool:
        return self._is_closing or bool(self._queues[Urgency.INTERACTIVE]) or self.waiting >= self._limits.batch

    def _take(self) -> list[_Item[J, R]]:
        """Of one urgency: a person who waits is not made to wait for the reading of others."""
        batch: list[_Item[J, R]] = []
        for urgency in (Urgency.INTERACTIVE, Urgency.BULK):
            queue = self._queues[urgency]
            while queue and len(batch) < self._limits.batch:
                item = queue.popleft()
                if not item.request.is_abandoned:
                    batch.append(item)
            if batch:
                break
        return batch

    def _process(self, engine: Engine[J, R], batch: list[_Item[J, R]]) -> None:
        """A batch that fails is repeated job by job, so that one bad message harms only its own caller."""
        try:
            results = engine.process([item.request.jobs[item.index] for item in batch])
        except Exception as error:
            if len(batch) > 1:
                for item in batch:
                    self._process(engine, [item])
                return
            log.exception("The model failed on a message")
            self._fail(batch[0].request, Unavailable(f"The model failed on a message ({type(error).__name__})"))
            return
        for item, result in zip(batch, results, strict=True):
            request = item.request
            request.results[item.index] = result
            if len(request.results) == len(request.jobs):
                ordered = [request.results[index] for index in range(len(request.jobs))]
                _hand_over(request.loop, request.future, ordered)

    def _fail(self, request: _Request[J, R], error: Unavailable) -> None:
        request.is_abandoned = True
        _hand_over(request.loop, request.future, error)

    def _refuse_all(self) -> None:
        with self._changed:
            items = [item for queue in self._queues.values() for item in queue]
            for queue in self._queues.values():
                queue.clear()
            waiters, self._settled_waiters = self._settled_waiters, []
        for request in {id(item.request): item.request for item in items}.values():
            self._fail(request, Unavailable("The model was shut down"))
        for loop, waiter in waiters:
            _hand_over(loop, waiter, None)


def _hand_over(loop: asyncio.AbstractEventLoop, future: "asyncio.Future[R]", outcome: R | Unavailable) -> None:
    """The only place where a thread of the model speaks to an event loop."""

    def deliver() -> None:
        if future.done():
            return
        if isinstance(outcome, Unavailable):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)

    try:
        loop.call_soon_threadsafe(deliver)
    except RuntimeError:
        if not loop.is_closed():
            raise
        # The caller's loop ended before its answer; nobody is left to tell.
