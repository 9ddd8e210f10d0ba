"""The whole desk with doubles for model and channels, as a process of its own: what the browser tests look at.

`python -m tests.browser.serve PORT DATA_DIR` serves pages and API until it is ended. An API token for a supervisor is
left in DATA_DIR/token. Nobody belongs to a queue, so tickets stay unassigned until somebody takes them.
"""

import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from nicegui import app, ui
from starlette.types import ASGIApp, Receive, Scope, Send

from config.holder import RulesHolder
from config.loader import DEFAULT_RULES_FILE
from config.settings import load_settings
from core.articles import ArticleText
from core.bootstrap import Engine
from core.domain.access import SYSTEM
from core.domain.clock import SystemClock
from core.domain.enums import Category, Channel, Language, Priority, Role, TicketStatus
from core.macros import MacroText
from dashboards.drift import DriftBoard
from integrations.api.app import create_api
from tests.fakes import CountingTrainer, MarkAnalyzer, RecordingChannel
from tests.measured import write_model
from ui.app import RUN_OPTIONS, build

PASSWORD = "correct horse battery"
PEOPLE = (
    ("ada@desk.example", "Ada Okafor", Role.AGENT),
    ("mei@desk.example", "Mei Takeda", Role.AGENT),
    ("sam@desk.example", "Sam Lindqvist", Role.SUPERVISOR),
    ("vera@desk.example", "Vera Rosenquist", Role.EXECUTIVE),
    ("theo@desk.example", "Theo Nakagawa", Role.ADMIN),
)
CHANNELS = (*(channel.value for channel in Channel), "slack")


class ApiFirst:
    """Outermost, as in the product: the API's requests never reach the pages' middleware."""

    def __init__(self, inner: ASGIApp, api: ASGIApp) -> None:
        self._inner, self._api = inner, api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_api = scope["type"] == "http" and scope["path"].startswith("/api/")
        await (self._api if is_api else self._inner)(scope, receive, send)


async def plant(engine: Engine) -> None:
    """People, a token, one article and one macro, once."""
    if await engine.views.users(SYSTEM):
        return
    for email, name, role in PEOPLE:
        await engine.people.add_user(SYSTEM, email=email, name=name, role=role, password=PASSWORD, languages=("en",))
    _, secret = await engine.people.add_token(SYSTEM, "browser tests", Role.SUPERVISOR)
    (engine.settings.data_dir / "token").write_text(secret)
    article = ArticleText("kb-1", "Door hub offline", Category.TECHNICAL, "Hold the reset button for ten seconds.")
    await engine.articles.save(SYSTEM, article, used=10, solved=8)
    greeting = {Language.EN: "Hello {customer.first_name}, #{ticket.number} is on its way."}
    macro = MacroText("Roll-out plan", greeting, status=TicketStatus.RESOLVED, priority=Priority.HIGH, shared=True)
    await engine.macros.save(SYSTEM, macro)
    await engine.knowledge.refresh()


def main(port: int, data_dir: Path) -> None:
    settings = load_settings(_env_file=None, data_dir=data_dir, port=port, demo=True, intake_group_ms=1)
    analyzer, trainer = MarkAnalyzer(), CountingTrainer()
    analyzer.folder = write_model(data_dir / "model")
    channels = {name: RecordingChannel(name) for name in CHANNELS}
    engine = Engine(settings, RulesHolder(DEFAULT_RULES_FILE), analyzer, channels, SystemClock(), trainer=trainer)
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
    app.add_middleware(ApiFirst, api=create_api(engine, DriftBoard(engine.database)))
    ui.run(host="127.0.0.1", port=port, reload=False, show=False, show_welcome_message=False, **RUN_OPTIONS)


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    main(int(sys.argv[1]), Path(sys.argv[2]))
