"""Desks that run as processes of their own, and a token to call them with."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.articles import Articles, ArticleText
from core.domain.access import SYSTEM
from core.domain.clock import SystemClock
from core.domain.enums import Category, Role
from core.people import People
from core.storage.database import Database
from core.subscriptions import Plan
from tests.crash.desks import Desk
from tests.crash.writers import ANSWERED

DeskMaker = Callable[..., Desk]


@pytest.fixture
def make_desk(tmp_path: Path) -> Iterator[DeskMaker]:
    """Makes desks; keywords are settings. Whatever still runs after the test is killed."""
    made: list[Desk] = []

    def make(database_url: str, folder: Path | None = None, **settings: Any) -> Desk:
        made.append(Desk(folder or tmp_path / f"desk-{len(made)}", tmp_path, database_url, **settings))
        return made[-1]

    yield make
    for desk in made:
        desk.kill()


@pytest.fixture
async def records(database_url: str) -> AsyncIterator[Database]:
    """The test's own look at the database that the desks use, by the real clock."""
    database = Database(database_url, SystemClock(), Plan())
    yield database
    await database.close()


@pytest.fixture
async def token(records: Database) -> str:
    """An administrator's token."""
    return await new_token(records)


@pytest.fixture
async def article(records: Database) -> None:
    """One article that the desk may answer with on its own."""
    text = ArticleText("reset", "Passwords", Category.ACCOUNT, "Choose Forgot password.", questions=(ANSWERED,))
    await Articles(records).save(SYSTEM, text, used=10, solved=9)


async def new_token(database: Database) -> str:
    _, secret = await People(database, demo=False).add_token(SYSTEM, "writers", Role.ADMIN)
    return secret
