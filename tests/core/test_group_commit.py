"""Members of a group share a commit, and nothing else."""

import asyncio
from collections.abc import Sequence

import pytest

from core.domain.errors import Conflict, FrontlineError, InvalidInput, Unavailable
from core.group_commit import MOST_TOGETHER, GroupCommit


class Ledger:
    """Stores numbers; negative ones spoil the commit they are in, odd hundreds are refused on their own."""

    def __init__(self) -> None:
        self.commits: list[list[int]] = []
        self.conflicts_left = 0
        self.gate: asyncio.Event | None = None
        self.begun = asyncio.Event()

    async def commit(self, members: Sequence[int]) -> list[int | FrontlineError]:
        self.begun.set()
        if self.gate is not None:
            await self.gate.wait()
        if any(member < 0 for member in members):
            raise ArithmeticError("a negative number")
        if 999 in members and self.conflicts_left:
            self.conflicts_left -= 1
            raise Conflict("somebody was quicker")
        if 500 in members:
            raise Unavailable("The ledger is closed")
        self.commits.append(list(members))
        return [InvalidInput("number", "is refused") if member == 100 else member * 2 for member in members]


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


def _group(ledger: Ledger, most_waiting: int = 1_000) -> GroupCommit[int, int]:
    return GroupCommit(ledger.commit, wait_seconds=0, most_waiting=most_waiting)


async def test_callers_at_once_share_one_commit_and_each_gets_their_own_answer(ledger: Ledger) -> None:
    group = _group(ledger)
    assert await asyncio.gather(*(group.submit(number) for number in range(1, 9))) == list(range(2, 18, 2))
    assert ledger.commits == [list(range(1, 9))]


async def test_a_group_keeps_the_order_of_arrival_and_its_bound(ledger: Ledger) -> None:
    group = _group(ledger)
    await asyncio.gather(*(group.submit(1_000 + number) for number in range(MOST_TOGETHER + 5)))
    assert [len(commit) for commit in ledger.commits] == [MOST_TOGETHER, 5]
    assert [number for commit in ledger.commits for number in commit] == [
        1_000 + number for number in range(MOST_TOGETHER + 5)
    ]


async def test_one_bad_member_costs_only_itself(ledger: Ledger) -> None:
    group = _group(ledger)
    answers = await asyncio.gather(*(group.submit(number) for number in (1, -1, 2)), return_exceptions=True)
    assert [answers[0], answers[2]] == [2, 4]
    assert isinstance(answers[1], ArithmeticError)


async def test_a_refused_member_does_not_trouble_the_commit(ledger: Ledger) -> None:
    group = _group(ledger)
    answers = await asyncio.gather(*(group.submit(number) for number in (1, 100, 2)), return_exceptions=True)
    assert isinstance(answers[1], InvalidInput)
    assert ledger.commits == [[1, 100, 2]]


async def test_a_caller_that_hangs_up_loses_nothing(ledger: Ledger) -> None:
    group = _group(ledger)
    ledger.gate = asyncio.Event()
    gone, stays = asyncio.create_task(group.submit(1)), asyncio.create_task(group.submit(2))
    await ledger.begun.wait()
    gone.cancel()
    ledger.gate.set()
    assert await stays == 4
    assert ledger.commits == [[1, 2]]
    with pytest.raises(asyncio.CancelledError):
        await gone


async def test_an_error_that_nobody_waits_for_goes_quietly(ledger: Ledger) -> None:
    group = _group(ledger)
    ledger.gate = asyncio.Event()
    gone = asyncio.create_task(group.submit(-1))
    await ledger.begun.wait()
    gone.cancel()
    ledger.gate.set()
    assert await group.submit(3) == 6


async def test_too_many_waiting_are_turned_away_at_once(ledger: Ledger) -> None:
    group = _group(ledger, most_waiting=3)
    answers = await asyncio.gather(*(group.submit(number) for number in range(1, 6)), return_exceptions=True)
    assert answers[:3] == [2, 4, 6]
    assert all(isinstance(answer, Unavailable) for answer in answers[3:])
    assert await group.submit(7) == 14


async def test_a_conflict_is_tried_again(ledger: Ledger) -> None:
    group = _group(ledger)
    ledger.conflicts_left = 2
    assert await group.submit(999) == 1998


async def test_a_conflict_that_stays_is_told(ledger: Ledger) -> None:
    group = _group(ledger)
    ledger.conflicts_left = 99
    with pytest.raises(Conflict):
        await group.submit(999)


async def test_a_closed_store_is_asked_once_and_not_for_each_member(ledger: Ledger) -> None:
    group = _group(ledger)
    answers = await asyncio.gather(*(group.submit(number) for number in (1, 500, 2)), return_exceptions=True)
    assert all(isinstance(answer, Unavailable) for answer in answers)
    assert ledger.commits == []


async def test_the_next_group_gathers_while_a_commit_runs(ledger: Ledger) -> None:
    group = _group(ledger)
    ledger.gate = asyncio.Event()
    first = asyncio.create_task(group.submit(1))
    await ledger.begun.wait()
    others = [asyncio.create_task(group.submit(number)) for number in (2, 3, 4)]
    await asyncio.sleep(0)
    ledger.gate.set()
    await asyncio.gather(first, *others)
    assert ledger.commits == [[1], [2, 3, 4]]
