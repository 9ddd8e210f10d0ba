"""The loop goes on whatever a round does, and ends when it is told to."""

import asyncio
import logging

import pytest

from core.domain.errors import Unavailable
from core.rounds import Rounds


class _Script:
    """Rounds that do what was written for them, one after the other, and then nothing."""

    def __init__(self, *steps: int | Exception) -> None:
        self.steps = list(steps)
        self.over = asyncio.Event()

    async def __call__(self) -> int:
        if not self.steps:
            self.over.set()
            return 0
        step = self.steps.pop(0)
        if isinstance(step, Exception):
            raise step
        return step


async def _play(script: _Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.rounds.POLL_SECONDS", 0.0)
    rounds = Rounds("errands", script, stop_seconds=5)
    rounds.start()
    await asyncio.wait_for(script.over.wait(), 5)
    await rounds.stop()


async def test_all_that_is_due_is_drained() -> None:
    assert await Rounds("errands", _Script(3, 2, 0, 7), stop_seconds=1).drain() == 5


async def test_an_outage_is_told_when_it_begins_and_when_it_is_over(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "core.rounds")
    away = Unavailable("The database is away")
    await _play(_Script(1, away, away, away, 2, 1), monkeypatch)
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
    assert caplog.messages[0].startswith("errands: waits: The database is away")
    assert caplog.messages[1] == "errands: goes on"


async def test_a_round_that_breaks_is_told_and_ends_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    script = _Script(ArithmeticError("a bad row"), 2, 1)
    await _play(script, monkeypatch)
    assert script.steps == []
    (told,) = caplog.records
    assert (told.levelname, told.exc_info is not None) == ("ERROR", True)


async def test_new_work_is_found_without_waiting_for_the_next_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.rounds.POLL_SECONDS", 3600.0)
    looked: asyncio.Queue[None] = asyncio.Queue()

    async def look() -> int:
        looked.put_nowait(None)
        return 0

    rounds = Rounds("errands", look, stop_seconds=5)
    rounds.start()
    await asyncio.wait_for(looked.get(), 5)
    rounds.wake()
    await asyncio.wait_for(looked.get(), 5)
    await rounds.stop()


async def test_stopping_lets_the_round_under_way_end() -> None:
    begun, ended, go_on = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def hand_over() -> int:
        begun.set()
        await go_on.wait()
        ended.set()
        return 1

    rounds = Rounds("errands", hand_over, stop_seconds=5)
    rounds.start()
    await asyncio.wait_for(begun.wait(), 5)
    stopping = asyncio.create_task(rounds.stop())
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.wait_for(stopping, 5)
    assert ended.is_set()


async def test_stopping_waits_for_no_round_that_hangs() -> None:
    begun = asyncio.Event()

    async def hang() -> int:
        begun.set()
        await asyncio.Event().wait()
        return 1

    rounds = Rounds("errands", hang, loops=2, stop_seconds=0.01)
    rounds.start()
    await asyncio.wait_for(begun.wait(), 5)
    await asyncio.wait_for(rounds.stop(), 5)


async def test_rounds_rest_between_when_asked_to() -> None:
    rests: list[float] = []
    script = _Script(1, 1)

    def rest() -> float:
        rests.append(0.0001)
        return rests[-1]

    rounds = Rounds("errands", script, stop_seconds=5, rest=rest)
    rounds.start()
    await asyncio.wait_for(script.over.wait(), 5)
    await rounds.stop()
    assert len(rests) >= 2
