"""What stands around the grid of the queue."""

from ui.markup import Html, icon, join, tag
from ui.plain import empty
from ui.texts import say
from ui.tickets.queue_views import QUEUE_VIEWS


def queue_bar() -> Html:
    """Title, views with their counts, search."""
    box = tag("input", id="queue-search", type="search", placeholder=say("queue.search"),
              aria_label=say("queue.search"), autocomplete="off", maxlength=200)  # fmt: skip
    search = tag("label", icon("search"), box, tag("kbd", "/", class_="kbd"), class_="input quiet search")
    tabs = tag("nav", [_tab(view) for view in QUEUE_VIEWS], class_="tabs", aria_label=say("queue.views"))
    more = tag("button", say("queue.more_views"), icon("chevron-down", "is-xs"), class_="btn ghost", type="button",
               data_run="view")  # fmt: skip
    return tag(
        "div", tag("h1", say("queue.title")), tabs, tag("span", class_="vr"), more, tag("span", class_="grow"), search,
        class_="bar",
    )  # fmt: skip


def list_head() -> Html:
    """The head of the list beside an open ticket: which view it is, how many it holds, its order and filters."""
    name = tag("button", tag("h1", id="list-name"), icon("chevron-down", "is-xs", "only-narrow"), class_="name",
               type="button", data_run="view")  # fmt: skip
    return tag(
        "div", name, tag("span", id="list-count", class_="muted num"), tag("span", class_="grow"),
        _tool("arrows-sort", "sort"), _tool("filter", "filter"),
        class_="bar",
    )  # fmt: skip


def queue_notes() -> Html:
    """What is said when there are no rows."""
    retry = tag("button", icon("refresh"), say("queue.retry"), class_="btn", type="button", data_retry=True)
    failed = tag("span", icon("server-2", "is-lg"), class_="ic bad")
    nothing = empty("circle-check", say("queue.empty"), say("queue.empty.hint"))
    no_match = empty("search", say("queue.no_match"), say("queue.no_match.hint"))
    bars = [tag("div", tag("span", class_="skel"), class_="skelrow") for _ in range(8)]
    return join(
        tag("div", bars, id="queue-loading", class_="note loading", aria_hidden="true"),
        tag("div", nothing, id="queue-empty", class_="note", hidden=True),
        tag("div", no_match, id="queue-no-match", class_="note", hidden=True),
        tag("div", tag("div", failed, tag("b", say("queue.failed")), tag("span", data_problem=True), retry,
                       class_="empty"), id="queue-failed", class_="note", role="alert", hidden=True),
        tag("div", id="bulk", class_="bulk", role="toolbar", aria_label=say("bulk.title"), hidden=True),
    )  # fmt: skip


def queue_foot() -> Html:
    keys = [("J", None), ("K", say("keys.move")), ("X", say("keys.select")), ("↵", say("keys.open"))]
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


def _tab(view: str) -> Html:
    path = f"/queue/{view.replace('_', '-')}"
    count = tag("span", class_="n num muted", data_count=view)
    return tag("a", tag("span", say(f"view.{view}")), count, href=path, data_view=view)


def _tool(sign: str, command: str) -> Html:
    return tag("button", icon(sign), class_="btn icon ghost is-sm", type="button", data_run=command,
               aria_label=say(f"command.{command}"))  # fmt: skip
