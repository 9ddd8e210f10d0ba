"""What stands around every page: head, rail, and the data that the script starts with."""

import hashlib
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import orjson
from nicegui import ui

from core.domain.access import Permission
from core.domain.enums import Language
from core.preferences import Preferences, Theme
from ui import marks
from ui.assets import BRAND_PATH, LIVE_SCRIPTS, LIVE_STYLES, asset
from ui.markup import Html, icon, tag
from ui.plain import empty
from ui.session import Visitor
from ui.texts import name_of, say, spoken, texts

if TYPE_CHECKING:
    from ui.shell import Site

_MARKS = {
    "channels": marks.CHANNEL_ICONS,
    "sentiments": marks.SENTIMENT_MARKS,
    "tiers": marks.TIER_CLASSES,
    "statuses": marks.STATUS_ICONS,
}


def add_head() -> None:
    """Styles and scripts of every live page. The layer lies above Quasar's and below utilities."""
    imports = "".join(f'@import url("{asset(name)}") layer(components);' for name in LIVE_STYLES)
    imports += f'@import url("{BRAND_PATH}") layer(components);'
    scripts = "".join(f'<script src="{asset(name)}"></script>' for name in LIVE_SCRIPTS)
    ui.add_head_html(f"<style>{imports}</style>{scripts}", shared=True)


def start_page(site: "Site", visitor: Visitor, preferences: Preferences) -> None:
    """What the script of this page reads first. The look is set before anything is drawn."""
    ui.dark_mode({Theme.DARK: True, Theme.LIGHT: False}.get(preferences.theme))
    values: Mapping[str, Any] = {
        "now": marks.millis(site.engine.clock.now()), "user": visitor.user.id, "language": spoken(), "marks": _MARKS,
        "commands": [command.as_json() for command in site.commands.of(visitor.actor)],
    }  # fmt: skip
    encoded = orjson.dumps(values, option=orjson.OPT_NON_STR_KEYS).decode().replace("<", "\\u003c")
    speech = f"/texts/{spoken()}.js?v={_texts_digest(spoken())}"
    look = f'frontlineTheme.set("{preferences.theme}","{preferences.density}","{spoken()}")'
    ui.add_head_html(
        f'<script>{look}</script><script src="{speech}"></script>'
        f'<script type="application/json" id="frontline-page">{encoded}</script>'
    )


def show(content: Html, name: str = "div", style: str = "") -> ui.html:
    """Put markup of ours on the page. It is escaped where it was made, so the browser need not clean it."""
    return ui.html(content, sanitize=False, tag=name).classes(style)


def slot(name: str) -> Html:
    """An empty box; `Browser.put` fills it."""
    return tag("div", data_slot=name, class_="slot")


def rail(visitor: Visitor) -> Html:
    user = visitor.user
    may = visitor.actor.may
    account = tag(
        "button", marks.avatar(user.name), class_="who", type="button", data_run="account",
        aria_label=f"{user.name}, {name_of('role', user.role)}",
    )  # fmt: skip
    return tag(
        "div",
        tag("span", icon("mark"), class_="mark", title=say("product")),
        [_link("/queue", "table", say("queue.title"))] if may(Permission.TICKET_READ) else None,
        [_link("/model", "cpu", say("model.title"))] if may(Permission.ADMINISTER) else None,
        [_link("/design", "adjustments-horizontal", say("design.title"))] if may(Permission.ADMINISTER) else None,
        tag("span", class_="grow"),
        _button("bell", say("shell.alerts"), "alerts", tag("span", class_="pip", hidden=True, id="alerts-pip"))
        if may(Permission.TICKET_READ) else None,
        _button("keyboard", say("shell.keys"), "help", class_="not-phone"),
        _button("moon", say("shell.theme"), "toggle_theme"),
        account,
        tag("form", method="post", action="/logout", id="sign-out"),
        class_="rail",
    )  # fmt: skip


def views_column(visitor: Visitor) -> Html:
    """Beside an open ticket: a way to find and run, the views of the list, and who sits here."""
    user = visitor.user
    find = tag("button", icon("search"), tag("span", say("shell.find"), class_="grow"), tag("span", class_="keycaps",
               data_caps="Mod+K"), class_="find", type="button", data_run="palette")  # fmt: skip
    name = tag("span", tag("span", user.name, class_="is-sm med clip"),
               tag("span", name_of("role", user.role), class_="is-xs muted"), class_="vs grow")  # fmt: skip
    me = tag("button", marks.avatar(user.name), name, icon("selector", "is-sm", "muted"), class_="me", type="button",
             data_run="account")  # fmt: skip
    return tag("div", find, tag("div", data_slot="views", class_="viewlist scroll"), me, class_="viewsbox")


def lonely(sign: str, title: str, hint: str, *actions: Html) -> None:
    """A page with one thing to say."""
    show(empty(sign, title, hint, *actions, alone=True), style="page lonely")


def texts_script(language: Language) -> str:
    """The texts of a language as a script that browsers may keep; its address changes when a text does."""
    return f"frontlineTexts={orjson.dumps(texts(language)).decode()}"


@cache
def _texts_digest(language: Language) -> str:
    return hashlib.sha256(texts_script(language).encode()).hexdigest()[:12]


def _link(path: str, sign: str, label: str) -> Html:
    return tag("a", icon(sign, "is-lg"), href=path, title=label, aria_label=label, data_place=path)


def _button(sign: str, label: str, run: str, *more: Html, class_: str | None = None) -> Html:
    return tag("button", icon(sign, "is-lg"), *more, aria_label=label, data_run=run, type="button", class_=class_)
