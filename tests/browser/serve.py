"""The whole desk with doubles for model and channels, as a process of its own: what the browser tests look at.

`python -m tests.browser.serve PORT DATA_DIR` serves until it is ended. Besides the pages it answers
POST /test/messages, which accepts a message as the API does, without what guards the API.
"""

import json
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from nicegui import app, ui
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from config.holder import RulesHolder
from config.loader import DEFAULT_RULES_FILE
from config.settings import load_settings
from core.articles import ArticleText
from core.bootstrap import Engine
from core.domain.access import SYSTEM
from core.domain.enums import Category, Channel, CustomerTier, Role
from core.domain.messages import InboundAttachment, InboundCustomer, InboundMessage
from tests.fakes import MarkAnalyzer, RecordingChannel
from ui.app import build

PASSWORD = "correct horse battery"
PEOPLE = (
    ("ada@desk.example", "Ada Okafor", Role.AGENT),
    ("mei@desk.example", "Mei Takeda", Role.AGENT),
    ("sam@desk.example", "Sam Lindqvist", Role.SUPERVISOR),
    ("vera@desk.example", "Vera Rosenquist", Role.EXECUTIVE),
    ("theo@desk.example", "Theo Nakagawa", Role.ADMIN),
)
CHANNELS = (*(channel.value for channel in Channel), "slack")


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class TestDoor:
    """Outermost: takes messages in for the tests."""

    def __init__(self, inner: ASGIApp, engine: Engine) -> None:
        self._inner, self._engine = inner, engine

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != "/test/messages":
            await self._inner(scope, receive, send)
            return
        given = await Request(scope, receive).json()
        receipt = await self._engine.intake.accept(inbound(given))
        answer = {"ticket_id": receipt.ticket_id, "message_id": receipt.message_id}
        await JSONResponse(answer, 202)(scope, receive, send)


def inbound(given: dict[str, str]) -> InboundMessage:
    tier = given.get("tier")
    customer = InboundCustomer(email=given["email"], name=given.get("name"), tier=CustomerTier(tier) if tier else None)
    files: tuple[InboundAttachment, ...] = ()
    if "file" in given:
        files = (InboundAttachment(given["file"], "text/html", b"<script>alert(1)</script>"),)
    return InboundMessage(
        channel=Channel(given.get("channel", "email")),
        external_id=given["external_id"],
        customer=customer,
        subject=given.get("subject", ""),
        text=given["text"],
        html=given.get("html"),
        quoted=given.get("quoted", ""),
        ticket_id=int(given["ticket_id"]) if "ticket_id" in given else None,
        attachments=files,
        raw=json.dumps(given).encode(),
    )


async def plant(engine: Engine) -> None:
    """People and one article, once."""
    if await engine.views.users(SYSTEM):
        return
    rules = engine.rules.current
    for email, name, role in PEOPLE:
        await engine.people.add_user(
            SYSTEM, email=email, name=name, role=role, password=PASSWORD, skills=rules.skills, languages=("en",)
        )
    article = ArticleText("kb-1", "Door hub offline", Category.TECHNICAL, "Hold the reset button for ten seconds.")
    await engine.articles.save(SYSTEM, article, used=10, solved=8)
    await engine.knowledge.refresh()


def main(port: int, data_dir: Path) -> None:
    settings = load_settings(_env_file=None, data_dir=data_dir, port=port, demo=True, intake_group_ms=1)
    channels = {name: RecordingChannel(name) for name in CHANNELS}
    engine = Engine(settings, RulesHolder(DEFAULT_RULES_FILE), MarkAnalyzer(), channels, SystemClock())
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(served: object) -> AsyncIterator[object]:
        await engine.prepare()
        await plant(engine)
        await engine.start()
        async with inner(app) as state:
            yield state
        await engine.stop()

    app.router.lifespan_context = lifespan  # type: ignore[assignment]
    build(engine)
    app.add_middleware(TestDoor, engine=engine)
    ui.run(
        host="127.0.0.1", port=port, title="Frontline", reload=False, show=False, show_welcome_message=False,
        reconnect_timeout=30, tailwind=False, binding_refresh_interval=None, dark=None, language="en-US",
    )  # fmt: skip


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    main(int(sys.argv[1]), Path(sys.argv[2]))
