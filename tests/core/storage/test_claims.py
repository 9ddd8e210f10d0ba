"""Claims of processes that died on this host need no waiting."""

import os
import subprocess
import sys

import pytest

from core.domain.access import SYSTEM
from core.domain.events import EventType, NewEvent
from core.storage.claims import owner_is_dead
from core.storage.database import Database

HOST = "desk-one"
OURS = f"{HOST}-{os.getpid()}-11111111"


@pytest.fixture
def dead_pid() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_gone_process_of_this_host_is_dead(dead_pid: int) -> None:
    assert owner_is_dead(f"{HOST}-{dead_pid}-22222222", OURS)


def test_a_process_of_another_host_may_live(dead_pid: int) -> None:
    assert not owner_is_dead(f"desk-two-{dead_pid}-22222222", OURS)


def test_a_running_process_is_alive() -> None:
    assert not owner_is_dead(f"{HOST}-{os.getppid()}-22222222", OURS)


def test_we_are_alive_ourselves() -> None:
    assert not owner_is_dead(OURS, OURS)


def test_an_earlier_life_with_our_process_id_is_dead() -> None:
    """In a container each life has the same process id."""
    assert owner_is_dead(f"{HOST}-{os.getpid()}-22222222", OURS)


async def test_the_work_of_a_dead_process_is_free_at_once(database: Database, dead_pid: int) -> None:
    async with database.transaction() as tx:
        tx.record(NewEvent(EventType.MESSAGE_RECEIVED, SYSTEM))
    us = database.process
    database.process = f"{us.rsplit('-', 2)[0]}-{dead_pid}-22222222"
    async with database.transaction() as tx:
        assert len(await tx.work.claim(10)) == 1
    database.process = us
    async with database.transaction() as tx:
        assert await tx.work.claim(10) == []
        assert await tx.work.end_dead_leases() == 1
        assert len(await tx.work.claim(10)) == 1
