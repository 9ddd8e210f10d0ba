"""Screens without browsers: what they would send is written down."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from nicegui import Client, background_tasks
from nicegui import core as nicegui_core
from nicegui.page import page

from core.bootstrap import Engine
from core.domain.access import SYSTEM
from core.domain.entities import User
from core.domain.enums import Channel, Role
from core.domain.messages import InboundCustomer, InboundMessage
from ui.app import COMMANDS, PAGES
from ui.browser import Browser, script_of
from ui.live import Feed, Pace
from ui.session import Visitor
from ui.shell import Shell, Site

PASSWORD = "correct horse battery"
_numbers = count(1)


class WrittenBrowser(Browser):
    """Keeps the calls that a browser would get."""

    def __init__(self, address: str = "/queue") -> None:
        super().__init__(Client(page(address)))
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self.connected = True
        self.bytes = 0
        """What all calls together weigh on the wire."""

    @property
    def is_connected(self) -> bool:
        return self.connected

    def call(self, function: str, *arguments: Any) -> None:
        self.bytes += len(script_of(function, *arguments).encode())
        self.calls.append((function, tuple(_plain(argument) for argument in arguments)))

    def named(self, function: str) -> list[tuple[Any, ...]]:
        return [arguments for name, arguments in self.calls if name == function]

    def slot(self, name: str) -> str:
        """The markup that a slot shows now."""
        return next((str(arguments[1]) for arguments in reversed(self.named("put")) if arguments[0] == name), "")

    def rows(self) -> dict[int, dict[str, Any]]:
        """The rows that the queue's script would show now; a gap in the numbers fails."""
        shown: dict[int, dict[str, Any]] = {}
        at = 0
        for name, arguments in self.calls:
            if name not in ("list.reset", "list.patch"):
                continue
            news = arguments[0]
            assert at in (0, news["at"] - 1) or name == "list.reset"
            at = news["at"]
            if name == "list.reset":
                shown = {row["id"]: row for row in news["rows"]}
                continue
            shown |= {row["id"]: row for row in (*news["add"], *news["update"])}
            shown = {key: row for key, row in shown.items() if key not in news["remove"]}
        return shown


def _plain(argument: Any) -> Any:
    return json.loads(argument) if isinstance(argument, str) and argument.startswith(("{", "[")) else argument


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Screens read through the engine, which has its own tests on each database; here the quicker one will do."""
    return f"sqlite+aiosqlite:///{tmp_path / 'frontline.db'}"


@pytest.fixture(autouse=True)
async def _loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """NiceGUI's background tasks run on this test's loop."""
    monkeypatch.setattr(nicegui_core, "loop", asyncio.get_running_loop())


@pytest.fixture
async def feed(engine: Engine) -> AsyncIterator[Feed]:
    """The feed of an engine whose bus runs, without pauses; agents work only when a test drains them."""
    made = Feed(engine, Pace(coalesce=0, each=0, count=0, alerts=0, retry=0))
    await engine.bus.start()
    yield made
    await made.settled()
    # A page that reads its notifications holds a connection; the engine must not close under it. The outbox of a
    # NiceGUI page never ends, and holds none.
    if tasks := {task for task in background_tasks.running_tasks if not task.get_name().startswith("outbox loop")}:
        await asyncio.wait(tasks, timeout=5)


async def add_user(engine: Engine, role: Role = Role.AGENT, email: str = "ada@desk.example") -> User:
    return await engine.people.add_user(SYSTEM, email=email, name="Ada Okafor", role=role, password=PASSWORD)


async def open_desk(
    engine: Engine, feed: Feed, user: User, address: str = "/queue/open"
) -> tuple[Shell, WrittenBrowser]:
    """A shell at an address, as a browser has it that has just connected."""
    secret = await engine.people.sign_in(user.email, PASSWORD, "test")
    browser = WrittenBrowser(address)
    shell = Shell(Site(engine, feed, PAGES, COMMANDS), Visitor(user, secret), browser)
    with browser.client:
        shell.build(address)
    await heard(engine)
    feed.join(shell)
    await shell.start()
    return shell, browser


async def receive(engine: Engine, text: str = "Locked out", **values: Any) -> int:
    number = next(_numbers)
    message = InboundMessage(
        channel=values.pop("channel", Channel.EMAIL),
        external_id=f"m{number}",
        customer=values.pop("customer", InboundCustomer(email=f"kim{number}@customer.example", name="Kim")),
        text=text,
        subject=values.pop("subject", "Help"),
        **values,
    )
    return (await engine.intake.accept(message)).ticket_id


async def heard(engine: Engine) -> None:
    """Wait until the bus has told what is committed."""
    last = await engine.views.last_seq(SYSTEM)
    await until(lambda: engine.bus.seq >= last)


async def until(holds: Callable[[], bool]) -> None:
    """Let the loop run until it holds; pytest's own limit is the guard."""
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0)
