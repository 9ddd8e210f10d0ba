"""Migrated databases for the tests. Emptying one that was used takes 10 ms, making another takes 100."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import asyncpg

from core.domain.clock import SystemClock
from core.storage import migrate
from core.storage.database import Database
from core.subscriptions import Plan
from tests.postgres import PostgresServer

_EMPTY = """
SET lock_timeout = '3s';
SET session_replication_role = replica;
DO $$
DECLARE each record;
BEGIN
  FOR each IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
    EXECUTE format('DELETE FROM %I', each.tablename);
  END LOOP;
END $$;
SELECT setval(format('%I', sequencename)::regclass, start_value, false) FROM pg_sequences WHERE schemaname = 'public';
"""


class PostgresPool:
    """Hands out migrated databases without data. One that can't be emptied is not handed out again."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._free: list[str] = []
        self._template: str | None = None

    def take(self) -> str:
        if self._free:
            return self._free.pop()
        if self._template is None:
            url = self._server.new_database()
            migrated(url)
            self._template = url.rpartition("/")[2]
        return self._server.new_database(self._template)

    def give_back(self, url: str) -> None:
        try:
            _apart(_emptied(url))
        except (OSError, asyncpg.PostgresError):
            return
        self._free.append(url)


def migrated(url: str) -> None:
    """Bring an empty database to the newest schema."""

    async def migrate_and_close() -> None:
        database = Database(url, SystemClock(), Plan())
        await migrate.upgrade(database)
        await database.close()

    _apart(migrate_and_close())


async def _emptied(url: str) -> None:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""), timeout=5)
    try:
        await connection.execute(_EMPTY)
    finally:
        await connection.close()


def _apart(work: Coroutine[Any, Any, None]) -> None:
    """In a thread with a loop of its own, because the fixtures that need it are not part of one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()
