"""PostgreSQL's LISTEN: news of commits in other processes, and whatever else they announce."""

import asyncio
import logging
from collections.abc import Callable, Mapping

import asyncpg
from sqlalchemy.engine import make_url

from core.storage.database import CHANNEL, Database

log = logging.getLogger(__name__)

RECONNECT_SECONDS = 1.0


class Listening:
    """Keeps one connection that calls `heard` at each commit of another process; connects again when it is lost.

    `channels` are others to listen to: each gets the payloads of its channel, those of this process included.
    """

    def __init__(
        self, database: Database, heard: Callable[[], None], channels: Mapping[str, Callable[[str], None]] | None = None
    ) -> None:
        self._database, self._heard, self._channels = database, heard, dict(channels or {})
        self._task: asyncio.Task[None] | None = None
        self._failing = False
        self.is_open = False

    def start(self) -> None:
        if not self._database.is_sqlite:
            self._task = asyncio.create_task(self._run(), name="listening")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            try:
                await self._listen()
                told = "the connection was lost"
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                told = str(error) or type(error).__name__
            if not self._failing:
                # The bus polls meanwhile, so nothing is missed; it is only told later.
                log.warning("no news from other processes: %s", told)
            self._failing = True
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen(self) -> None:
        dsn = make_url(self._database.url).set(drivername="postgresql").render_as_string(hide_password=False)
        connection = await asyncpg.connect(dsn, timeout=5)
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())
        try:
            await connection.add_listener(CHANNEL, self._on_news)
            for channel in self._channels:
                await connection.add_listener(channel, self._on_announcement)
            self._heard()
            if self._failing:
                log.info("news from other processes comes again")
            self._failing, self.is_open = False, True
            await lost.wait()
        finally:
            self.is_open = False
            if not connection.is_closed():
                await connection.close(timeout=2)

    def _on_news(self, _connection: object, _pid: int, _channel: str, process: object) -> None:
        if process != self._database.process:
            self._heard()

    def _on_announcement(self, _connection: object, _pid: int, channel: str, payload: object) -> None:
        try:
            self._channels[channel](str(payload))
        except Exception:
            log.exception("news on %s could not be understood; the next is heard", channel)
