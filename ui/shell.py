"""One browser's frame: who sits there, the page that is shown, and errors that are always said."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from nicegui import background_tasks, ui

from core.bootstrap import Engine
from core.domain.access import Actor, Permission
from core.domain.entities import User
from core.domain.enums import Language
from core.domain.errors import FrontlineError, InvalidInput, NotAllowed
from core.preferences import Preferences
from ui import frame, session
from ui.alerts_panel import AlertsPanel
from ui.browser import Browser
from ui.commands.registry import Registry, Run
from ui.marks import millis
from ui.news import News
from ui.page import Action, Page, Payload, numbers_of, text_of
from ui.routing import Place, Route, parse
from ui.session import Visitor
from ui.texts import say, speaking

if TYPE_CHECKING:
    from ui.live import Feed

log = logging.getLogger(__name__)

Pages = Mapping[Place, type[Page]]


@dataclass(frozen=True, slots=True)
class Site:
    """What all shells of a process share."""

    engine: Engine
    feed: "Feed"
    pages: Pages
    commands: Registry


class Shell:
    """What the feed tells, and what the browser's script talks to. Every action is checked against the session as it
    is now, and runs alone."""

    def __init__(
        self,
        site: Site,
        visitor: Visitor,
        browser: Browser,
        language: Language = Language.EN,
        preferences: Preferences | None = None,
    ) -> None:
        self.engine, self.feed, self.commands, self._pages = site.engine, site.feed, site.commands, site.pages
        self.visitor, self.browser, self.language = visitor, browser, language
        self.preferences = preferences or Preferences()
        self.alerts = AlertsPanel(self)
        self.address = session.HOME
        self.page: Page | None = None
        self.has_ended = False
        self.seq = 0
        """The journal row up to which this browser has been told."""
        self._host: ui.element | None = None
        self._one_at_a_time = asyncio.Lock()

    @property
    def actor(self) -> Actor:
        return self.visitor.actor

    @property
    def may_read(self) -> bool:
        return self.page is not None and self.actor.may(Permission.TICKET_READ)

    @property
    def ticket_id(self) -> int | None:
        """The ticket that this browser shows in full, if it does."""
        return self.page.ticket_id if self.page else None

    def speaking(self) -> AbstractContextManager[None]:
        """Texts in the language of this visitor."""
        return speaking(self.language)

    # ---- building ----

    def build(self, address: str) -> None:
        """Put the frame and the page of `address` on a new client."""
        # The framework wraps everything in a <main>; only what stands beside rail and views is one.
        wrapper = ui.context.client.content.parent_slot
        assert wrapper is not None
        wrapper.parent.tag = "div"
        with self.speaking(), ui.element("div").classes("app"):
            frame.show(frame.rail(self.visitor), "nav")
            frame.show(frame.views_column(self.visitor), "aside", "views").props["aria-label"] = say("queue.views")
            self._host = ui.element("main").classes("panel")
            self._place(address)

    def _place(self, address: str) -> Route | None:
        """Build the page of `address`; the route, or None where this visitor sees another page instead."""
        route = parse(address)
        wanted = self._pages.get(route.place) if route else None
        assert self._host is not None
        self.address = address
        self._host.clear()
        self.page = None
        with self._host:
            if wanted is None or route is None:
                frame.lonely("help", say("shell.missing"), say("shell.missing.hint"))
            elif not self.actor.may(wanted.permission):
                frame.lonely("chart-line", say("executive.title"), say("executive.hint"))
            else:
                self.page = wanted(self)
                self.page.build()
                return route
        return None

    # ---- living ----

    async def start(self) -> None:
        """The browser has connected for the first time: bring the content."""
        await self._guarded(self._start, "a page could not be loaded")

    async def resync(self) -> None:
        """Show everything as it is now: after a gap that is too wide to fill, or when a patch failed."""
        await self._guarded(self._load, "a page could not be loaded")

    async def act(self, payload: object) -> None:
        """Do what the page asks, as the person who is signed in now."""
        if not isinstance(payload, dict):
            return
        name = str(payload.get("act"))

        async def run() -> None:
            await self._action(name)(payload)

        await self._guarded(run, f"the action {name} failed")

    def apply(self, news: News) -> None:
        if self.page is not None and not self.has_ended:
            with self.speaking():
                self.page.apply(news)

    def alerts_changed(self) -> None:
        """Something new for this person in particular."""
        background_tasks.create(self._guarded(self.alerts.tell, "the notifications could not be read"))

    def meet(self, user: User | None) -> None:
        """Take over who the user is now: signed out, or with another role."""
        if user is None:
            self.end()
            return
        was, self.visitor = self.visitor, replace(self.visitor, user=user)
        if user.role is not was.user.role:
            self.browser.call("reload")

    def end(self) -> None:
        if not self.has_ended:
            self.has_ended = True
            self.browser.call("leave", session.login_url(self.address, ended=True))

    async def after(self, *ticket_ids: int) -> None:
        """These tickets were changed here just now."""
        if self.page is not None:
            await self.page.after(ticket_ids)

    # ---- actions of every page ----

    def actions(self) -> Mapping[str, Action]:
        """All that the browser may ask for now, by name."""
        return {
            "go": self._go, "run": self._run, "options": self._options, "resync": self._reload,
            **self.alerts.actions(),
            **(self.page.actions() if self.page is not None else {}),
        }  # fmt: skip

    def _action(self, name: str) -> Action:
        action = self.actions().get(name)
        if action is None:
            raise InvalidInput("act", f"there is no {name!r} on this page", "Reload the page")
        return action

    async def _start(self) -> None:
        self.seq = self.engine.bus.seq
        route = parse(self.address)
        if self.page is not None and route is not None:
            self.browser.call("setNow", millis(self.engine.clock.now()))
            await self.page.open(route)
        await self.alerts.tell()

    async def _load(self) -> None:
        self.seq = self.engine.bus.seq
        self.browser.forget()
        if self.page is not None:
            self.browser.call("setNow", millis(self.engine.clock.now()))
            await self.page.load()
        await self.alerts.tell()

    async def _reload(self, _: Payload) -> None:
        await self._load()

    async def _go(self, payload: Payload) -> None:
        address = session.local_path(text_of(payload, "path"))
        route = parse(address)
        known = self._pages.get(route.place) if route else None
        if self.page is not None and known is type(self.page) and route is not None:
            self.address = address
            await self.page.open(route)
            return
        self.browser.forget()
        with self.browser.client:
            route = self._place(address)
        if self.page is not None and route is not None:
            await self.page.open(route)

    async def _run(self, payload: Payload) -> None:
        command = self.commands.get(self.actor, text_of(payload, "command"))
        value = payload.get("value")
        if command.run is None or not (value is None or isinstance(value, str)):
            raise InvalidInput("command", "can't be run like this", "Reload the page")
        targets = numbers_of(payload, "targets")
        try:
            await command.run(self, Run(value, targets))
        except FrontlineError:
            self.browser.call("refused", command.id, targets)
            raise

    async def _options(self, payload: Payload) -> None:
        command = self.commands.get(self.actor, text_of(payload, "command"))
        if command.options is None:
            raise InvalidInput("command", "has nothing to choose from", "Reload the page")
        options = await command.options(self, text_of(payload, "text"), numbers_of(payload, "targets"))
        self.browser.call("commands.options", payload.get("ask"), [asdict(option) for option in options])

    # ---- safety ----

    async def _guarded(self, does: Callable[[], Awaitable[None]], what: str) -> None:
        with self.speaking():
            try:
                async with self._one_at_a_time:
                    if await self._check_session():
                        await does()
            except NotAllowed:
                self.browser.complain(say("error.forbidden"))
            except FrontlineError as error:
                log.info("%s: %s", what, error)
                self.browser.complain(str(error))
            except Exception:
                reference = secrets.token_hex(4)
                log.exception("%s, reference %s", what, reference)
                self.browser.complain(say("error.unexpected", reference=reference))

    async def _check_session(self) -> bool:
        """Whether the session still runs and may see this page; otherwise the browser is led away."""
        self.meet(await self.engine.people.user_of_session(self.visitor.secret))
        return not self.has_ended and (self.page is None or self.actor.may(self.page.permission))
