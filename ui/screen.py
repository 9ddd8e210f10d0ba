"""What the live pages have in common: a visitor who is checked at each action, and errors that are always said."""

import asyncio
import logging
import secrets
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.bootstrap import Engine
from core.domain.access import Actor, Permission
from core.domain.entities import User
from core.domain.errors import FrontlineError, InvalidInput, NotAllowed
from core.views import TicketView
from ui import session
from ui.browser import Browser
from ui.rows import Row
from ui.session import Visitor
from ui.texts import say

log = logging.getLogger(__name__)

Payload = Mapping[str, Any]
Action = Callable[[Payload], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class News:
    """What changed, read once for all screens: tickets as rows (None for one that is gone), and those being watched."""

    rows: Mapping[int, Row | None]
    watched: Mapping[int, TicketView]


class Screen(ABC):
    """One page in one browser. `apply` is quick and never awaits; `load` brings everything anew."""

    ticket_id: int | None = None
    """The ticket that this screen shows in full, if it does."""

    def __init__(self, engine: Engine, visitor: Visitor, browser: Browser, path: str) -> None:
        self.engine, self.visitor, self.browser, self.path = engine, visitor, browser, path
        self._one_at_a_time = asyncio.Lock()

    @property
    def actor(self) -> Actor:
        return self.visitor.actor

    @property
    def may_read(self) -> bool:
        return self.actor.may(Permission.TICKET_READ)

    @abstractmethod
    def apply(self, news: News) -> None: ...

    @abstractmethod
    async def load(self) -> None: ...

    @abstractmethod
    def actions(self) -> Mapping[str, Action]:
        """What this page's script may ask for, by name."""

    def load_failed(self, text: str) -> None:
        self.browser.complain(text)

    async def resync(self) -> None:
        """Show everything as it is now; for the first time, after a lost connection, after a gap."""
        try:
            async with self._one_at_a_time:
                if await self.check_session():
                    await self.load()
        except FrontlineError as error:
            log.warning("a page could not be loaded: %s", error)
            self.load_failed(str(error))
        except Exception:
            self.load_failed(self._unexpected("a page could not be loaded"))

    async def act(self, payload: object) -> None:
        """Do what the page asks, as the person who is signed in now."""
        if not isinstance(payload, dict):
            return
        name = payload.get("act")
        try:
            action = self.actions().get(str(name))
            if action is None:
                raise InvalidInput("act", f"there is no {name!r} on this page", "Reload the page")
            async with self._one_at_a_time:
                if await self.check_session():
                    await action(payload)
        except NotAllowed:
            self.browser.complain(say("error.forbidden"))
        except FrontlineError as error:
            self.browser.complain(str(error))
        except Exception:
            self.browser.complain(self._unexpected(f"the action {name} failed"))

    async def check_session(self) -> bool:
        """Whether the session still runs and may read tickets; otherwise the browser is led away."""
        self.meet(await self.engine.people.user_of_session(self.visitor.secret))
        return not self.has_ended and self.may_read

    has_ended = False

    def meet(self, user: User | None) -> None:
        """Take over who the user is now: signed out, or with another role."""
        if user is None:
            self.end()
            return
        self.visitor = replace(self.visitor, user=user)
        if not self.may_read:
            self.browser.go(self.path)

    def end(self) -> None:
        if not self.has_ended:
            self.has_ended = True
            self.browser.go(session.login_url(self.path, ended=True))

    def _unexpected(self, what: str) -> str:
        reference = secrets.token_hex(4)
        log.exception("%s, reference %s", what, reference)
        return say("error.unexpected", reference=reference)


def text_of(payload: Payload, field: str) -> str:
    """A text that the script sent; raises InvalidInput for anything else."""
    value = payload.get(field)
    if not isinstance(value, str):
        raise InvalidInput(field, "is not a text", "Reload the page")
    return value


def number_of(payload: Payload, field: str) -> int:
    value = payload.get(field)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**63:
        raise InvalidInput(field, "is not a whole number", "Reload the page")
    return value
