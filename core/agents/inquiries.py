"""ManageCustomerInquiries (APQC 6.2.1): receives, analyses, classifies, prioritises, routes and assigns."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from config.holder import RulesHolder
from config.rules import BusinessRules
from core import clocks, sla, status
from core.assignment import assign_waiting
from core.domain.access import service_agent
from core.domain.analysis import Analysis
from core.domain.entities import Message, Ticket
from core.domain.enums import Channel, Priority, TicketStatus
from core.domain.errors import Unavailable
from core.domain.events import Event, EventType, NewEvent
from core.domain.facts import PriorityDecision, RoutingDecision, TicketFacts
from core.domain.ports import Analyzer, AnalyzerState
from core.handlers import NotYet
from core.priority import prioritise
from core.routing import choose
from core.storage.database import Database
from core.storage.transaction import Transaction
from core.subscriptions import RETRY_UNKNOWN_SECONDS

log = logging.getLogger(__name__)

NAME = "ManageCustomerInquiries"
ACTOR = service_agent(NAME)
MODEL_TIMEOUT_SECONDS = 20.0
RETRY_HANDLER = f"{NAME}.analyse"
LONGEST_TREND = 12
"""Messages whose moods make the trend of a ticket."""
LONGEST_WAIT = 1800.0
"""Seconds between two tries at a message that the model can't read."""
LOADING_PATIENCE = timedelta(seconds=20)
"""A model that is still loading is waited for so long; after that a message flows on without it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model said of the messages of one batch; `unknown` says why there is nothing for the others."""

    messages: dict[int, Message]
    analyses: dict[int, Analysis]
    unknown: str


class Analyse:
    """One model pass over a batch. A model that can't answer never blocks a message."""

    def __init__(self, database: Database, analyzer: Analyzer) -> None:
        self._database, self._analyzer = database, analyzer
        self._answering = True

    async def prepare(self, events: Sequence[Event]) -> Reading:
        ids = [event.message_id for event in events if event.message_id is not None]
        async with self._database.read() as tx:
            done = await tx.analyses.of_messages(ids)
            messages = await tx.messages.get_many([found for found in ids if found not in done])
        self._wait_while_loading(events)
        try:
            async with asyncio.timeout(MODEL_TIMEOUT_SECONDS):
                found = await self._analyzer.analyse([message.readable for message in messages.values()])
        except (Unavailable, TimeoutError) as error:
            return self._unknown(messages, str(error) or "the model took too long")
        except Exception as error:
            if len(messages) > 1:
                raise  # The orchestrator tries them one by one, so that this costs only the one that it is about.
            log.exception("the model fails on message %s", [*messages])
            return Reading(messages, {}, f"the model failed: {type(error).__name__}")
        if not self._answering:
            log.info("the model answers again")
        self._answering = True
        return Reading(messages, dict(zip(messages, found, strict=True)), "")

    async def apply(self, tx: Transaction, events: Sequence[Event], reading: Reading) -> None:
        await tx.analyses.add(list(reading.analyses.items()))
        known_unknown = {event.message_id: event for event in events if event.type is EventType.ANALYSIS_UNKNOWN}
        for message in reading.messages.values():
            found, again = reading.analyses.get(message.id), known_unknown.get(message.id)
            if found is not None:
                tx.record(_analysed(message, found))
            elif again is None:
                tx.record(_unknown(message, reading.unknown))
            else:
                # Nothing new to tell: the same work waits on, the longer the older it is.
                age = (tx.now - again.at).total_seconds()
                await tx.work.add([(again, RETRY_HANDLER, min(max(age, RETRY_UNKNOWN_SECONDS), LONGEST_WAIT), None)])
        await tx.search.add([_document(message) for message in reading.messages.values()])

    def _wait_while_loading(self, events: Sequence[Event]) -> None:
        oldest = min(event.at for event in events)
        if self._analyzer.state is AnalyzerState.LOADING and self._database.clock.now() - oldest < LOADING_PATIENCE:
            raise NotYet(0.5, "the model is loading")

    def _unknown(self, messages: dict[int, Message], reason: str) -> Reading:
        if self._answering:
            log.warning("the model does not answer (%s); messages flow on as unknown", reason)
        self._answering = False
        return Reading(messages, {}, reason)


def _document(message: Message) -> tuple[int, int, str]:
    said = f"{message.subject}\n{message.author_name}\n{message.text}\n{message.quoted}"
    return (message.id, message.ticket_id, said)


def _analysed(message: Message, found: Analysis) -> NewEvent:
    data = {
        "language": found.language,
        "sentiment": found.sentiment.value,
        "category": found.category.value,
        "intent": found.intent,
        "confidence": round(found.category_confidence, 3),
        "urgent": found.urgent,
        "wants_human": found.wants_human,
    }
    return NewEvent(EventType.MESSAGE_ANALYSED, ACTOR, message.ticket_id, message.id, data=data)


def _unknown(message: Message, reason: str) -> NewEvent:
    data = {"reason": reason[:300]}
    return NewEvent(EventType.ANALYSIS_UNKNOWN, ACTOR, message.ticket_id, message.id, data=data)


