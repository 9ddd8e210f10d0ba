"""What runs by the clock: one readable table, driven by APScheduler."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from core.domain.errors import Unavailable

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    name: str
    every: timedelta
    does: str
    run: Callable[[], Awaitable[object]]


class Schedule:
    """Each job runs at most once at a time; one that fails is logged and runs again at its next time."""

    def __init__(self, jobs: tuple[Job, ...]) -> None:
        self.jobs = jobs
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._failing: set[str] = set()

    def start(self) -> None:
        for job in self.jobs:
            self._scheduler.add_job(
                self._run,
                "interval",
                args=[job],
                seconds=job.every.total_seconds(),
                id=job.name,
                max_instances=1,
                coalesce=True,
                misfire_grace_time=None,
            )
        self._scheduler.start()

    def hurry(self, name: str) -> None:
        """Run a job now instead of at its next time."""
        if self._scheduler.running:
            self._scheduler.modify_job(name, next_run_time=datetime.now(UTC))

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def _run(self, job: Job) -> None:
        try:
            await job.run()
        except asyncio.CancelledError:
            # The desk stops; what the job had begun was rolled back, and its next run starts over.
            log.info("%s was stopped", job.name)
        except Unavailable as error:
            if job.name not in self._failing:
                log.warning("%s waits: %s", job.name, error)
            self._failing.add(job.name)
        except Exception:
            log.exception("%s failed", job.name)
            self._failing.add(job.name)
        else:
            if job.name in self._failing:
                log.info("%s works again", job.name)
            self._failing.discard(job.name)
