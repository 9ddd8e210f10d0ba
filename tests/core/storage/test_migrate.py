"""The migrations and the tables in code say the same, on both databases."""

import asyncio
from collections.abc import Callable
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from core.storage import migrate
from core.storage.database import Database
from core.storage.tables import metadata

OpenDatabase = Callable[[str], Database]

_NOT_IN_THE_METADATA = {"alembic_version", "search_index"}
"""Full-text tables are made by hand, each database having its own kind."""


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


def _is_compared(_object: Any, name: str | None, kind: str, _reflected: bool, _compared_to: Any) -> bool:
    if kind == "table":
        return not (name or "").startswith("search_index") and name not in _NOT_IN_THE_METADATA
    return name not in {"tsv", "ix_search_documents_tsv"}


def _differences(connection: Connection) -> list[Any]:
    options = {"include_object": _is_compared, "compare_type": True, "target_metadata": metadata}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


async def test_up_down_and_up_again_leaves_the_newest_schema(
    empty_database_url: str, open_database: OpenDatabase
) -> None:
    database = open_database(empty_database_url)
    await migrate.upgrade(database)
    await migrate.downgrade(database, "base")
    async with database.connect() as connection:
        assert await connection.run_sync(_tables) <= {"alembic_version"}
    await migrate.upgrade(database)
    found, newest = await migrate.current(database)
    assert found == newest is not None


async def test_a_downgrade_leaves_no_sequence_behind(empty_database_url: str, open_database: OpenDatabase) -> None:
    database = open_database(empty_database_url)
    await migrate.upgrade(database)
    await migrate.downgrade(database, "base")
    if not database.is_sqlite:
        async with database.connect() as connection:
            left = await connection.execute(text("SELECT sequencename FROM pg_sequences"))
            assert left.scalars().all() == []


async def test_the_migrated_schema_is_what_the_code_declares(database: Database) -> None:
    async with database.connect() as connection:
        assert await connection.run_sync(_differences) == []


async def test_two_processes_that_migrate_at_once_both_succeed(
    empty_database_url: str, open_database: OpenDatabase
) -> None:
    databases = [open_database(empty_database_url), open_database(empty_database_url)]
    await asyncio.gather(*(migrate.upgrade(database) for database in databases))
    assert len({await migrate.current(database) for database in databases}) == 1
