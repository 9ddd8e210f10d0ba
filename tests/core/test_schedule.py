"""A job that fails is told once and runs on."""

import asyncio
import logging
from datetime import timedelta

import pytest

from core.domain.errors import Unavailable
from core.schedule import Job, Schedule


class Flaky:
    """Fails with the errors it is given, then succeeds."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.runs = 0
        self.ran = asyncio.Event()

    async def run(self) -> None:
        self.runs += 1
        self.ran.set()
        if self.errors:
            raise self.errors.pop(0)


def _job(flaky: Flaky, every: float = 3_600) -> Job:
    return Job("counting", timedelta(seconds=every), "counts", flaky.run)


async def test_a_job_that_waits_for_the_database_is_told_once_and_when_it_works_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    flaky = Flaky(Unavailable("The database can't be used now"), Unavailable("still"))
    schedule = Schedule((_job(flaky),))
    with caplog.at_level(logging.INFO, logger="core.schedule"):
        for _ in range(4):
            await schedule._run(_job(flaky))
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 2
    assert told[0].startswith("counting waits")
    assert told[1] == "counting works again"


async def test_a_job_that_breaks_does_not_break_the_schedule(caplog: pytest.LogCaptureFixture) -> None:
    flaky = Flaky(ArithmeticError("a bug"))
    schedule = Schedule((_job(flaky),))
    await schedule._run(_job(flaky))
    await schedule._run(_job(flaky))
    assert flaky.runs == 2
    assert "counting failed" in caplog.text


async def test_a_hurried_job_runs_before_its_time() -> None:
    flaky = Flaky()
    schedule = Schedule((_job(flaky),))
    schedule.hurry("counting")
    schedule.start()
    assert flaky.runs == 0
    schedule.hurry("counting")
    await asyncio.wait_for(flaky.ran.wait(), 5)
    schedule.stop()
