"""SQLite with one thread hop a statement.

aiosqlite runs each call on its thread: a cursor's making, its execution, the fetching of its rows and its closing are
four journeys between threads, which cost far more than the statement itself. Here a statement is one journey, and its
rows come back with it. Every result is read whole anyway, so nothing is lost.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Any, Self

import aiosqlite


@dataclass(frozen=True, slots=True)
class _Outcome:
    rows: list[Any]
    description: Any
    rowcount: int
    lastrowid: int | None


_NOTHING = _Outcome([], None, -1, None)


class OneHopCursor:
    """What SQLAlchemy's adapter asks of an asynchronous cursor. Holds the whole result of its last statement."""

    arraysize = 1

    def __init__(self, run: Callable[..., Any]) -> None:
        self._run = run
        self._outcome = _NOTHING

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def description(self) -> Any:
        return self._outcome.description

    @property
    def rowcount(self) -> int:
        return self._outcome.rowcount

    @property
    def lastrowid(self) -> int | None:
        return self._outcome.lastrowid

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Self:
        self._outcome = await self._run(_execute, sql, parameters)
        return self

    async def executemany(self, sql: str, parameters: Iterable[Sequence[Any]]) -> Self:
        self._outcome = await self._run(_execute_many, sql, parameters)
        return self

    async def fetchall(self) -> list[Any]:
        return self._outcome.rows

    async def close(self) -> None:
        """Nothing is open between statements."""


class OneHopConnection(aiosqlite.Connection):
    def cursor(self) -> OneHopCursor:  # type: ignore[override]
        return OneHopCursor(self._on_thread)

    async def _on_thread(self, work: Callable[..., Any], *arguments: Any) -> Any:
        return await self._execute(partial(work, self._conn), *arguments)  # type: ignore[no-untyped-call]


def connect(database: str, **options: Any) -> OneHopConnection:
    """Fills `async_creator_fn`: a connection that opens when it is awaited."""
    connection = OneHopConnection(partial(sqlite3.connect, database, **options), iter_chunk_size=64)
    # As SQLAlchemy does for its own: a forgotten connection must not keep the process alive.
    connection._thread.daemon = True
    return connection


def _execute(connection: sqlite3.Connection, sql: str, parameters: Sequence[Any]) -> _Outcome:
    cursor = connection.execute(sql, parameters)
    rows = cursor.fetchall() if cursor.description else []
    return _closed(cursor, rows)


def _execute_many(connection: sqlite3.Connection, sql: str, parameters: Iterable[Sequence[Any]]) -> _Outcome:
    return _closed(connection.executemany(sql, parameters), [])


def _closed(cursor: sqlite3.Cursor, rows: list[Any]) -> _Outcome:
    outcome = _Outcome(rows, cursor.description, cursor.rowcount, cursor.lastrowid)
    cursor.close()
    return outcome
