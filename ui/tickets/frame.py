"""What stands around the grid of the queue."""

from ui.markup import Html, icon, join, tag
from ui.plain import empty
from ui.texts import say
from ui.tickets.queue_views import QUEUE_VIEWS


def queue_bar(view: str, text: str) -> Html:
    """Title, views with their counts, search."""
    box = tag("input", id="queue-search", type="search", value=text, placeholder=say("queue.search"),
              aria_label=say("queue.search"), autocomplete="off", maxlength=200)  # fmt: skip
    search = tag("label", icon("search"), box, tag("kbd", "/", class_="kbd"), class_="input quiet search")
    tabs = tag(
        "nav", [_tab(known, known == view) for known in QUEUE_VIEWS], class_="tabs", aria_label=say("queue.views")
    )
    return tag("div", tag("h1", say("queue.title")), tabs, tag("span", class_="grow"), search, class_="bar")


def queue_notes() -> Html:
    """What is said when there are no rows."""
    retry = tag("button", icon("refresh"), say("queue.retry"), class_="btn", type="button", data_retry=True)
    failed = tag("span", icon("server-2", "is-lg"), class_="ic bad")
    nothing = empty("circle-check", say("queue.empty"), say("queue.empty.hint"))
    no_match = empty("search", say("queue.no_match"), say("queue.no_match.hint"))
    return join(
        tag("div", nothing, id="queue-empty", hidden=True),
        tag("div", no_match, id="queue-no-match", hidden=True),
        tag("div", tag("div", failed, tag("b", say("queue.failed")), tag("span", data_problem=True), retry,
                       class_="empty"), id="queue-failed", role="alert", hidden=True),
    )  # fmt: skip


def queue_foot() -> Html:
    keys = [("J", None), ("K", say("keys.move")), ("↵", say("keys.open")), ("/", say("keys.search"))]
    return tag(
        "div",
        tag("span", id="queue-shown", class_="num", role="status"),
        tag("span", class_="vr"),
        tag("span", tag("i", class_="dot good"), say("queue.live"), class_="hs tight live"),
        tag("button", icon("chevron-down"), say("queue.more"), class_="btn is-sm", id="queue-more", type="button",
            hidden=True),
        tag("span", class_="grow"),
        tag("span", [join(tag("kbd", key, class_="kbd"), tag("span", label) if label else None) for key, label in keys],
            class_="hs keys"),
        class_="qfoot is-sm muted",
    )  # fmt: skip


def _tab(view: str, is_on: bool) -> Html:
    return tag("a", tag("span", say(f"view.{view}")), tag("span", class_="n num muted"), href=f"/queue?view={view}",
               data_view=view, class_="on" if is_on else None, aria_current="page" if is_on else None)  # fmt: skip
