"""Getting somewhere: views, tickets by number, the command bar, the help, the way out."""

from typing import TYPE_CHECKING

from core.domain.access import Permission
from core.domain.entities import Ticket
from core.domain.errors import InvalidInput
from core.domain.filters import TicketFilter
from ui import marks, session
from ui.commands.registry import Command, Group, Option, Run, Scope
from ui.routing import queue_path, ticket_path
from ui.texts import say
from ui.tickets.queue_views import QUEUE_VIEWS

if TYPE_CHECKING:
    from ui.shell import Shell

_MOST_FOUND = 12
_ACCOUNT = ("theme", "density", "language", "alerts", "help", "sign_out")


async def _views(shell: "Shell", _: str, __: tuple[int, ...]) -> list[Option]:
    """The standing views, then each queue, then what people have saved."""
    engine, actor = shell.engine, shell.actor
    standing = [Option(queue_path(view), say(f"view.{view}"), "inbox") for view in QUEUE_VIEWS]
    queues = [
        Option(queue_path("open", {"queue": load.queue.id}), load.queue.name, "route", f"{load.open:,}",
               say("views.queues"))
        for load in await engine.views.queues(actor)
    ]  # fmt: skip
    saved = [
        Option(view.query, view.name, "bookmark", group=say("views.saved"))
        for view in await engine.saved_views.all(actor)
    ]
    return [*standing, *queues, *saved]


async def _tickets(shell: "Shell", text: str, _: tuple[int, ...]) -> list[Option]:
    """By number when it is one, and by the words of its messages."""
    text = text.strip().lstrip("#")
    if not text:
        return []
    found: list[Ticket] = []
    if text.isascii() and text.isdigit() and len(text) < 19:
        found += (await shell.engine.views.many(shell.actor, [int(text)])).values()
    matches, _cursor = await shell.engine.views.search(shell.actor, text, TicketFilter(), limit=_MOST_FOUND)
    found += [ticket for ticket in matches if ticket.id not in {one.id for one in found}]
    return [
        Option(ticket_path(ticket.id), f"#{ticket.number} {ticket.subject}", marks.CHANNEL_ICONS[ticket.channel],
               ticket.customer_name)
        for ticket in found
    ]  # fmt: skip


async def _follow(shell: "Shell", run: Run) -> None:
    if run.value is None or session.local_path(run.value) != run.value:
        raise InvalidInput("path", "leads nowhere", "Choose it from the list")
    shell.browser.go(run.value)


async def _account(shell: "Shell", _: str, __: tuple[int, ...]) -> list[Option]:
    commands = [shell.commands.get(shell.actor, one) for one in _ACCOUNT]
    return [Option(one.id, say(f"command.{one.id}"), one.icon, one.keys) for one in commands]


async def _run_other(shell: "Shell", run: Run) -> None:
    if run.value not in _ACCOUNT:
        raise InvalidInput("command", f"there is no {run.value!r}", "Choose it from the list")
    shell.browser.call("run", run.value)


async def _to_model(shell: "Shell", _: Run) -> None:
    shell.browser.go("/model")


async def _to_design(shell: "Shell", _: Run) -> None:
    shell.browser.go("/design")


_READ = Permission.TICKET_READ
GOING = (
    Command("palette", "command", Group.GO, keys="Mod+K"),
    Command("view", "table", Group.GO, permission=_READ, options=_views, run=_follow),
    Command("ticket", "id", Group.GO, permission=_READ, options=_tickets, run=_follow, is_typed=True),
    Command("back", "chevron-left", Group.MOVE, Scope.TICKET, keys="Esc", permission=_READ),
    Command("alerts", "bell", Group.GO),
    Command("help", "keyboard", Group.GO, keys="?"),
    Command("account", "user", Group.GO, options=_account, run=_run_other),
    Command("model", "cpu", Group.GO, permission=Permission.ADMINISTER, run=_to_model),
    Command("design", "adjustments-horizontal", Group.GO, permission=Permission.ADMINISTER, run=_to_design),
    Command("sign_out", "logout", Group.GO),
)
