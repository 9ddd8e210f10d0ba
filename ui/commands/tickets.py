"""The verbs on tickets: they act on the selected ones, else on the open one, else on the current row."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from core.changing import TicketPatch
from core.domain.access import Permission
from core.domain.bulk import Assignee, BulkOutcome
from core.domain.entities import User
from core.domain.enums import Priority, TicketStatus
from core.domain.errors import InvalidInput
from core.domain.statuses import FOLLOWING
from ui import marks
from ui.commands.registry import Command, Group, Option, Run, Scope
from ui.pages.work import WorkPage
from ui.texts import name_of, say
from ui.ticket.moved_on import changes_since, collided

if TYPE_CHECKING:
    from ui.shell import Shell

_NOBODY = "nobody"


async def _people(shell: "Shell", _: str, targets: tuple[int, ...]) -> list[Option]:
    """Oneself first, then those of the ticket's queue, the least busy first; each with the room that is left."""
    actor, views = shell.actor, shell.engine.views
    loads = await views.loads(actor)
    queues = {ticket.queue_id for ticket in (await views.many(actor, targets)).values()}
    users = [user for user in await views.users(actor) if user.active and user.actor.may(Permission.TICKET_REPLY)]
    me = shell.visitor.user.id
    if not actor.may(Permission.TICKET_ASSIGN_OTHERS):
        users = [user for user in users if user.id == me]
    users.sort(key=lambda user: (user.id != me, not user.queues & queues, loads.get(user.id, 0), user.name))
    options = [_person(user, loads.get(user.id, 0), me, bool(user.queues & queues)) for user in users]
    return [*options, Option(_NOBODY, say("ticket.nobody"), "circle-dashed", group=say("assign.else"))]


def _person(user: User, load: int, me: int, is_near: bool) -> Option:
    group = "assign.me" if user.id == me else "assign.queue" if is_near else "assign.else"
    room = say("assign.load", load=load, capacity=user.capacity)
    hint = room if user.available else f"{say('assign.away')} · {room}"
    return Option(str(user.id), user.name, "user", hint, say(group), search=user.email)


async def _assign(shell: "Shell", run: Run) -> None:
    value = run.value or ""
    if value == _NOBODY:
        await _change(shell, run, TicketPatch(), ("bulk.unassigned", ""), Assignee(None))
        return
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        raise InvalidInput("assignee", f"{value!r} is nobody", "Choose a person from the list")
    found = next((user for user in await shell.engine.views.users(shell.actor) if user.id == int(value)), None)
    if found is None:
        raise InvalidInput("assignee", "is not known", "Choose a person from the list")
    await _change(shell, run, TicketPatch(), ("bulk.assigned", found.name), Assignee(found.id))


async def _take(shell: "Shell", run: Run) -> None:
    user = shell.visitor.user
    await _change(shell, run, TicketPatch(), ("bulk.assigned", user.name), Assignee(user.id))


async def _statuses(shell: "Shell", _: str, targets: tuple[int, ...]) -> list[Option]:
    """Where every one of the tickets may go."""
    now = {ticket.status for ticket in (await shell.engine.views.many(shell.actor, targets)).values()}
    possible = [one for one in TicketStatus if all(one is status or one in FOLLOWING[status] for status in now)]
    return [Option(one, name_of("status", one), marks.STATUS_ICONS[one], is_on=now == {one}) for one in possible]


async def _set_status(shell: "Shell", run: Run) -> None:
    if run.value is None or run.value not in TicketStatus.__members__.values():
        raise InvalidInput("status", f"{run.value!r} is not a status", "Choose it from the list")
    await _change(
        shell, run, TicketPatch(status=TicketStatus(run.value)), ("bulk.status", name_of("status", run.value))
    )


async def _priorities(shell: "Shell", _: str, targets: tuple[int, ...]) -> list[Option]:
    now = {ticket.priority for ticket in (await shell.engine.views.many(shell.actor, targets)).values()}
    return [Option(one, name_of("priority", one), f"p-{one}", is_on=now == {one})
            for one in sorted(Priority, key=lambda one: one.order)]  # fmt: skip


async def _set_priority(shell: "Shell", run: Run) -> None:
    if run.value is None or run.value not in Priority.__members__.values():
        raise InvalidInput("priority", f"{run.value!r} is not a priority", "Choose it from the list")
    patch = TicketPatch(priority=Priority(run.value))
    await _change(shell, run, patch, ("bulk.priority", name_of("priority", run.value)))


async def _queues(shell: "Shell", _: str, targets: tuple[int, ...]) -> list[Option]:
    now = {ticket.queue_id for ticket in (await shell.engine.views.many(shell.actor, targets)).values()}
    return [
        Option(load.queue.id, load.queue.name, "route", str(load.open), is_on=now == {load.queue.id})
        for load in await shell.engine.views.queues(shell.actor)
    ]


