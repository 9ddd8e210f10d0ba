"""Fixtures that every room's tests share: a clock that is moved, a database of each kind."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from config.holder import RulesHolder
from config.loader import DEFAULT_RULES_FILE
from config.settings import load_settings
from core import people
from core.bootstrap import Engine
from core.domain.ports import Trainer
from core.storage.database import Database
from core.subscriptions import Plan
from tests.databases import PostgresPool, migrated
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


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """Argon2 with the least work: no test is about how long a guess takes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(people, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with private_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_pool(postgres: PostgresServer) -> PostgresPool:
    return PostgresPool(postgres)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database with the schema and nothing in it, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "frontline.db"
    migrated(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """What a test asks for that must hold on both databases."""
    return str(request.param)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, database_kind: str, tmp_path: Path) -> Iterator[str]:
    """A migrated database without data, once on SQLite and once on PostgreSQL."""
    if database_kind == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "frontline.db")
        yield f"sqlite+aiosqlite:///{tmp_path / 'frontline.db'}"
    else:
        pool: PostgresPool = request.getfixturevalue("postgres_pool")
        url = pool.take()
        yield url
        pool.give_back(url)


@pytest.fixture
def empty_database_url(request: pytest.FixtureRequest, database_kind: str, tmp_path: Path) -> str:
    """A database without a schema, once on SQLite and once on PostgreSQL."""
    if database_kind == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'frontline.db'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.fixture
async def open_database(clock: MovableClock) -> AsyncIterator[Callable[[str], Database]]:
    """Opens databases as so many processes would, and closes them after the test."""
    opened: list[Database] = []

    def open_one(url: str) -> Database:
        opened.append(Database(url, clock, Plan()))
        return opened[-1]

    yield open_one
    for database in opened:
        await database.close()


@pytest.fixture
def database(database_url: str, open_database: Callable[[str], Database]) -> Database:
    """A migrated database on each kind."""
    return open_database(database_url)


CHANNELS = ("email", "chat", "phone", "social_media", "self_service", "sms", "slack")


@pytest.fixture
def analyzer() -> MarkAnalyzer:
    return MarkAnalyzer()


@pytest.fixture
def channel() -> RecordingChannel:
    return RecordingChannel()


@pytest.fixture
async def build_engine(
    database_url: str, tmp_path: Path, clock: MovableClock, analyzer: MarkAnalyzer, channel: RecordingChannel
) -> AsyncIterator[Callable[..., Awaitable[Engine]]]:
    """Builds engines on one database, as so many processes would; keywords are settings, or other parts."""
    built: list[Engine] = []

    async def build(*, model: MarkAnalyzer = analyzer, trainer: Trainer | None = None, **settings: Any) -> Engine:
        options = {"data_dir": tmp_path / "data", "database_url": database_url, "intake_group_ms": 1, **settings}
        loaded = load_settings(_env_file=None, **options)
        rules = RulesHolder(DEFAULT_RULES_FILE)
        engine = Engine(loaded, rules, model, dict.fromkeys(CHANNELS, channel), clock, trainer=trainer)
        built.append(engine)
        await engine.prepare()
        return engine

    yield build
    for engine in built:
        await engine.stop()


@pytest.fixture
async def engine(build_engine: Callable[..., Awaitable[Engine]]) -> Engine:
    """The whole engine with a marked-text analyzer, prepared and not started: tests drain what they want done."""
    return await build_engine()