class Inquiries:
    """The changes that follow once a message was read, or could not be."""

    def __init__(self, rules: RulesHolder) -> None:
        self._rules = rules

    async def classify(self, tx: Transaction, events: Sequence[Event]) -> None:
        """Label, prioritise and route new tickets; let later messages change mood, urgency and status."""
        rules = self._rules.current
        message_ids = [event.message_id for event in events if event.message_id is not None]
        tickets = await tx.tickets.lock_many(sorted({event.ticket_id for event in events if event.ticket_id}))
        analyses = await tx.analyses.of_messages(message_ids)
        messages = await tx.messages.get_many(message_ids)
        # From what is stored, so that a message that is read late, or again, stands where it belongs.
        trends = await tx.analyses.trends(list(tickets), LONGEST_TREND)
        tickets = {each: replace(ticket, trend=trends.get(each, ())) for each, ticket in tickets.items()}
        fresh: dict[int, _Classified] = {}
        for message in messages.values():
            ticket, found = tickets[message.ticket_id], analyses.get(message.id)
            if ticket.routing_rule is None and ticket.id not in fresh:
                fresh[ticket.id] = _classify(ticket, found, rules)
            elif ticket.id in fresh:
                fresh[ticket.id] = fresh[ticket.id].joined_by(found, rules)
            else:
                tickets[ticket.id] = await self._continue(tx, ticket, message, found, rules)
        await self._route(tx, tickets, fresh, rules)

    async def assign(self, tx: Transaction, events: Sequence[Event]) -> None:
        if not self._rules.current.assignment.auto_assign:
            return
        tickets = await tx.tickets.get_many([event.ticket_id for event in events if event.ticket_id])
        waiting = [ticket for ticket in tickets.values() if ticket.assignee_id is None and ticket.is_open]
        waiting = [ticket for ticket in waiting if ticket.queue_id is not None]
        await assign_waiting(tx, ACTOR, sorted(waiting, key=lambda ticket: (ticket.priority.order, ticket.id)))

    async def assign_waiting(self, tx: Transaction, events: Sequence[Event]) -> None:
        """Somebody has room again: the ticket of their queues that is due first goes to them."""
        if not self._rules.current.assignment.auto_assign:
            return
        freed = await tx.tickets.get_many([event.ticket_id for event in events if event.ticket_id])
        queues = {ticket.queue_id for ticket in freed.values() if ticket.assignee_id and ticket.queue_id}
        waiting = await tx.tickets.unassigned(sorted(queues), len(freed)) if queues else []
        await assign_waiting(tx, ACTOR, waiting)

    async def _route(
        self, tx: Transaction, tickets: dict[int, Ticket], fresh: dict[int, "_Classified"], rules: BusinessRules
    ) -> None:
        starts = []
        for ticket_id, decided in fresh.items():
            ticket = tickets[ticket_id]
            for kind, data in decided.told():
                tx.record(NewEvent(kind, ACTOR, ticket_id, customer_id=ticket.customer_id, data=data))
            if not ticket.is_open:
                continue
            owed = sla.targets(ticket.channel, decided.routing.priority, ticket.tier, decided.routing.sla_hours, rules)
            # A call with a target of zero was answered when it came: its transcript is the proof.
            answered = ticket.channel is Channel.PHONE and not owed.first_response
            starts.append(clocks.Start(ticket_id, ticket.customer_id, ticket.created_at, owed, answered))
        columns = await clocks.start(tx, ACTOR, starts, rules)
        none = clocks.summary({}) | {"sla_reasons": []}
        await tx.tickets.change_many(
            [
                {"id": ticket_id, **decided.columns(), **columns.get(ticket_id, none)}
                for ticket_id, decided in fresh.items()
            ]
        )

    async def _continue(
        self, tx: Transaction, ticket: Ticket, message: Message, found: Analysis | None, rules: BusinessRules
    ) -> Ticket:
        """A further message: mood and urgency as they are now; the queue stays, the priority only rises."""
        columns: dict[str, Any] = {}
        if found is not None:
            columns = {"sentiment": found.sentiment.value, "language": found.language, "urgent": found.urgent}
            columns |= {"wants_human": ticket.wants_human or found.wants_human, "trend": ticket.trend}
            if ticket.category is None:
                columns |= {"category": found.category.value, "intent": found.intent}
        if _goes_on(ticket, message, found, rules):
            columns |= await status.move(tx, ACTOR, ticket, status.working_status(ticket), rules)
        elif not ticket.is_open:
            columns["waiting_since"] = None
        if found is not None and ticket.category is None and ticket.is_open and ticket.assignee_id is None:
            columns |= await self._route_again(tx, ticket, found, rules)
        else:
            columns |= await self._raise_priority(tx, ticket, found, rules)
        return await tx.tickets.change(ticket.id, ticket.version, **columns) if columns else ticket

    async def _route_again(
        self, tx: Transaction, ticket: Ticket, found: Analysis, rules: BusinessRules
    ) -> dict[str, Any]:
        """What was routed unread, and nobody has taken yet, goes where it belongs now that it is read."""
        decided = _classify(ticket, found, rules)
        owed = sla.targets(ticket.channel, decided.routing.priority, ticket.tier, decided.routing.sla_hours, rules)
        for kind, data in decided.told():
            tx.record(NewEvent(kind, ACTOR, ticket.id, customer_id=ticket.customer_id, data=data))
        return decided.columns() | await clocks.retarget(tx, ACTOR, ticket.id, owed, rules)

    async def _raise_priority(
        self, tx: Transaction, ticket: Ticket, found: Analysis | None, rules: BusinessRules
    ) -> dict[str, Any]:
        if found is None or not ticket.is_open:
            return {}
        facts = replace(ticket.facts, sentiment=found.sentiment, urgent=found.urgent or ticket.urgent)
        if ticket.category is None:
            facts = replace(facts, category=found.category, intent=found.intent)
        decision = prioritise(facts, rules)
        if decision.priority.rank <= ticket.priority.rank:
            return {}
        hours = next((rule.sla_hours for rule in rules.routing if rule.id == ticket.routing_rule), None)
        owed = sla.targets(ticket.channel, decision.priority, ticket.tier, hours, rules)
        tx.record(_prioritised(ticket, decision.priority, decision.reasons))
        raised = {"priority": decision.priority.value, "priority_reasons": list(decision.reasons)}
        return raised | await clocks.retarget(tx, ACTOR, ticket.id, owed, rules)