async def _set_queue(shell: "Shell", run: Run) -> None:
    names = {load.queue.id: load.queue.name for load in await shell.engine.views.queues(shell.actor)}
    if run.value not in names:
        raise InvalidInput("queue", f"there is no queue {run.value!r}", "Choose it from the list")
    await _change(shell, run, TicketPatch(queue=run.value), ("bulk.queue", names[run.value]))


async def _resolve(shell: "Shell", run: Run) -> None:
    await _change(shell, run, TicketPatch(status=TicketStatus.RESOLVED), ("bulk.resolved", ""))


async def _change(
    shell: "Shell", run: Run, patch: TicketPatch, said: tuple[str, str], assignee: Assignee | None = None
) -> None:
    """Change the tickets at the versions that this browser shows. Who is refused is told why; the rest can be undone.
    `said` is the text that tells of it, and the value in it."""
    page = shell.page
    if not isinstance(page, WorkPage) or not run.targets:
        raise InvalidInput("tickets", "are none", "Choose a ticket first")
    versions = {ticket_id: page.version(ticket_id) for ticket_id in run.targets}
    outcome = await shell.engine.desk.change_many(shell.actor, versions, patch, assignee=assignee)
    is_open = run.targets == (page.ticket_id,)
    if outcome.refused and is_open and await page.ticket.explain_conflict():
        await shell.after(*run.targets)
        return
    await shell.after(*run.targets)
    if outcome.done:
        page.list.undo = outcome.undo
    more = {"undo": say("undo.do")} if outcome.done and not outcome.undo.is_empty else {}
    if outcome.refused:
        numbers = ", ".join(f"#{ticket_id}" for ticket_id in list(outcome.refused)[:5])
        why = await _why(shell, outcome, versions)
        shell.browser.call("toast", say("bulk.refused", tickets=numbers, why=why), "bad", more)
    elif outcome.done:
        count = len(outcome.done)
        who = f"#{outcome.done[0].number}" if count == 1 else say("bulk.tickets", count=count)
        text, value = said
        shell.browser.toast(say(text, who=who, value=value), **more)


async def _why(shell: "Shell", outcome: BulkOutcome, seen: Mapping[int, int | None]) -> str:
    """The reasons of the first two refusals. Where somebody was quicker, it is told who."""
    first = list(outcome.refused)[:2]
    reasons = []
    for ticket_id, ticket in (await shell.engine.views.many(shell.actor, first)).items():
        reason = outcome.refused[ticket_id]
        if seen[ticket_id] not in (None, ticket.version):
            view = await shell.engine.views.ticket(shell.actor, ticket_id)
            changes = changes_since(view, 0, shell.actor)
            reason = collided(changes[-1:]) if changes else reason
        reasons.append(reason)
    return " ".join(dict.fromkeys(reasons or [outcome.refused[ticket_id] for ticket_id in first]))


_CHANGE, _ON = Permission.TICKET_CHANGE, Scope.TICKETS
_SELF, _READ = Permission.TICKET_ASSIGN_SELF, Permission.TICKET_READ
TICKETS = (
    Command("next", "arrow-down", Group.MOVE, Scope.LIST, keys="J", permission=_READ),
    Command("previous", "arrow-up", Group.MOVE, Scope.LIST, keys="K", permission=_READ),
    Command("open", "corner-down-left", Group.MOVE, Scope.LIST, keys="Enter", permission=_READ),
    Command("select", "square-check", Group.MOVE, Scope.LIST, keys="X", permission=_READ),
    Command("select_more", "square-check", Group.MOVE, Scope.LIST, keys="Shift+J", permission=_READ),
    Command("select_all", "checks", Group.MOVE, Scope.LIST, permission=_READ),
    Command("show_new", "arrow-up", Group.MOVE, Scope.LIST, keys=".", permission=_READ),
    Command("search", "search", Group.MOVE, Scope.LIST, keys="/", permission=_READ),
    Command("assign", "user-plus", Group.ACT, _ON, keys="A", permission=_SELF, options=_people, run=_assign),
    Command("take", "hand-stop", Group.ACT, _ON, keys="T", permission=_SELF, run=_take),
    Command("status", "circle-dashed", Group.ACT, _ON, keys="S", permission=_CHANGE, options=_statuses,
            run=_set_status),
    Command("priority", "flag", Group.ACT, _ON, keys="P", permission=_CHANGE, options=_priorities, run=_set_priority),
    Command("queue", "route", Group.ACT, _ON, keys="Q", permission=_CHANGE, options=_queues, run=_set_queue),
    Command("resolve", "check", Group.ACT, _ON, keys="E", permission=_CHANGE, run=_resolve),
    Command("resolve_next", "checks", Group.ACT, _ON, keys="Shift+E", permission=_CHANGE, run=_resolve),
)  # fmt: skip
