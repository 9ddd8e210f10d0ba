"""Plays the story on a desk whose clock jumps from one event to the next."""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from config.holder import RulesHolder
from config.rules import BusinessRules
from core.bootstrap import Engine
from core.demo.entities import DemoContent
from core.demo.performing import Alarm, Performer, Wake
from core.demo.story import Step, share
from core.desk import TicketPatch
from core.domain.entities import Ticket, User
from core.domain.enums import MessageKind, Role, TicketStatus
from core.domain.filters import TicketFilter, TicketSort

MAIL_WAITS = timedelta(minutes=1)
"""Mail leaves once so much time passes without another event: one round for several is quicker to play."""
MOST_ESCALATED = 1_000
_ESCALATED = TicketFilter(statuses=(TicketStatus.ESCALATED,))


class ReplayClock:
    """Stands still until it is moved, and never goes back."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def move_to(self, moment: datetime) -> None:
        self.moment = max(self.moment, moment)


class ManualRules(RulesHolder):
    """Another holder's rules for a desk where people decide everything, as the story has it."""

    def __init__(self, rules: RulesHolder) -> None:
        self.path = rules.path
        self._current = _without_automation(rules.current)


def _without_automation(rules: BusinessRules) -> BusinessRules:
    return replace(
        rules,
        automation=replace(rules.automation, enabled=False),
        assignment=replace(rules.assignment, auto_assign=False),
    )


@dataclass(frozen=True, slots=True)
class _Look:
    """What the desk could do now, and the next moment at which something else falls due."""

    has_work: bool
    has_mail: bool
    clocks_due_at: datetime | None
    due: datetime | None


class Replay:
    """Between the steps the desk lives: clocks warn and breach, mail leaves, surveys go out, tickets close.

    The SLA monitor escalates what is late. Where the story does not end in an escalation, a supervisor looks at it
    a few minutes later and hands it back to whoever works on it.
    """

    def __init__(
        self, engine: Engine, clock: ReplayClock, content: DemoContent, people: dict[str, User], performer: Performer
    ) -> None:
        self._engine, self._clock, self._performer = engine, clock, performer
        self._conversations = {conversation.key: conversation for conversation in content.conversations}
        self._supervisor = next(user for user in people.values() if user.role is Role.SUPERVISOR)
        self._wakes: list[Wake] = []
        self._reviews: list[tuple[datetime, str]] = []

    async def play(self, steps: Sequence[Step], done: Callable[[], None]) -> None:
        """Steps before the clock's moment were done, those at it perhaps. Calls `done` for each step."""
        resumed = self._clock.now()
        await self._resume()
        for step in steps:
            if step.at >= resumed:
                await self.let_time_pass(step.at)
                for wake in await self._performer.perform(step, is_repeat=step.at == resumed):
                    heapq.heappush(self._wakes, wake)
            done()

    async def let_time_pass(self, until: datetime) -> None:
        """Do everything that falls due before `until`, each at its moment, and leave the clock there."""
        while True:
            look = await self._look(until)
            if look.has_work:
                await self._engine.orchestrator.drain()
            elif look.has_mail and (look.due or until) - self._clock.now() > MAIL_WAITS:
                await self._engine.dispatcher.drain()
            elif look.due is not None:
                self._clock.move_to(look.due)
                await self._live(look.clocks_due_at)
            else:
                self._clock.move_to(until)
                return

    async def settle(self) -> None:
        """What the monitor escalated in the last minutes goes back at once, so that all ends as the story says."""
        for key, ticket in (await self._tickets()).items():
            wanted = self._conversations[key].status
            if ticket.status is TicketStatus.ESCALATED and wanted is not ticket.status:
                await self._engine.desk.change(self._supervisor.actor, ticket.id, TicketPatch(status=wanted))
        await self._engine.orchestrator.drain()
        await self._engine.dispatcher.drain()

    async def _resume(self) -> None:
        """Look at what an interrupted planting left to do."""
        heapq.heappush(self._wakes, self._performer.mail_leaves(self._clock.now()))
        for ticket in (await self._tickets()).values():
            if ticket.status is TicketStatus.RESOLVED and ticket.resolved_at:
                for wake in self._performer.after_resolution(ticket.resolved_at):
                    heapq.heappush(self._wakes, wake)
        await self._plan_reviews()

    async def _look(self, until: datetime) -> _Look:
        async with self._engine.database.read() as tx:
            clocks = await tx.sla_clocks.due(until, 1)
            has_work, has_mail = await tx.work.any_due(), await tx.outbox.any_due()
        clocks_due_at = clocks[0].next_check_at if clocks else None
        moments = [at for at, _ in (*self._wakes[:1], *self._reviews[:1])]
        moments += [clocks_due_at] if clocks_due_at else []
        due = min((moment for moment in moments if moment < until), default=None)
        return _Look(has_work, has_mail, clocks_due_at, due)

    async def _live(self, clocks_due_at: datetime | None) -> None:
        """What happens at this moment without anybody of the story doing anything."""
        now = self._clock.now()
        while self._wakes and self._wakes[0][0] <= now:
            if heapq.heappop(self._wakes)[1] is Alarm.CLOSING:
                await self._engine.closing.close_resolved()
        while self._reviews and self._reviews[0][0] <= now:
            await self._hand_back(heapq.heappop(self._reviews)[1])
        if clocks_due_at is not None and clocks_due_at <= now:
            await self._engine.monitor.tick()
            await self._engine.orchestrator.drain()
            await self._plan_reviews()

    async def _plan_reviews(self) -> None:
        planned = {key for _, key in self._reviews}
        keys = {ticket_id: key for key, ticket_id in self._performer.tickets.items()}
        async with self._engine.database.read() as tx:
            escalated, _ = await tx.ticket_pages.page(_ESCALATED, TicketSort.OLDEST, None, MOST_ESCALATED)
        for key in (keys[ticket.id] for ticket in escalated if ticket.id in keys):
            if self._conversations[key].status is not TicketStatus.ESCALATED and key not in planned:
                after = timedelta(minutes=3 + 9 * share(key, "review"))
                heapq.heappush(self._reviews, (self._clock.now() + after, key))

    async def _hand_back(self, key: str) -> None:
        async with self._engine.database.read() as tx:
            ticket = await tx.tickets.get(self._performer.tickets[key])
            said = {message.kind for message in await tx.messages.of_ticket(ticket.id)}
        if ticket.status is TicketStatus.ESCALATED:
            to = _goes_on(ticket, is_answered=MessageKind.REPLY in said)
            await self._engine.desk.change(self._supervisor.actor, ticket.id, TicketPatch(status=to))

    async def _tickets(self) -> dict[str, Ticket]:
        async with self._engine.database.read() as tx:
            found = await tx.tickets.get_many(list(self._performer.tickets.values()))
        return {key: found[ticket_id] for key, ticket_id in self._performer.tickets.items()}


def _goes_on(ticket: Ticket, *, is_answered: bool) -> TicketStatus:
    if ticket.assignee_id is None:
        return TicketStatus.NEW
    return TicketStatus.IN_PROGRESS if is_answered else TicketStatus.ASSIGNED
