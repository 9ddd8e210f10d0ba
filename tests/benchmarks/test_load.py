"""The load generator sends to a real server and counts what it was told."""

from pathlib import Path

import pytest

from benchmarks import load
from core.storage.database import Database
from tests.crash.conftest import new_token
from tests.crash.desks import Desk
from tests.crash.evidence import one

pytestmark = [pytest.mark.crash, pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)]


async def test_every_message_that_the_load_counts_is_stored(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    token = await new_token(database)
    desk = Desk(tmp_path / "desk", tmp_path, database_url)
    try:
        desk.start()
        told = await load.run(desk.port, token, clients=3, seconds=0.5)
        refused = await load.run(desk.port, "fl_unknown", clients=1, seconds=0.1)
    finally:
        desk.kill()
    stored = await one(database, "SELECT count(*) FROM receipts")
    assert (told["failed"], told["sent"]) == (0, stored)
    assert isinstance(told["p95_ms"], float)
    assert refused["failed"] == refused["sent"] != 0
