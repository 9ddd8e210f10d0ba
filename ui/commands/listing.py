"""The verbs on the list itself: filters, order, views to keep."""

from dataclasses import replace
from typing import TYPE_CHECKING

from core.domain.access import Permission
from core.domain.errors import InvalidInput
from core.domain.filters import TicketSort
from ui.commands.registry import Command, Group, Option, Run, Scope
from ui.pages.work import WorkPage
from ui.texts import say
from ui.tickets.filter_bar import value_name
from ui.tickets.list_state import FIELDS, VOCABULARIES, WAITS, ListState

if TYPE_CHECKING:
    from ui.shell import Shell

_SHARED = "shared:"
_ICONS = {
    "status": "circle-dashed", "priority": "flag", "channel": "message-circle", "category": "tag",
    "sentiment": "mood-empty", "tier": "star", "language": "language", "sla": "clock", "queue": "route",
    "waiting": "alarm",
}  # fmt: skip


def _state(shell: "Shell") -> ListState:
    if not isinstance(shell.page, WorkPage):
        raise InvalidInput("list", "is not shown", "Open the queue first")
    return shell.page.list.state


async def _filters(shell: "Shell", _: str, __: tuple[int, ...]) -> list[Option]:
    """Every value of every field; the ones that hold are marked, and choosing them again takes them away."""
    state = _state(shell)
    queues = {load.queue.id: load.queue.name for load in await shell.engine.views.queues(shell.actor)}
    values: dict[str, list[str]] = {
        **{name: [str(one) for one in kind] for name, kind in VOCABULARIES.items()},
        "queue": list(queues),
        "waiting": [*WAITS],
    }
    return [
        Option(f"{name}={value}", value_name(name, value, queues), _ICONS[name], group=say(f"filter.{name}"),
               search=name, is_on=value in state.filters.get(name, ()))
        for name in FIELDS
        for value in values[name]
    ]  # fmt: skip


async def _toggle(shell: "Shell", run: Run) -> None:
    name, _, value = (run.value or "").partition("=")
    if name not in FIELDS:
        raise InvalidInput("filter", f"there is no {name!r}", "Choose it from the list")
    shell.browser.go(_state(shell).toggled(name, value).path)


async def _orders(shell: "Shell", _: str, __: tuple[int, ...]) -> list[Option]:
    now = _state(shell).sort
    return [Option(one, say(f"sort.{one}"), "arrows-sort", is_on=one is now) for one in TicketSort]


async def _sort(shell: "Shell", run: Run) -> None:
    if run.value is None or run.value not in TicketSort.__members__.values():
        raise InvalidInput("sort", f"{run.value!r} is not an order", "Choose it from the list")
    shell.browser.go(replace(_state(shell), sort=TicketSort(run.value)).path)


async def _save_as(shell: "Shell", text: str, __: tuple[int, ...]) -> list[Option]:
    name = text.strip()
    if not name:
        return []
    mine = Option(name, say("view.save_mine", name=name), "bookmark")
    shared = Option(_SHARED + name, say("view.save_shared", name=name), "users")
    return [mine, shared] if shell.actor.may(Permission.VIEW_SHARE) else [mine]


async def _save(shell: "Shell", run: Run) -> None:
    value = run.value or ""
    view = await shell.engine.saved_views.save(
        shell.actor, value.removeprefix(_SHARED), _state(shell).path, shared=value.startswith(_SHARED)
    )
    await _reload(shell)
    shell.browser.toast(say("view.kept", name=view.name))


async def _saved(shell: "Shell", _: str, __: tuple[int, ...]) -> list[Option]:
    """One's own, and what others share for who may take that away."""
    me, may_share = shell.visitor.user.id, shell.actor.may(Permission.VIEW_SHARE)
    found = await shell.engine.saved_views.all(shell.actor)
    return [
        Option(str(view.id), view.name, "users" if view.shared else "bookmark", view.owner_name)
        for view in found
        if view.owner_id == me or may_share
    ]


async def _remove(shell: "Shell", run: Run) -> None:
    value = run.value or ""
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        raise InvalidInput("view", f"{value!r} is none", "Choose it from the list")
    await shell.engine.saved_views.remove(shell.actor, int(value))
    await _reload(shell)
    shell.browser.toast(say("view.removed"))


async def _reload(shell: "Shell") -> None:
    if isinstance(shell.page, WorkPage):
        await shell.page.list.draw()


_READ = Permission.TICKET_READ
LISTING = (
    Command("filter", "filter", Group.LOOK, Scope.LIST, keys="F", permission=_READ, options=_filters, run=_toggle),
    Command("sort", "arrows-sort", Group.LOOK, Scope.LIST, permission=_READ, options=_orders, run=_sort),
    Command("save_view", "bookmark", Group.LOOK, Scope.LIST, permission=_READ, options=_save_as, run=_save,
            is_typed=True),
    Command("remove_view", "x", Group.LOOK, Scope.LIST, permission=_READ, options=_saved, run=_remove),
)  # fmt: skip
