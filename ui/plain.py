"""The frame of pages that need no live connection: signing in, surveys. They work without JavaScript."""

from fastapi.responses import HTMLResponse

from ui.assets import BRAND_PATH, PLAIN_STYLES, asset
from ui.markup import Child, Html, icon, join, tag
from ui.security import PLAIN_PAGE_POLICY
from ui.texts import say, spoken


def plain_page(title: str, *body: Child, style: str, status: int = 200, script: str | None = None) -> HTMLResponse:
    """A whole page. `style` is the body's class, `script` a file of ours that makes the page handier."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", f"{title} · {say('product')}"),
        tag("link", rel="icon", href=asset("favicon.svg")),
        [tag("link", rel="stylesheet", href=asset(name)) for name in PLAIN_STYLES],
        tag("link", rel="stylesheet", href=BRAND_PATH),
        [tag("script", src=asset(name)) for name in ("theme.js", script) if name],
    )
    page = tag("html", head, tag("body", *body, class_=style), lang=spoken(), data_theme="light")
    headers = {"Content-Security-Policy": PLAIN_PAGE_POLICY, "Cache-Control": "no-store"}
    return HTMLResponse(f"<!doctype html>{page}", status, headers)


def brand() -> Html:
    return tag("div", tag("span", icon("mark"), class_="mark"), tag("span", say("product")), class_="brand hs")


def notice(text: str, tone: str = "bad") -> Html:
    """What went wrong, said to sighted and blind readers at once."""
    return tag("div", icon("alert-circle"), tag("span", text), class_=f"banner {tone}", role="alert")


def empty(sign: str, title: str, hint: str, *actions: Child, alone: bool = False) -> Html:
    """Why there is nothing to see. `alone` where it is all that the page says: then its title names the page."""
    return tag(
        "div", tag("span", icon(sign, "is-lg"), class_="ic"), tag("h1" if alone else "b", title), tag("span", hint),
        join(*actions),
        class_="empty",
    )  # fmt: skip


def missing_page(title: str) -> HTMLResponse:
    """What every link of ours that opens nothing leads to."""
    main = tag("main", brand(), empty("link", title, say("link.missing.hint"), alone=True), class_="signin")
    return plain_page(title, main, style="login alone", status=404)
