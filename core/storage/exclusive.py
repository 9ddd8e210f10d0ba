"""One process at a time: a lock that ends with its holder, however that comes to its end."""

import asyncio
import fcntl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import make_url

from core.storage.database import Database

ASK_AGAIN_SECONDS = 0.1
_SPACE = 7_305
"""The first half of the key, so that nobody else's locks on the same server are meant."""


@asynccontextmanager
async def exclusive(database: Database, name: str) -> AsyncIterator[None]:
    """Hold the lock called `name` of this database; waits while another process or task holds it.

    On PostgreSQL an advisory lock on a connection of its own, which writes nothing and so holds no reader of the
    journal back. On SQLite a lock on a file beside the database, since a transaction would keep all writers out.
    """
    async with _advisory(database, name) if not database.is_sqlite else _file(database, name):
        yield


@asynccontextmanager
async def _advisory(database: Database, name: str) -> AsyncIterator[None]:
    question = text("SELECT pg_try_advisory_xact_lock(:space, hashtext(:name))")
    async with database.connect() as connection:

        async def ask() -> bool:
            answer = await connection.execute(question, {"space": _SPACE, "name": name})
            return bool(answer.scalar_one())

        await _ask_until_granted(ask)
        yield


@asynccontextmanager
async def _file(database: Database, name: str) -> AsyncIterator[None]:
    path = Path(f"{make_url(database.url).database}.{name}.lock")
    with await asyncio.to_thread(path.open, "ab") as held:

        async def ask() -> bool:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        await _ask_until_granted(ask)
        yield


async def _ask_until_granted(ask: Callable[[], Awaitable[bool]]) -> None:
    """Asking again, rather than waiting in the database, needs no statement timeout and can be cancelled."""
    granted = await ask()
    while not granted:
        await asyncio.sleep(ASK_AGAIN_SECONDS)
        granted = await ask()
