"""The frame of every live page: head, rail, and the data that its script starts with."""

from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import Request
from fastapi.responses import Response
from nicegui import ui

from core.bootstrap import Engine
from core.domain.access import Permission
from ui import marks, session
from ui.assets import LIVE_SCRIPTS, LIVE_STYLES, asset
from ui.markup import Html, icon, tag
from ui.plain import empty
from ui.session import Visitor
from ui.texts import TEXTS, name_of, say

_MARKS = {
    "channels": marks.CHANNEL_ICONS,
    "sentiments": marks.SENTIMENT_MARKS,
    "tiers": marks.TIER_CLASSES,
}


def add_head() -> None:
    """Styles and scripts of every live page. The layer lies above Quasar's and below utilities."""
    imports = "".join(f'@import url("{asset(name)}") layer(components);' for name in LIVE_STYLES)
    scripts = "".join(f'<script src="{asset(name)}"></script>' for name in LIVE_SCRIPTS)
    ui.add_head_html(f"<style>{imports}</style>{scripts}", shared=True)


async def admitted(engine: Engine, request: Request) -> Visitor | Response:
    """The visitor, or the way to the sign-in page."""
    return await session.visitor_of(engine, request) or session.to_login(request)


def start_page(engine: Engine, visitor: Visitor, request: Request, **data: Any) -> None:
    """What the script of this page reads first."""
    theme = request.cookies.get("frontline_theme")
    ui.dark_mode({"dark": True, "light": False}.get(theme or ""))
    values: Mapping[str, Any] = {
        "now": marks.millis(engine.clock.now()), "user": visitor.user.id, "texts": TEXTS, "marks": _MARKS, **data,
    }  # fmt: skip
    encoded = orjson.dumps(values, option=orjson.OPT_NON_STR_KEYS).decode().replace("<", "\\u003c")
    ui.add_head_html(f'<script type="application/json" id="frontline-page">{encoded}</script>')


def show(content: Html, name: str = "div", style: str = "") -> ui.html:
    """Put markup of ours on the page. It is escaped where it was made, so the browser need not clean it."""
    return ui.html(content, sanitize=False, tag=name).classes(style)


def rail(visitor: Visitor, here: str) -> Html:
    user = visitor.user
    signed_in = f"{user.name}, {name_of('role', user.role)}"
    links = [_link("/queue", "table", say("queue.title"), here)] if visitor.actor.may(Permission.TICKET_READ) else []
    return tag(
        "div",
        tag("span", icon("mark"), class_="mark", title=say("product")),
        links,
        tag("span", class_="grow"),
        _button("moon", say("shell.theme"), data_toggle="theme"),
        tag("form", _button("logout", say("shell.sign_out"), type="submit"), method="post", action="/logout"),
        tag("span", marks.avatar(user.name), tag("span", signed_in, class_="sr"), title=signed_in, class_="who"),
        class_="rail",
    )


def friendly_page(visitor: Visitor, sign: str, title: str, hint: str, *actions: Html) -> None:
    """A page with one thing to say."""
    with ui.element("div").classes("app"):
        show(rail(visitor, ""), "nav")
        with ui.element("main").classes("panel"):
            show(empty(sign, title, hint, *actions), style="page lonely")


def _link(path: str, sign: str, label: str, here: str) -> Html:
    current = "page" if path == here else None
    return tag("a", icon(sign, "is-lg"), href=path, title=label, aria_label=label, aria_current=current,
               class_="on" if current else None)  # fmt: skip


def _button(sign: str, label: str, **attributes: str) -> Html:
    return tag("button", icon(sign, "is-lg"), title=label, aria_label=label, **{"type": "button", **attributes})
