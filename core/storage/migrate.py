"""Brings the schema to a revision. Replicas that start together wait for each other."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from core.storage.database import Database

FOLDER = Path(__file__).parent / "migrations"
ADVISORY_LOCK = 7_305_001


async def upgrade(database: Database, revision: str = "head") -> None:
    async with database.connect() as connection:
        if not database.is_sqlite:
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"))
        await connection.run_sync(_run, command.upgrade, revision)


async def downgrade(database: Database, revision: str) -> None:
    async with database.connect() as connection:
        await connection.run_sync(_run, command.downgrade, revision)


async def current(database: Database) -> tuple[str | None, str | None]:
    """(revision of the database, newest revision of this version)"""
    async with database.connect() as connection:
        found = await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())
    return found, ScriptDirectory.from_config(_config()).get_current_head()


def _run(connection: Connection, verb: object, revision: str) -> None:
    config = _config()
    config.attributes["connection"] = connection
    verb(config, revision)  # type: ignore[operator]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
