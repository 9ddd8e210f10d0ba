"""The one live page: whatever address of the desk is asked for, a shell comes and opens it."""

from fastapi import Request
from fastapi.responses import PlainTextResponse, RedirectResponse, Response
from nicegui import app, ui

from core.domain.enums import Language
from ui import frame, session
from ui.browser import Browser
from ui.routing import PATTERNS
from ui.shell import Shell, Site
from ui.texts import say, speaking

AWAY_SECONDS = 180.0
"""A browser that comes back within this time goes on where it was; later it loads the page anew."""
BUSY_SECONDS = 15.0
"""A page that takes so long to build is given up; in a busy moment it is rather late than an error."""
_YEAR = 365 * 24 * 3600


def desk_page(site: Site) -> None:
    """Register every address of `PATTERNS`, and the texts that its script speaks."""

    async def desk(request: Request) -> Response | None:
        visitor = await session.visitor_of(site.engine, request)
        if visitor is None:
            return session.to_login(request)
        preferences = await site.engine.preferences.of(visitor.actor)
        language = preferences.language or session.language_of(request)
        with speaking(language):
            frame.start_page(site, visitor, preferences)
        shell = Shell(site, visitor, Browser(ui.context.client), language, preferences)
        shell.build(request.url.path + (f"?{request.url.query}" if request.url.query else ""))
        _live(shell)
        return None

    for pattern in PATTERNS:
        ui.page(pattern, title=say("product"), reconnect_timeout=AWAY_SECONDS, response_timeout=BUSY_SECONDS)(desk)

    @app.get("/texts/{name}.js", include_in_schema=False)
    def script(name: str) -> Response:
        if name not in Language.__members__.values():
            return PlainTextResponse("The desk does not speak this language.", 404)
        headers = {"Cache-Control": f"public, max-age={_YEAR}, immutable"}
        return PlainTextResponse(frame.texts_script(Language(name)), media_type="text/javascript", headers=headers)


def home(_: Request) -> Response:
    return RedirectResponse(session.HOME, 303)


def _live(shell: Shell) -> None:
    """Connect a built shell: it joins the feed, catches up whenever it connects again, and leaves when it is gone."""
    client = shell.browser.client
    has_started = False

    async def connect() -> None:
        nonlocal has_started
        shell.feed.join(shell)
        if has_started:
            await shell.feed.catch_up(shell)
        else:
            has_started = True
            await shell.start()

    client.on_connect(connect)
    client.on_delete(lambda: shell.feed.leave(shell))
    ui.on("frontline", lambda event: shell.act(event.args))
