"""Carries presence between the processes of one desk, and lets the dead vanish."""

import asyncio
import logging
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from core.domain.errors import FrontlineError
from core.presence import PresenceBoard, Seat
from core.storage.announcements import LONGEST_PAYLOAD, announce
from core.storage.database import Database
from core.wake import Wake

log = logging.getLogger(__name__)

CHANNEL = "frontline_presence"
ANNOUNCE_SECONDS = 10.0
"""All seats are told again so often, so that a process that died is forgotten and one that started learns."""

SWEEP_SECONDS = 5.0
GATHER_SECONDS = 0.05


class PresenceExchange:
    """One process alone (SQLite) has nobody to tell; it only sweeps."""

    def __init__(self, database: Database, board: PresenceBoard) -> None:
        self._database, self._board = database, board
        self._changed: set[str] = set()
        self._wake = Wake()
        self._tasks: list[asyncio.Task[None]] = []
        self._failing = False
        if not database.is_sqlite:
            board.on_local_change = self._note

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._sweep(), name="presence sweep")]
        if not self._database.is_sqlite:
            self._tasks += [
                asyncio.create_task(self._tell_changes(), name="presence changes"),
                asyncio.create_task(self._tell_all(), name="presence"),
            ]

    async def stop(self) -> None:
        if not self._tasks:
            return
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        if not self._database.is_sqlite:
            await self._send([{"process": self._database.process, "ended": True}])

    def hear(self, payload: str) -> None:
        """What another process announced. Its clock may differ, so a seat lives from when it is heard of."""
        told: dict[str, Any] = orjson.loads(payload)
        process = told["process"]
        if process == self._database.process:
            return
        if told.get("ended"):
            self._board.forget(process)
            return
        now = self._database.clock.now()
        for screen, user_id, name, ticket_id, typing in told["seats"]:
            self._board.hear_of(process, screen, Seat(user_id, name, ticket_id, typing, now))

    async def announce(self) -> None:
        """Tell the others every seat of this process."""
        await self._send(self._messages(self._board.local_seats()))

    def _note(self, screen: str) -> None:
        self._changed.add(screen)
        self._wake.ring()

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            self._board.sweep()

    async def _tell_all(self) -> None:
        while True:
            await self.announce()
            await asyncio.sleep(ANNOUNCE_SECONDS)

    async def _tell_changes(self) -> None:
        while True:
            if await self._wake.wait(ANNOUNCE_SECONDS):
                await asyncio.sleep(GATHER_SECONDS)
                changed, self._changed = self._changed, set()
                await self._send(self._messages(changed))

    def _messages(self, screens: Iterable[str]) -> Iterator[dict[str, Any]]:
        """Messages short enough for the channel."""
        seats: list[list[Any]] = []
        known = self._board.local_seats()
        length = 0
        for screen in screens:
            seat = known.get(screen)
            told = (
                [screen, seat.user_id, seat.name, seat.ticket_id, seat.typing] if seat else [screen, 0, "", None, None]
            )
            added = len(orjson.dumps(told)) + 1
            if seats and length + added > LONGEST_PAYLOAD - 200:
                yield {"process": self._database.process, "seats": seats}
                seats, length = [], 0
            seats.append(told)
            length += added
        if seats:
            yield {"process": self._database.process, "seats": seats}

    async def _send(self, messages: Iterable[dict[str, Any]]) -> None:
        payloads = [orjson.dumps(message).decode() for message in messages]
        if not payloads:
            return
        try:
            await announce(self._database, CHANNEL, payloads)
        except FrontlineError as error:
            # The next round tells everything again.
            if not self._failing:
                log.warning("other processes are not told who is here: %s", error)
            self._failing = True
        else:
            self._failing = False
