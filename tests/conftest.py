"""Fixtures that every room's tests share: a clock that is moved, a database of each kind."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.holder import RulesHolder
from config.loader import DEFAULT_RULES_FILE
from config.settings import load_settings
from core.bootstrap import Engine
from core.storage import migrate
from core.storage.database import Database
from core.subscriptions import Plan
from tests.fakes import MarkAnalyzer, RecordingChannel
from tests.postgres import PostgresServer, private_server


class MovableClock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def advance(self, **by: float) -> datetime:
        self.moment += timedelta(**by)
        return self.moment


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with private_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'frontline.db'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.fixture
async def database(database_url: str, clock: MovableClock) -> AsyncIterator[Database]:
    """A migrated database on each engine."""
    opened = Database(database_url, clock, Plan())
    await migrate.upgrade(opened)
    yield opened
    await opened.close()


CHANNELS = ("email", "chat", "phone", "social_media", "self_service", "sms", "slack")


@pytest.fixture
def analyzer() -> MarkAnalyzer:
    return MarkAnalyzer()


@pytest.fixture
def channel() -> RecordingChannel:
    return RecordingChannel()


@pytest.fixture
async def engine(
    database_url: str, tmp_path: Path, clock: MovableClock, analyzer: MarkAnalyzer, channel: RecordingChannel
) -> AsyncIterator[Engine]:
    """The whole engine with a marked-text analyzer, prepared and not started: tests drain what they want done."""
    settings = load_settings(_env_file=None, data_dir=tmp_path / "data", database_url=database_url, intake_group_ms=1)
    built = Engine(settings, RulesHolder(DEFAULT_RULES_FILE), analyzer, dict.fromkeys(CHANNELS, channel), clock)
    await built.prepare()
    yield built
    await built.stop()
