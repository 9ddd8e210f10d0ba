"""Opens the database: one writer and many readers on SQLite, one pool on PostgreSQL."""

import asyncio
import os
import re
import socket
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import orjson
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool
from sqlalchemy.util import await_only

from core.domain.errors import Conflict, StorageFull, Unavailable
from core.domain.ports import Clock
from core.storage.sqlite_connection import connect
from core.storage.transaction import Transaction, WorkPlan

SQLITE_BUSY_MS = 5_000
WAL_ATTEMPTS, WAL_PAUSE_SECONDS = 100, 0.05
READERS = 4
PG_POOL = 10
PG_COMMAND_SECONDS, PG_MAINTENANCE_SECONDS = 8.0, 3600.0
"""A server that holds the connection and does not answer is given up after so long, so that callers hear of it."""

PG_NOT_NOW = frozenset({"08", "28", "3D", "53", "57"})
"""Classes of SQLSTATE that say that the server, and not the statement, is the trouble: no connection, no entry, no such
database, too much of something, an operator's intervention."""


class Database:
    """Hands out transactions. `process` names this process in claims and leases."""

    def __init__(self, url: str, clock: Clock, plan: WorkPlan) -> None:
        self.url, self.clock, self.plan = url, clock, plan
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self.process = f"{socket.gethostname()[:24]}-{os.getpid()}-{uuid4().hex[:8]}"
        self.committed = Announcer()
        self._writing = asyncio.Lock()
        self._writer = _sqlite_engine(url, size=1, begin="BEGIN IMMEDIATE") if self.is_sqlite else _pg_engine(url)
        self._reader = _sqlite_engine(url, size=READERS, begin="BEGIN") if self.is_sqlite else self._writer
        self._maintenance = self._writer if self.is_sqlite else _pg_maintenance_engine(url)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """A unit of work: everything done on it and the events it recorded commit together, or not at all.

        Raises Unavailable (or StorageFull) when the database can't be written now; nothing was changed then.
        """
        async with _one_writer(self._writing if self.is_sqlite else None):
            with _translated():
                async with self._writer.begin() as connection:
                    tx = Transaction(connection, self)
                    yield tx
                    await tx.write_events()
                    if tx.last_seq and not self.is_sqlite:
                        await connection.exec_driver_sql(f"NOTIFY {CHANNEL}, '{self.process}'")
        if tx.last_seq:
            self.committed.announce()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        """A read-only view; on SQLite a consistent snapshot."""
        with _translated():
            async with self._reader.begin() as connection:
                yield Transaction(connection, self)

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[AsyncConnection]:
        """A bare connection on the writing side, for migrations and maintenance. Raises Unavailable as the others."""
        async with _one_writer(self._writing if self.is_sqlite else None):
            with _translated():
                async with self._maintenance.begin() as connection:
                    yield connection

    async def close(self) -> None:
        await self._reader.dispose()
        await self._writer.dispose()


CHANNEL = "frontline_journal"


class Announcer:
    """Tells listeners of this process that something was committed. Listeners must be quick and not raise."""

    def __init__(self) -> None:
        self._listeners: list[Any] = []

    def listen(self, callback: Any) -> None:
        self._listeners.append(callback)

    def announce(self) -> None:
        for callback in self._listeners:
            callback()


@asynccontextmanager
async def _one_writer(lock: asyncio.Lock | None) -> AsyncIterator[None]:
    """Wait for one's turn as long as for the database itself; raises Unavailable when somebody keeps it locked."""
    if lock is None:
        yield
        return
    try:
        async with asyncio.timeout(SQLITE_BUSY_MS / 1000):
            await lock.acquire()
    except TimeoutError:
        raise Unavailable("The database can't be written now (others wait already)") from None
    try:
        yield
    finally:
        lock.release()


_NOT_NOW = r"connection (is|was) closed|shutting down|starting up|terminating connection"


class _translated:
    """Turns the driver's words for "not now" into Unavailable and for a lost race into Conflict; leaves programming
    errors alone."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if error is None:
            return
        if isinstance(error, DBAPIError):
            told = str(error.orig)
            if re.search(r"disk is full|No space left|disk I/O error|could not extend file", told):
                raise StorageFull("The disk that holds the database is full", retry_after=5) from error
            if isinstance(error, IntegrityError):
                raise Conflict(f"Another change came first ({_first_line(told)}). Read again and repeat.") from error
            if re.search(r"deadlock detected|could not serialize access", told):
                raise Conflict(f"Another change was in the way ({_first_line(told)}). Repeat.") from error
            if error.connection_invalidated or isinstance(error, OperationalError | InterfaceError):
                raise Unavailable(f"The database can't be used now ({_first_line(told)})") from error
            refused = (getattr(error.orig, "sqlstate", None) or "")[:2] in PG_NOT_NOW
            if refused or re.search(_NOT_NOW, told):
                raise Unavailable(f"The database can't be used now ({_first_line(told)})") from error
        elif isinstance(error, OSError | TimeoutError | PoolTimeout) and not isinstance(error, FileNotFoundError):
            raise Unavailable(
                f"The database can't be reached ({_first_line(str(error)) or type(error).__name__})"
            ) from error


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0][:200] if text.strip() else ""


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _sqlite_engine(url: str, *, size: int, begin: str) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=size,
        max_overflow=0,
        pool_timeout=30,
        json_serializer=_json,
        json_deserializer=orjson.loads,
        pool_reset_on_return=None,  # every transaction ends with a commit or a rollback already
        connect_args={"timeout": SQLITE_BUSY_MS / 1000, "async_creator_fn": connect},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        # The driver would start transactions by its own rules; here "begin" below does.
        connection.isolation_level = None
        cursor = connection.cursor()
        _use_write_ahead_log(cursor)
        for pragma in (
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={SQLITE_BUSY_MS}",
            "cache_size=-65536",
            "temp_store=MEMORY",
            "mmap_size=268435456",
            "journal_size_limit=67108864",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _use_write_ahead_log(cursor: Any) -> None:
    """The one statement for which SQLite does not wait: two processes that make a database together would clash."""
    for attempt in range(1, WAL_ATTEMPTS + 1):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if attempt == WAL_ATTEMPTS:
                raise
            await_only(asyncio.sleep(WAL_PAUSE_SECONDS))
        else:
            return


def _pg_engine(url: str) -> AsyncEngine:
    return create_async_engine(
        url,
        pool_size=PG_POOL,
        max_overflow=PG_POOL,
        pool_timeout=5,
        pool_pre_ping=True,
        json_serializer=_json,
        json_deserializer=orjson.loads,
        connect_args=_pg_options(PG_COMMAND_SECONDS),
    )


def _pg_maintenance_engine(url: str) -> AsyncEngine:
    """A connection for each use: a change of the schema may take long."""
    return create_async_engine(url, poolclass=NullPool, connect_args=_pg_options(PG_MAINTENANCE_SECONDS))


def _pg_options(command_seconds: float) -> dict[str, Any]:
    return {"timeout": 5, "command_timeout": command_seconds, "server_settings": {"application_name": "frontline"}}
