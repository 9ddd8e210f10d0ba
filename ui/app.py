"""Puts the pages on NiceGUI's application. `main` calls `build` once and then runs the server with RUN_OPTIONS."""

from typing import Any

from nicegui import app, ui

from core.bootstrap import Engine
from core.domain.errors import FrontlineError
from ui.assets import FOLDER, PATH
from ui.commands.going import GOING
from ui.commands.listing import LISTING
from ui.commands.looks import LOOKS
from ui.commands.registry import Registry
from ui.commands.tickets import TICKETS
from ui.commands.writing import WRITING
from ui.frame import add_head, show
from ui.live import SESSION_CHECK_SECONDS, Feed
from ui.markup import icon, tag
from ui.pages.design import DesignPage
from ui.pages.desk import desk_page, home
from ui.pages.model import ModelPage
from ui.pages.work import WorkPage
from ui.plain import empty
from ui.routes.brand import brand_routes
from ui.routes.files import file_routes
from ui.routes.login import login_routes
from ui.routes.message import message_routes
from ui.routes.survey import survey_routes
from ui.routing import Place
from ui.security import PageSecurity
from ui.session import language_of
from ui.shell import Site
from ui.texts import say, speaking

RUN_OPTIONS: dict[str, Any] = {
    "title": say("product"),
    "favicon": FOLDER / "favicon.svg",
    "dark": None,
    "language": "en-US",
    # NiceGUI derives the heartbeat from it: a dead connection is noticed by both ends within 18 seconds. How long the
    # page of a browser that is away is kept is said where the page is registered.
    "reconnect_timeout": 15.0,
    # Styles come from tokens and components alone; the runtime would cost 260 kB and a pass over every page.
    "tailwind": False,
    # No page binds values, so nothing has to be polled.
    "binding_refresh_interval": None,
}
"""What the pages need of `ui.run`."""
PAGES = {Place.WORK: WorkPage, Place.DESIGN: DesignPage, Place.MODEL: ModelPage}
COMMANDS = Registry((*TICKETS, *WRITING, *LISTING, *GOING, *LOOKS))
_YEAR = 365 * 24 * 3600


def build(engine: Engine) -> Feed:
    """Register pages, routes, static files and the middleware that guards them; returns the live feed."""
    feed = Feed(engine)
    app.add_middleware(PageSecurity, public_url=engine.settings.public_url)
    app.add_static_files(PATH, FOLDER, max_cache_age=_YEAR)
    for routes in (login_routes(engine, feed), file_routes(engine), survey_routes(engine), message_routes(engine)):
        app.include_router(routes)
    app.include_router(brand_routes(engine.settings.brand_color))
    app.add_api_route("/", home, include_in_schema=False)
    add_head()
    desk_page(Site(engine, feed, PAGES, COMMANDS))
    app.on_page_exception(_say_that_it_failed)
    app.timer(SESSION_CHECK_SECONDS, feed.check_sessions, immediate=False)
    return feed


def _say_that_it_failed(error: Exception) -> None:
    """The page that stands for one that could not be built; NiceGUI logs the error itself."""
    with speaking(language_of(ui.context.client.request)):
        hint = str(error) if isinstance(error, FrontlineError) else say("error.page.hint")
        again = tag("a", icon("refresh"), say("queue.retry"), class_="btn", href="")
        show(empty("server-2", say("error.page"), hint, again, alone=True), style="app page lonely")
