"""The filters above the list: one chip for each, the order, what waits above, and how dense the rows are."""

from collections.abc import Sequence

from core.domain.entities import Queue
from core.preferences import Density
from ui.markup import Html, icon, tag
from ui.texts import name_of, say
from ui.tickets.list_state import FIELDS, ListState

_KINDS = {"sla": "clock"}


def filter_bar(state: ListState, queues: Sequence[Queue], density: Density) -> Html:
    names = {queue.id: queue.name for queue in queues}
    chips = [_chip(state, name, names) for name in FIELDS if state.filters.get(name)]
    add = tag("button", icon("plus"), say("filter.add"), class_="chip dashed", type="button", data_run="filter")
    sort = tag("button", icon("arrows-sort"), say(f"sort.{state.sort}"), class_="chip", type="button", data_run="sort")
    save = tag("button", say("filter.save"), class_="btn ghost is-sm accent-text", type="button", data_run="save_view")
    rows = [
        tag("button", say(f"density.{one}"), type="button", data_run="density", data_value=one,
            class_="on" if one is density else None, aria_pressed="true" if one is density else "false")
        for one in Density
    ]  # fmt: skip
    pill = tag("button", icon("arrow-up"), tag("span"), id="list-pill", class_="pill accent", type="button",
               data_run="show_new", hidden=True)  # fmt: skip
    return tag(
        "div", chips, add, tag("span", class_="vr"), sort, tag("span", class_="grow"), pill,
        tag("span", class_="grow"), save if state.path != "/queue/open" else None,
        tag("span", rows, class_="seg not-phone", role="group", aria_label=say("command.density")),
        class_="hs filterbar",
    )  # fmt: skip


def value_name(field: str, value: str, queues: dict[str, str]) -> str:
    """How people call a value of a filter."""
    if field == "waiting":
        return say(f"waiting.{value}")
    if field == "queue":
        return queues.get(value, value)
    return name_of(_KINDS.get(field, field), value)


def _chip(state: ListState, field: str, queues: dict[str, str]) -> Html:
    values = ", ".join(value_name(field, value, queues) for value in state.filters[field])
    words = say("filter.is", field=say(f"filter.{field}"), values=values)
    edit = tag("button", icon("filter"), words, type="button", data_run="filter", data_value=field)
    gone = tag("a", icon("x", "is-xs"), href=state.without(field).path, aria_label=say("filter.remove", what=words))
    return tag("span", edit, gone, class_="chip on")
