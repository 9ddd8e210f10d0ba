"""The views beside an open ticket: the standing ones, each queue, and what people have saved."""

from collections.abc import Sequence

from core.domain.entities import Queue
from core.domain.saved_views import SavedView
from ui.markup import Html, icon, join, tag
from ui.routing import queue_path
from ui.texts import say
from ui.tickets.list_state import ListState
from ui.tickets.queue_views import QUEUE_VIEWS


def views_nav(state: ListState, queues: Sequence[Queue], saved: Sequence[SavedView]) -> Html:
    standing = [_link(queue_path(view.id), say(f"view.{view.id}"), view.id, state, view.icon)
                for view in QUEUE_VIEWS.values()]  # fmt: skip
    by_queue = [
        _link(ListState(filters={"queue": (queue.id,)}).path, queue.name, f"queue:{queue.id}", state)
        for queue in queues
    ]
    kept = [_link(view.query, view.name, f"saved:{view.id}", state, "users" if view.shared else None)
            for view in saved]  # fmt: skip
    add = tag("button", icon("plus", "is-sm"), class_="btn ghost icon is-sm", type="button", data_run="save_view",
              aria_label=say("filter.save"))  # fmt: skip
    return join(
        standing,
        tag("h3", say("views.queues")),
        by_queue,
        tag("h3", say("views.saved"), add),
        kept or tag("span", say("views.none"), class_="is-sm muted hint"),
    )


def _link(path: str, name: str, count: str, state: ListState, sign: str | None = None) -> Html:
    is_on = path == state.path
    return tag(
        "a", icon(sign) if sign else None, tag("span", name, class_="clip"), tag("span", class_="n", data_count=count),
        href=path, class_="view on" if is_on else "view", aria_current="page" if is_on else None,
    )  # fmt: skip
