"""The model's threads, driven by fakes: what it batches, whom it prefers, whom it refuses."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence

import pytest

from core.domain.errors import Unavailable
from core.domain.ports import AnalyzerState, Urgency
from models.runtime import Limits, ModelThreads

PATIENT = Limits(batch=4, gather_seconds=60.0, waiting=8, retry_seconds=0.01)
EAGER = Limits(batch=4, gather_seconds=0.0, waiting=8, retry_seconds=60.0)


class FakeEngine:
    """Echoes jobs in capitals; holds each batch until `gate` is open and keeps what it was given."""

    name = "fake"

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.threads = 0
        self.gate = threading.Event()
        self.entered = threading.Event()
        self.gate.set()

    def enter(self) -> None:
        self.threads += 1

    def process(self, jobs: Sequence[str]) -> list[str]:
        self.batches.append(list(jobs))
        self.entered.set()
        assert self.gate.wait(10)
        if "poison" in jobs:
            raise ValueError("cannot read this")
        return [job.upper() for job in jobs]


Start = Callable[..., ModelThreads[str, str]]


@pytest.fixture
def start() -> Iterator[Start]:
    threads: list[ModelThreads[str, str]] = []

    def begin(load: Callable[[], FakeEngine], limits: Limits, count: int = 1) -> ModelThreads[str, str]:
        thread: ModelThreads[str, str] = ModelThreads(load, limits, count)
        threads.append(thread)
        thread.start()
        return thread

    yield begin
    for thread in threads:
        thread.close()


async def held(thread: ModelThreads[str, str], engine: FakeEngine) -> "asyncio.Task[list[str]]":
    """Occupies the engine with one job until the gate opens."""
    await thread.settled()
    engine.gate.clear()
    engine.entered.clear()
    task = asyncio.create_task(thread.submit(["held"], Urgency.INTERACTIVE))
    assert await asyncio.to_thread(engine.entered.wait, 10)
    return task


async def until(holds: Callable[[], bool]) -> None:
    """Yields to the loop until another thread has made it so."""
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - a thread has no asyncio.Event to set
            await asyncio.sleep(0)


async def queued(thread: ModelThreads[str, str], count: int) -> None:
    await until(lambda: thread.waiting >= count)


async def test_results_come_in_the_order_of_the_jobs(start: Start) -> None:
    thread = start(FakeEngine, EAGER)
    await thread.settled()
    assert await thread.submit(list("abcdefghij"), Urgency.BULK) == list("ABCDEFGHIJ")


async def test_waiting_jobs_of_several_callers_share_a_batch(start: Start) -> None:
    engine = FakeEngine()
    thread = start(lambda: engine, PATIENT)
    await thread.settled()
    answers = await asyncio.gather(*(thread.submit([job], Urgency.BULK) for job in "abcd"))
    assert answers == [["A"], ["B"], ["C"], ["D"]]
    assert engine.batches == [["a", "b", "c", "d"]]


async def test_no_batch_exceeds_the_limit(start: Start) -> None:
    engine = FakeEngine()
    thread = start(lambda: engine, EAGER)
    await thread.settled()
    await thread.submit([str(number) for number in range(9)], Urgency.BULK)
    assert max(map(len, engine.batches)) <= 4


async def test_an_interactive_job_goes_before_waiting_bulk_and_alone(start: Start) -> None:
    engine = FakeEngine()
    thread = start(lambda: engine, EAGER)
    blocker = await held(thread, engine)
    bulk = asyncio.create_task(thread.submit(list("abcde"), Urgency.BULK))
    await queued(thread, 5)
    person = asyncio.create_task(thread.submit(["person"], Urgency.INTERACTIVE))
    await queued(thread, 6)
    engine.gate.set()
    await asyncio.gather(blocker, bulk, person)
    assert engine.batches[1:3] == [["person"], list("abcd")]


async def test_an_interactive_job_waits_for_no_company(start: Start) -> None:
    thread = start(FakeEngine, PATIENT)
    await thread.settled()
    assert await asyncio.wait_for(thread.submit(["now"], Urgency.INTERACTIVE), 10) == ["NOW"]


async def test_too_many_waiting_jobs_are_refused_and_the_earlier_ones_answered(start: Start) -> None:
    engine = FakeEngine()
    thread = start(lambda: engine, EAGER)
    blocker = await held(thread, engine)
    accepted = asyncio.create_task(thread.submit(list("abcdefgh"), Urgency.BULK))
    await queued(thread, 8)
    with pytest.raises(Unavailable, match="overloaded"):
        await thread.submit(["one more"], Urgency.BULK)
    engine.gate.set()
    assert await accepted == list("ABCDEFGH")
    await blocker


async def test_jobs_of_a_cancelled_caller_are_not_run(start: Start) -> None:
    engine = FakeEngine()
    thread = start(lambda: engine, EAGER)
    blocker = await held(thread, engine)
    abandoned = asyncio.create_task(thread.submit(["abandoned"], Urgency.BULK))
    await queued(thread, 1)
    abandoned.cancel()
    with pytest.raises(asyncio.CancelledError):
        await abandoned
    engine.gate.set()
    await blocker
    assert await thread.submit(["later"], Urgency.BULK) == ["LATER"]
    assert not any("abandoned" in batch for batch in engine.batches)


async def test_one_bad_job_harms_only_its_own_caller(start: Start) -> None:
    engine = FakeEngine()
    thread = start(lambda: engine, PATIENT)
    await thread.settled()
    answers = await asyncio.gather(
        *(thread.submit([job], Urgency.BULK) for job in ("a", "poison", "b", "c")), return_exceptions=True
    )
    assert isinstance(answers[1], Unavailable)
    assert [answers[0], answers[2], answers[3]] == [["A"], ["B"], ["C"]]


async def test_before_loading_ends_callers_are_refused(start: Start) -> None:
    loading = threading.Event()

    def load() -> FakeEngine:
        assert loading.wait(10)
        return FakeEngine()

    thread = start(load, EAGER)
    assert thread.state is AnalyzerState.LOADING
    with pytest.raises(Unavailable, match="loading"):
        await thread.submit(["early"], Urgency.BULK)
    loading.set()
    assert await thread.settled() is AnalyzerState.READY
    assert thread.detail == "fake"


async def test_a_failed_load_is_told_and_repeated(start: Start) -> None:
    attempts: list[int] = []
    repaired = threading.Event()

    def load() -> FakeEngine:
        attempts.append(1)
        if not repaired.is_set():
            raise OSError("weights are gone")
        return FakeEngine()

    thread = start(load, PATIENT)
    assert await thread.settled() is AnalyzerState.FAILED
    with pytest.raises(Unavailable, match="weights are gone"):
        await thread.submit(["a"], Urgency.BULK)
    repaired.set()
    await until(lambda: thread.state is AnalyzerState.READY)
    assert len(attempts) >= 2


async def test_closing_refuses_what_waits(start: Start) -> None:
    engine = FakeEngine()
    thread = start(lambda: engine, EAGER)
    blocker = await held(thread, engine)
    waiting = asyncio.create_task(thread.submit(["waiting"], Urgency.BULK))
    await queued(thread, 1)
    closing = asyncio.create_task(asyncio.to_thread(thread.close))
    await until(lambda: thread.state is not AnalyzerState.READY)
    engine.gate.set()
    await closing
    assert await blocker == ["HELD"]
    with pytest.raises(Unavailable, match="shut down"):
        await waiting
    with pytest.raises(Unavailable, match="shut down"):
        await thread.submit(["late"], Urgency.BULK)


async def test_no_jobs_need_no_model() -> None:
    thread: ModelThreads[str, str] = ModelThreads(FakeEngine, EAGER)
    assert await thread.submit([], Urgency.BULK) == []
    thread.close()
    thread.close()


def test_a_caller_whose_loop_has_ended_harms_nobody(start: Start) -> None:
    engine = FakeEngine()
    thread = start(lambda: engine, EAGER)

    async def give_up() -> None:
        await held(thread, engine)

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(_cancelled(give_up))
    engine.gate.set()

    async def ask() -> list[str]:
        return await thread.submit(["next"], Urgency.BULK)

    assert asyncio.run(ask()) == ["NEXT"]


async def _cancelled(begin: Callable[[], object]) -> None:
    await begin()  # type: ignore[misc]
    raise asyncio.CancelledError


async def test_while_one_thread_reads_another_takes_the_next_batch(start: Start) -> None:
    engine = FakeEngine()
    threads = start(lambda: engine, EAGER, 2)
    first = await held(threads, engine)
    engine.entered.clear()
    second = asyncio.create_task(threads.submit(["b"], Urgency.INTERACTIVE))
    assert await asyncio.to_thread(engine.entered.wait, 10)
    engine.gate.set()
    assert (await first, await second) == (["HELD"], ["B"])
    assert engine.batches == [["held"], ["b"]]
    assert engine.threads == 2


async def test_a_request_that_two_threads_share_is_answered_once_and_in_order(start: Start) -> None:
    engine = FakeEngine()
    threads = start(lambda: engine, EAGER, 2)
    await threads.settled()
    for _ in range(50):
        assert await threads.submit(list("abcdefg"), Urgency.BULK) == list("ABCDEFG")
    assert max(map(len, engine.batches)) <= EAGER.batch


async def test_closing_waits_for_every_thread(start: Start) -> None:
    engine = FakeEngine()
    threads = start(lambda: engine, EAGER, 3)
    await threads.settled()
    await until(lambda: engine.threads == 3)
    threads.close()
    assert [thread.is_alive() for thread in threads._threads] == [False] * 3
