"""What is asked for often is done now and then, and never forgotten."""

import asyncio

from ui.live.pace import Paced


async def test_what_is_asked_for_together_is_done_once() -> None:
    done: list[int] = []

    async def work() -> None:
        done.append(1)

    paced = Paced(work, "test", before=lambda: 0.01)
    for _ in range(5):
        paced.ask()
    await paced.until_idle()
    assert len(done) == 1


async def test_what_is_asked_for_during_the_work_is_done_once_more() -> None:
    done: list[int] = []

    async def work() -> None:
        done.append(1)
        if len(done) == 1:
            paced.ask()
            paced.ask()

    paced = Paced(work, "test")
    paced.ask()
    await paced.until_idle()
    assert len(done) == 2


async def test_work_is_no_more_frequent_than_wanted() -> None:
    moments: list[float] = []
    loop = asyncio.get_running_loop()

    async def work() -> None:
        moments.append(loop.time())
        if len(moments) == 1:
            paced.ask()

    paced = Paced(work, "test", after=0.05)
    paced.ask()
    await paced.until_idle()
    assert moments[1] - moments[0] >= 0.04
