"""One change to many tickets, in one transaction: each is changed or refused on its own."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from config.rules import BusinessRules
from core import assignment
from core.changing import TicketPatch, check_version, patched
from core.domain.access import Actor, Permission
from core.domain.bulk import MOST_TICKETS, Assignee, BulkOutcome, BulkUndo, Snapshot, Undoable
from core.domain.entities import Ticket
from core.domain.errors import FrontlineError, InvalidInput, NotFound, Unavailable
from core.storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be done to each ticket; without an `assignee` it stays with whom it is."""

    patch: TicketPatch
    assignee: Assignee | None = None

    def check(self, actor: Actor) -> None:
        """Raise what would be wrong on every ticket."""
        if self.patch.is_empty and self.assignee is None:
            raise InvalidInput("body", "changes nothing", "Name at least one field to change")
        if not self.patch.is_empty:
            actor.require(Permission.TICKET_CHANGE)
        if self.assignee is not None:
            actor.require(Permission.TICKET_ASSIGN_SELF)


async def change_many(
    tx: Transaction, actor: Actor, versions: Mapping[int, int | None], wanted: Change, rules: BusinessRules
) -> BulkOutcome:
    wanted.check(actor)
    if not 1 <= len(versions) <= MOST_TICKETS:
        raise InvalidInput("tickets", f"there are {len(versions)}", f"Choose from 1 to {MOST_TICKETS}")
    given = wanted.assignee
    user = await tx.users.get(given.user_id) if given and given.user_id is not None else None

    async def change(ticket: Ticket) -> None:
        check_version(ticket, versions[ticket.id])
        if given is not None and given.user_id != ticket.assignee_id:
            await assignment.give(tx, actor, ticket, user)
            ticket = await tx.tickets.get(ticket.id)
        columns = await patched(tx, actor, ticket, wanted.patch, rules)
        if columns:
            await tx.tickets.change(ticket.id, ticket.version, **columns)

    return await each_alone(tx, actor, versions, change, bulk=len(versions))


async def each_alone(
    tx: Transaction, actor: Actor, ids: Collection[int], do: Callable[[Ticket], Awaitable[None]], **told: Any
) -> BulkOutcome:
    """Do something to each of these tickets, locked in one order for everybody. What one of them refuses is undone
    and told for that one only; `told` is added to every journal row.

    An InvalidInput is about the request, not about a ticket: it is raised, and nothing is changed.
    """
    before = await _snapshots(tx, await tx.tickets.lock_many(sorted(ids)))
    refused: dict[int, str] = {}
    for ticket_id in sorted(ids):
        mark = tx.mark()
        try:
            if ticket_id not in before:
                raise NotFound("ticket", ticket_id)
            async with tx.savepoint():
                await do(before[ticket_id].ticket)
        except (InvalidInput, Unavailable):
            raise
        except FrontlineError as error:
            tx.forget_since(mark)
            refused[ticket_id] = str(error)
        else:
            tx.annotate_since(mark, **told)
    after = await _snapshots(tx, await tx.tickets.get_many([found for found in before if found not in refused]))
    changed = [
        Undoable(before[each], now)
        for each, now in sorted(after.items())
        if now.ticket.version != before[each].ticket.version
    ]
    done = tuple(after[each].ticket for each in sorted(after))
    return BulkOutcome(done, refused, BulkUndo(actor.key, tuple(changed)))


async def _snapshots(tx: Transaction, tickets: Mapping[int, Ticket]) -> dict[int, Snapshot]:
    clocks = await tx.sla_clocks.of_tickets(list(tickets))
    return {ticket_id: Snapshot(ticket, clocks.get(ticket_id, {})) for ticket_id, ticket in tickets.items()}
