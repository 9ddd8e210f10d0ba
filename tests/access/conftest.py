"""A desk with one of everything, and everybody who may come to it."""

import asyncio
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from nicegui import core as nicegui_core

from core.bootstrap import Engine
from core.domain.access import SYSTEM
from core.domain.entities import User
from core.domain.enums import Channel, Role
from core.domain.messages import InboundAttachment
from core.links import Signed
from core.quarantining import quarantine
from tests.factories import an_article, receive, view_of
from tests.ui.conftest import PASSWORD, feed

__all__ = ["PASSWORD", "World", "feed", "person"]


@pytest.fixture(autouse=True)
async def _loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """NiceGUI's background tasks run on this test's loop."""
    monkeypatch.setattr(nicegui_core, "loop", asyncio.get_running_loop())


@dataclass(frozen=True, slots=True)
class World:
    """What can be asked for, by the names that paths and bodies use."""

    ids: dict[str, Any]

    def filled(self, value: Any, **more: str) -> Any:
        """`value` with each name in braces replaced; a text that is one name becomes what it stands for."""
        names = {**self.ids, **more}
        if isinstance(value, dict):
            return {key: self.filled(item, **more) for key, item in value.items()}
        if isinstance(value, list):
            return [self.filled(item, **more) for item in value]
        if not isinstance(value, str):
            return value
        whole = value.strip("{}")
        if value == f"{{{whole}}}" and whole in names:
            return names[whole]
        for name, found in names.items():
            value = value.replace(f"{{{name}}}", str(found))
        return value


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Who may what is decided before a database is asked; the quicker one will do."""
    shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "frontline.db")
    return f"sqlite+aiosqlite:///{tmp_path / 'frontline.db'}"


@pytest.fixture
async def world(engine: Engine) -> World:
    files = (InboundAttachment("bill.txt", "text/plain", b"secret"),)
    receipt = await receive(engine, channel=Channel.SMS, html="<p>secret</p>", attachments=files)
    shown = (await view_of(engine, receipt.ticket_id)).messages[0]
    reply = await engine.desk.reply(SYSTEM, receipt.ticket_id, "A long answer. " * 20)
    article = await an_article(engine)
    await quarantine(engine.database, engine.blobs, source="inbox", reason="no text", raw=b"raw")
    user = await person(engine, Role.AGENT, "mei")
    return World(
        {
            "ticket_id": receipt.ticket_id,
            "message_id": shown.message.id,
            "attachment_id": shown.attachments[0].id,
            "customer_id": (await view_of(engine, receipt.ticket_id)).customer.id,
            "article_id": article.id,
            "item_id": 1,
            "proposal_id": 1,
            "user_id": user.id,
            "survey": engine.links.token(Signed.SURVEY, receipt.ticket_id),
            "letter": engine.links.token(Signed.MESSAGE, reply.id),
        }
    )


async def person(engine: Engine, role: Role, name: str) -> User:
    email = f"{name}@desk.example"
    return await engine.people.add_user(SYSTEM, email=email, name=name.title(), role=role, password=PASSWORD)
