"""Who works on a ticket: chosen by queue, skill and load, and given in one conditional update."""

from collections.abc import Mapping, Sequence

from core.domain.access import Actor, Permission
from core.domain.entities import Ticket, User
from core.domain.enums import Role, TicketStatus
from core.domain.errors import Conflict, InvalidInput
from core.domain.events import EventType, NewEvent
from core.storage.transaction import Transaction

_ON_TICKETS = (Role.AGENT, Role.SUPERVISOR)


def choose_agent(ticket: Ticket, users: Sequence[User], loads: Mapping[int, int]) -> User | None:
    """The best person with room for this ticket, or None. Pure.

    Members of the queue only; all of the ticket's skills when somebody has them, else as many as possible; a senior
    when the rule asks for one and there is one; then the customer's language, then the lowest share of capacity.
    """
    able = [user for user in users if _may_take(user, ticket) and loads.get(user.id, 0) < user.capacity]
    if ticket.needs_senior and any(user.senior for user in users if _may_take(user, ticket)):
        able = [user for user in able if user.senior]
    return min(able, key=lambda user: _rank(user, ticket, loads), default=None)


def _may_take(user: User, ticket: Ticket) -> bool:
    return user.active and user.available and user.role in _ON_TICKETS and ticket.queue_id in user.queues


def _rank(user: User, ticket: Ticket, loads: Mapping[int, int]) -> tuple[int, bool, float, int]:
    missing = len(set(ticket.skills) - user.skills)
    foreign = bool(ticket.language) and ticket.language not in user.languages
    return (missing, foreign, loads.get(user.id, 0) / max(1, user.capacity), user.id)


async def assign_waiting(tx: Transaction, actor: Actor, tickets: Sequence[Ticket]) -> int:
    """Give each ticket to the best agent with room; returns how many found one."""
    if not tickets:
        return 0
    users = await tx.users.all()
    queues = {ticket.queue_id for ticket in tickets}
    # Loads are counted while nobody else may add to them.
    await tx.users.lock([user.id for user in users if user.queues & queues])
    loads = await tx.tickets.loads()
    given = 0
    for ticket in tickets:
        user = choose_agent(ticket, users, loads)
        if user is None or not await tx.tickets.claim(ticket.id, user.id, user.capacity):
            continue
        loads[user.id] = loads.get(user.id, 0) + 1
        given += 1
        await _tell(tx, actor, ticket, user, [f"has room ({loads[user.id]} of {user.capacity}) in {ticket.queue_name}"])
    return given


def is_taking(actor: Actor, ticket: Ticket, user: User | None) -> bool:
    """Whether somebody claims a ticket rather than moving one. Who may not move what is a colleague's can only claim,
    and is told whose it is."""
    if user is None or user.id != actor.user_id:
        return False
    return ticket.assignee_id in (None, user.id) or not actor.may(Permission.TICKET_ASSIGN_OTHERS)


async def give(tx: Transaction, actor: Actor, ticket: Ticket, user: User | None) -> None:
    """Hand a ticket to a user, oneself included, or to nobody; writes the change."""
    if user is not None and is_taking(actor, ticket, user):
        await take(tx, actor, ticket, user)
    else:
        await reassign(tx, actor, ticket, user)


async def take(tx: Transaction, actor: Actor, ticket: Ticket, user: User) -> None:
    """A person claims an unowned ticket; raises Conflict when somebody was quicker."""
    actor.require(Permission.TICKET_ASSIGN_SELF)
    if ticket.assignee_id == user.id:
        return
    if not await tx.tickets.claim(ticket.id, user.id, None):
        current = await tx.tickets.get(ticket.id)
        holder = current.assignee_name or "nobody, for it is not open"
        raise Conflict(f"Ticket {ticket.id} can't be taken: it is with {holder}.")
    await _tell(tx, actor, ticket, user, [])


async def reassign(tx: Transaction, actor: Actor, ticket: Ticket, user: User | None) -> None:
    """Hand a ticket to somebody else, or to nobody. Others' tickets are a supervisor's to move."""
    own = actor.user_id is not None and actor.user_id == ticket.assignee_id
    actor.require(Permission.TICKET_ASSIGN_SELF if own and user is None else Permission.TICKET_ASSIGN_OTHERS)
    if user is None:
        begun = ticket.status is not TicketStatus.ASSIGNED
        columns = {} if begun else {"status": TicketStatus.NEW.value}
        await tx.tickets.change(ticket.id, ticket.version, assignee_id=None, **columns)
        data = {"was": ticket.assignee_id, "was_name": ticket.assignee_name}
        tx.record(NewEvent(EventType.TICKET_UNASSIGNED, actor, ticket.id, customer_id=ticket.customer_id, data=data))
        return
    if not user.active or user.role not in _ON_TICKETS:
        raise InvalidInput("assignee_id", f"{user.name} does not work on tickets", "Choose an agent or a supervisor")
    await tx.tickets.change(ticket.id, ticket.version, assignee_id=user.id)
    await _tell(tx, actor, ticket, user, [])


async def _tell(tx: Transaction, actor: Actor, ticket: Ticket, user: User, reasons: Sequence[str]) -> None:
    data = {"assignee_id": user.id, "assignee": user.name, "was": ticket.assignee_id, "reasons": list(reasons)}
    tx.record(NewEvent(EventType.TICKET_ASSIGNED, actor, ticket.id, customer_id=ticket.customer_id, data=data))
    if ticket.status is TicketStatus.NEW:
        await tx.tickets.change_many([{"id": ticket.id, "status": TicketStatus.ASSIGNED.value}])