@dataclass(frozen=True, slots=True)
class _Classified:
    """A new ticket as it will be: what the model said, and what the rules made of it."""

    ticket: Ticket
    facts: TicketFacts
    language: str | None
    priority: PriorityDecision
    routing: RoutingDecision

    def joined_by(self, found: Analysis | None, rules: BusinessRules) -> "_Classified":
        """A second message of the same batch: the newer mood, the stronger urgency."""
        if found is None:
            return self
        urgent, human = self.facts.urgent or found.urgent, self.facts.wants_human or found.wants_human
        facts = replace(self.facts, sentiment=found.sentiment, urgent=urgent, wants_human=human)
        return _decide(self.ticket, facts, self.language or found.language, rules)

    def columns(self) -> dict[str, Any]:
        facts, routing = self.facts, self.routing
        return {
            "category": facts.category.value if facts.category else None,
            "intent": facts.intent,
            "sentiment": facts.sentiment.value if facts.sentiment else None,
            "language": self.language,
            "trend": self.ticket.trend,
            "urgent": facts.urgent,
            "wants_human": facts.wants_human,
            "priority": routing.priority.value,
            "priority_reasons": list(self.priority.reasons),
            "queue_id": routing.queue,
            "routing_rule": routing.rule,
            "routing_reasons": list(routing.reasons),
            "needs_senior": routing.needs_senior,
            "skills": list(routing.skills),
        }

    def told(self) -> list[tuple[EventType, dict[str, Any]]]:
        routing = self.routing
        routed = {
            "queue": routing.queue,
            "rule": routing.rule,
            "reasons": list(routing.reasons),
            "notify": list(routing.notify),
            "review": routing.needs_review,
        }
        prioritised = {"priority": routing.priority.value, "reasons": list(self.priority.reasons)}
        return [(EventType.TICKET_PRIORITISED, prioritised), (EventType.TICKET_ROUTED, routed)]


def _classify(ticket: Ticket, found: Analysis | None, rules: BusinessRules) -> _Classified:
    if found is None:
        return _decide(ticket, ticket.facts, ticket.language, rules)
    facts = TicketFacts(
        channel=ticket.channel,
        tier=ticket.tier,
        category=found.category,
        intent=found.intent,
        sentiment=found.sentiment,
        urgent=found.urgent,
        wants_human=found.wants_human,
    )
    return _decide(ticket, facts, found.language, rules)


def _decide(ticket: Ticket, facts: TicketFacts, language: str | None, rules: BusinessRules) -> _Classified:
    priority = prioritise(facts, rules)
    return _Classified(ticket, facts, language, priority, choose(facts, priority.priority, rules))


def _goes_on(ticket: Ticket, message: Message, found: Analysis | None, rules: BusinessRules) -> bool:
    """Whether a customer's message sets a resting ticket going again. Thanks alone and machines do not, nor does one
    that was answered before the model read it."""
    if message.automatic is not None or ticket.waiting_since is None:
        return False
    only_thanks = found is not None and found.thanks_only and not rules.lifecycle.thanks_reopens
    if ticket.status is TicketStatus.RESOLVED:
        return rules.lifecycle.reopen_resolved and not only_thanks
    return ticket.status in rules.sla.pause_statuses and not only_thanks


def _prioritised(ticket: Ticket, priority: Priority, reasons: Sequence[str]) -> NewEvent:
    data = {"priority": priority.value, "was": ticket.priority.value, "reasons": list(reasons)}
    return NewEvent(EventType.TICKET_PRIORITISED, ACTOR, ticket.id, customer_id=ticket.customer_id, data=data)
