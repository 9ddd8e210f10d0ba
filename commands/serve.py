"""`serve`: the desk, its API and the engine in one process."""

import asyncio
import logging
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

from commands import logs
from commands.composition import build_analyzer, build_engine, folder_channels, prepared, read_settings
from commands.console import refuse, say
from commands.memory import spare_the_loop
from config.holder import RulesHolder
from config.settings import Settings
from core.bootstrap import Engine
from core.domain.access import SYSTEM
from core.domain.errors import ConfigurationError
from models.analyzer import LocalAnalyzer

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Asgi = Callable[[Scope, Any, Any], Awaitable[None]]
API_PATHS = ("/api/", "/healthz", "/readyz", "/metrics")


def serve(host: str | None, port: int | None, database_url: str | None, *, demo: bool) -> None:
    """Runs until it is stopped."""
    settings = read_settings(host=host, port=port, database_url=database_url, demo=demo or None)
    check_port(settings)
    analyzer = build_analyzer(settings)
    engine = build_engine(settings, analyzer)
    rules = engine.rules.current.logging
    logs.set_up(settings.data_dir / "logs", level=rules.level, keep_days=rules.keep_days)
    asyncio.run(_prepare(settings))
    # The server hands the signal on once it has stopped; that was in order, so the exit code says so.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    analyzer.start()
    if settings.demo:
        asyncio.run(_plant(settings, engine.rules, analyzer))
    _run(settings, engine, analyzer)


def check_port(settings: Settings) -> None:
    """Refuse in one line when nobody can listen there, before anything is started."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            refuse(
                f"can't listen on {settings.host}:{settings.port} ({error.strerror}). "
                f"Stop what uses it, or give another: --port {settings.port + 1}"
            )


async def _prepare(settings: Settings) -> None:
    """Before the server starts, so that a database that can't be used is told in one line."""
    async with prepared(settings):
        log.info("the database is ready: %s", settings.database_label)


async def _plant(settings: Settings, rules: RulesHolder, analyzer: LocalAnalyzer) -> None:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from core.demo.plant import plant

    with Progress(TextColumn("planting demo data"), BarColumn(), MofNCompleteColumn(), transient=True) as bar:
        task = bar.add_task("plant", total=None)

        def progress(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        # Into the folder even where SMTP is set up: nobody gets mail from an invented past.
        await plant(settings, rules, analyzer, folder_channels(settings), progress=progress)


def _run(settings: Settings, engine: Engine, analyzer: LocalAnalyzer) -> None:
    # NiceGUI takes a second to import, which the other commands need not spend.
    from nicegui import app
    from nicegui import ui as nicegui_ui

    from dashboards.drift import DriftBoard
    from integrations.api.app import create_api
    from ui.app import RUN_OPTIONS
    from ui.app import build as build_pages

    build_pages(engine)
    api = create_api(engine, DriftBoard(engine.database))
    app.router.lifespan_context = _lifespan(app.router.lifespan_context, settings, engine, analyzer, api)
    web = app.build_middleware_stack
    # In front of NiceGUI's middleware: a request to the API has no business with pages, sessions and compression.
    app.build_middleware_stack = lambda: _api_first(api, web())  # type: ignore[method-assign]
    nicegui_ui.run(
        host=settings.host,
        port=settings.port,
        **RUN_OPTIONS,
        reload=False,
        show=False,
        show_welcome_message=False,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=5,
        # Compression took a fifth of the server's time and half of the memory of an open desk, to save a few hundred
        # bytes of a patch; and Socket.IO has a heartbeat of its own.
        ws_per_message_deflate=False,
        ws_ping_interval=None,
    )


def _api_first(api: Asgi, web: Asgi) -> Asgi:
    async def dispatch(scope: Scope, receive: Any, send: Any) -> None:
        is_api = scope["type"] == "http" and scope["path"].startswith(API_PATHS)
        await (api if is_api else web)(scope, receive, send)

    return dispatch


def _lifespan(web: Any, settings: Settings, engine: Engine, analyzer: LocalAnalyzer, api: Any) -> Any:
    """The engine is up before the first request is answered, and stops after the last."""

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[Any]:
        await engine.prepare()
        await engine.start()
        _reload_on_signal(engine)
        _before_stopping(api.state.parts.streams.close)
        spare_the_loop()
        knowledge = asyncio.create_task(_index_when_ready(engine, analyzer), name="knowledge")
        try:
            async with web(app) as state:
                await _greet(settings, engine)
                yield state
        finally:
            knowledge.cancel()
            await engine.stop()
            analyzer.close()

    return lifespan


async def _index_when_ready(engine: Engine, analyzer: LocalAnalyzer) -> None:
    await analyzer.settled()
    spare_the_loop()
    engine.schedule.hurry("knowledge index")
    engine.database.committed.announce()


def _reload_on_signal(engine: Engine) -> None:
    """SIGHUP reads the rules again, as is usual for servers."""

    async def reload() -> None:
        try:
            await engine.operating.reload_rules(SYSTEM)
        except ConfigurationError as error:
            log.error("the rules stay as they were:\n%s", error)
        else:
            log.warning("the rules were read again from %s", engine.rules.path)

    tasks: set[asyncio.Task[None]] = set()

    def on_signal() -> None:
        task = asyncio.get_running_loop().create_task(reload())
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, on_signal)


def _before_stopping(act: Callable[[], None]) -> None:
    """Act as soon as the server is told to stop: it waits for open connections before it ends its application."""
    loop = asyncio.get_running_loop()

    def around(stop: Any) -> Callable[[int, Any], None]:
        def on_signal(number: int, frame: Any) -> None:
            loop.call_soon_threadsafe(act)
            stop(number, frame)

        return on_signal

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, around(signal.getsignal(number)))


async def _greet(settings: Settings, engine: Engine) -> None:
    async with engine.database.read() as tx:
        people = await tx.users.count()
    say(f"Frontline is ready: {settings.public_url}")
    if settings.demo:
        say("Sign in with one click: agent, supervisor, executive or admin (demo mode).")
    elif not people:
        say("Nobody can sign in yet. Add the first user: python main.py users add you@example.com --role admin")
    say(f"Mail leaves by {'SMTP ' + settings.smtp.host if settings.smtp else 'files in ' + str(settings.outbox_dir)}")
