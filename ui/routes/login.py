"""Signing in and out with plain forms."""

import logging
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from core.bootstrap import Engine
from core.domain.access import SYSTEM
from core.domain.entities import User
from core.domain.enums import Role
from core.domain.errors import FrontlineError, InvalidInput, NotAllowed, NotAuthenticated, RateLimited, Unavailable
from ui import session
from ui.figures import number
from ui.live import Feed
from ui.marks import avatar
from ui.markup import Html, icon, tag
from ui.plain import brand, notice, plain_page
from ui.texts import name_of, say

log = logging.getLogger(__name__)


def login_routes(engine: Engine, feed: Feed) -> APIRouter:
    """GET and POST /login, POST /logout."""
    routes = APIRouter(include_in_schema=False, dependencies=[Depends(session.speak)])
    secure = engine.settings.public_url.startswith("https:")

    @routes.get("/login")
    async def show(request: Request, next: str = session.HOME, ended: bool = False) -> Response:
        if await session.visitor_of(engine, request) is not None:
            return RedirectResponse(session.local_path(next), 303)
        said = notice(say("login.ended"), "info") if ended else None
        return await _page(engine, session.local_path(next), said)

    @routes.post("/login")
    async def submit(
        request: Request,
        email: Annotated[str, Form(max_length=320)] = "",
        password: Annotated[str, Form(max_length=1_000)] = "",
        role: Annotated[str, Form(max_length=40)] = "",
        next: Annotated[str, Form(max_length=2_000)] = session.HOME,
    ) -> Response:
        target = session.local_path(next)
        try:
            secret = await _secret(engine, request, email, password, role)
        except FrontlineError as error:
            log.info("a sign-in failed: %s", error.code)
            return await _page(engine, target, notice(_problem(error)), email=email, status=_status(error))
        response = RedirectResponse(target, 303)
        session.sign_in(response, secret, secure=secure)
        return response

    @routes.post("/logout")
    async def leave(request: Request) -> Response:
        secret = request.cookies.get(session.COOKIE)
        if secret:
            await engine.people.sign_out(secret)
            feed.end_session(secret)
        response = RedirectResponse("/login", 303)
        session.sign_out(response, secure=secure)
        return response

    return routes


async def _secret(engine: Engine, request: Request, email: str, password: str, role: str) -> str:
    if role:
        if role not in Role.__members__.values():
            raise InvalidInput("role", say("login.unknown_role"))
        return await engine.people.sign_in_for_demo(Role(role))
    if not email.strip() or not password:
        raise InvalidInput("email", say("login.missing"))
    return await engine.people.sign_in(email, password, request.client.host if request.client else "")


def _problem(error: FrontlineError) -> str:
    match error:
        case InvalidInput():
            return error.problem
        case NotAuthenticated():
            return say("login.wrong")
        case RateLimited():
            return say("login.too_many", seconds=number(error.retry_after))
        case NotAllowed():
            return say("login.no_demo")
    return str(error)


def _status(error: FrontlineError) -> int:
    if isinstance(error, RateLimited):
        return 429
    if isinstance(error, InvalidInput):
        return 422
    if isinstance(error, NotAllowed):
        return 403
    return 503 if isinstance(error, Unavailable) else 401


async def _page(engine: Engine, target: str, said: Html | None, *, email: str = "", status: int = 200) -> HTMLResponse:
    main = tag("main", brand(), tag("h1", say("login.title")), tag("p", say("login.lead"), class_="soft"), said,
               _form(target, email), class_="signin")  # fmt: skip
    if not engine.settings.demo:
        return plain_page(say("login.title"), main, style="login alone", status=status)
    users = [user for user in await engine.views.users(SYSTEM) if user.active]
    return plain_page(say("login.title"), main, _demo(users, target), style="login", status=status)


def _form(target: str, email: str) -> Html:
    return tag(
        "form",
        tag("input", type="hidden", name="next", value=target),
        _field("email", say("login.email"), type_="email", value=email, autocomplete="username", autofocus=not email),
        _field("password", say("login.password"), type_="password", autocomplete="current-password"),
        tag("button", say("login.submit"), class_="btn primary", type="submit"),
        method="post",
        action="/login",
        class_="vs",
    )


def _field(name: str, label: str, **attributes: str | bool) -> Html:
    return tag(
        "div",
        tag("label", label, for_=name),
        tag("input", class_="input", id=name, name=name, required=True, **attributes),
        class_="field",
    )


def _demo(users: list[User], target: str) -> Html:
    firsts = {role: next((user for user in users if user.role is role), None) for role in Role}
    return tag(
        "aside",
        tag(
            "div",
            tag("span", icon("player-play", "is-sm"), say("login.demo"), class_="badge accent"),
            tag("h2", say("login.demo.title")),
            tag("p", say("login.demo.lead"), class_="soft"),
            tag("form", tag("input", type="hidden", name="next", value=target),
                [_role(role, user) for role, user in firsts.items() if user], method="post", action="/login",
                class_="vs"),
            tag("p", say("login.demo.foot"), class_="is-sm muted"),
        ),
        class_="demo",
    )  # fmt: skip


def _role(role: Role, user: User) -> Html:
    about = f"{user.name}: {say(f'role.{role}.about')}"
    words = tag("span", tag("b", name_of("role", role)), tag("span", about, class_="clip"), class_="grow")
    return tag(
        "button",
        avatar(user.name, "l"),
        words,
        icon("arrow-right"),
        class_="role",
        type="submit",
        name="role",
        value=role,
    )
