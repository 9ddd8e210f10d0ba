"""Who looks at which ticket, and who types there. Kept in memory alone: it is worth nothing after a restart."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from core.domain.ports import Clock

log = logging.getLogger(__name__)

LIFE = timedelta(seconds=25)
"""A screen that has not been heard of for so long shows nobody any more."""

Typing = Literal["reply", "note"]
ScreenKey = tuple[str, str]
"""(process, screen): screens are named by their process."""


@dataclass(frozen=True, slots=True)
class Presence:
    """One person on one ticket, however many screens show it."""

    user_id: int
    name: str
    typing: Typing | None = None


@dataclass(frozen=True, slots=True)
class Seat:
    """One screen: who sits there, and the ticket that it shows, if one."""

    user_id: int
    name: str
    ticket_id: int | None
    typing: Typing | None
    heard_at: datetime


class PresenceBoard:
    """Screens of this process are told of by `look`, `typing`, `beat` and `leave`; those of others by `hear_of`.

    Everything happens at once and never waits. Subscribers get the ids of tickets where another set of people is seen.
    """

    def __init__(self, clock: Clock, process: str) -> None:
        self._clock, self._process = clock, process
        self._seats: dict[ScreenKey, Seat] = {}
        self._of_ticket: defaultdict[int, set[ScreenKey]] = defaultdict(set)
        self._seen: dict[int, tuple[Presence, ...]] = {}
        self._subscribers: list[Callable[[set[int]], None]] = []
        self.on_local_change: Callable[[str], None] | None = None
        """Called with the name of a screen of this process whose seat changed."""

    def subscribe(self, callback: Callable[[set[int]], None]) -> Callable[[], None]:
        """Returns the function that ends the subscription."""
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback) if callback in self._subscribers else None

    def look(self, user_id: int, name: str, screen: str, ticket_id: int | None) -> None:
        """This screen shows `ticket_id` now, or no ticket. Nobody types on a ticket that was just opened."""
        was = self._seats.get((self._process, screen))
        if was is not None and was.ticket_id == ticket_id:
            self.beat(screen)
            return
        self._place_local(screen, Seat(user_id, name, ticket_id, None, self._clock.now()))

    def typing(self, screen: str, kind: Typing | None) -> None:
        was = self._seats.get((self._process, screen))
        if was is not None:
            self._place_local(screen, replace(was, typing=kind, heard_at=self._clock.now()))

    def beat(self, screen: str) -> None:
        """This screen is still there. One that was given up is seen again."""
        was = self._seats.get((self._process, screen))
        if was is None:
            return
        now = self._clock.now()
        was_seen, seat = self._lives(was), replace(was, heard_at=now)
        if was_seen:
            self._seats[self._process, screen] = seat
        else:
            self._place_local(screen, seat)

    def leave(self, screen: str) -> None:
        self._remove((self._process, screen))
        self._tell_of_local(screen)

    def of(self, ticket_ids: Iterable[int]) -> dict[int, tuple[Presence, ...]]:
        """Who is on each of these tickets, by name; tickets without anybody are there too."""
        return {ticket_id: self._people_on(ticket_id) for ticket_id in ticket_ids}

    def local_seats(self) -> dict[str, Seat]:
        """The living screens of this process that show a ticket, by screen."""
        return {
            screen: seat
            for (process, screen), seat in self._seats.items()
            if process == self._process and seat.ticket_id is not None and self._lives(seat)
        }

    def hear_of(self, process: str, screen: str, seat: Seat | None) -> None:
        """News of a screen of another process; None when it shows no ticket any more."""
        key = (process, screen)
        if seat is None or seat.ticket_id is None:
            self._remove(key)
        else:
            self._place(key, seat)

    def forget(self, process: str) -> None:
        """Another process has ended."""
        for key in [key for key in self._seats if key[0] == process]:
            self._remove(key)

    def sweep(self) -> None:
        """Let those vanish that have not been heard of; a screen of this process is kept, for it may come back."""
        gone = [key for key, seat in self._seats.items() if not self._lives(seat)]
        tickets = {ticket_id for key in gone if (ticket_id := self._seats[key].ticket_id) is not None}
        for key in gone:
            if key[0] != self._process:
                self._remove(key)
        self._tell(tickets)

    def _place_local(self, screen: str, seat: Seat) -> None:
        self._place((self._process, screen), seat)
        self._tell_of_local(screen)

    def _place(self, key: ScreenKey, seat: Seat) -> None:
        was = self._seats.get(key)
        self._seats[key] = seat
        touched = {ticket_id for one in (was, seat) if one and (ticket_id := one.ticket_id) is not None}
        if was is not None and was.ticket_id is not None and was.ticket_id != seat.ticket_id:
            self._unlink(key, was.ticket_id)
        if seat.ticket_id is not None:
            self._of_ticket[seat.ticket_id].add(key)
        self._tell(touched)

    def _remove(self, key: ScreenKey) -> None:
        seat = self._seats.pop(key, None)
        if seat is not None and seat.ticket_id is not None:
            self._unlink(key, seat.ticket_id)
            self._tell({seat.ticket_id})

    def _unlink(self, key: ScreenKey, ticket_id: int) -> None:
        self._of_ticket[ticket_id].discard(key)
        if not self._of_ticket[ticket_id]:
            del self._of_ticket[ticket_id]

    def _lives(self, seat: Seat) -> bool:
        return self._clock.now() - seat.heard_at < LIFE

    def _people_on(self, ticket_id: int) -> tuple[Presence, ...]:
        people: dict[int, Presence] = {}
        for key in sorted(self._of_ticket.get(ticket_id, ())):
            seat = self._seats[key]
            if not self._lives(seat):
                continue
            known = people.get(seat.user_id)
            typing = seat.typing or (known.typing if known else None)
            people[seat.user_id] = Presence(seat.user_id, seat.name, typing)
        return tuple(sorted(people.values(), key=lambda one: (one.name, one.user_id)))

    def _tell(self, ticket_ids: Iterable[int]) -> None:
        changed = {ticket_id for ticket_id in ticket_ids if self._has_changed(ticket_id)}
        for subscriber in list(self._subscribers) if changed else ():
            try:
                subscriber(changed)
            except Exception:
                log.exception("a listener of the presence failed; the others go on")

    def _has_changed(self, ticket_id: int) -> bool:
        people = self._people_on(ticket_id)
        if people == self._seen.get(ticket_id, ()):
            return False
        if people:
            self._seen[ticket_id] = people
        else:
            del self._seen[ticket_id]
        return True

    def _tell_of_local(self, screen: str) -> None:
        if self.on_local_change is not None:
            self.on_local_change(screen)
