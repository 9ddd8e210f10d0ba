"""The bell that loops wait for."""

import asyncio

import pytest

from core.wake import Wake


async def test_a_ring_before_the_wait_is_heard() -> None:
    wake = Wake()
    wake.ring()

    assert await wake.wait(10)


async def test_without_a_ring_the_wait_ends_by_itself() -> None:
    assert not await Wake().wait(0.001)


async def test_a_heard_ring_is_over() -> None:
    wake = Wake()
    wake.ring()
    await wake.wait(10)

    assert not await wake.wait(0.001)


async def test_a_cancellation_that_comes_with_the_ring_is_not_lost() -> None:
    wake = Wake()

    async def wait_for_ever() -> None:
        while True:
            await wake.wait(10)

    task = asyncio.create_task(wait_for_ever())
    await asyncio.sleep(0)
    wake.ring()
    await asyncio.sleep(0)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        async with asyncio.timeout(5):
            await task
