"""A ticket as programs read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from core.domain.entities import SlaClock, Suggestion, Ticket
from core.domain.enums import (
    Category,
    Channel,
    ClockKind,
    ClockState,
    CustomerTier,
    Priority,
    Sentiment,
    TicketStatus,
)
from core.views import TicketView
from integrations.api.event_shapes import EventBody, event_body
from integrations.api.message_shapes import MessageBody, message_body

Clocks = Mapping[ClockKind, SlaClock]


@dataclass(frozen=True, slots=True)
class QueueReference:
    id: Annotated[str, Field(examples=["technical_support"])]
    name: Annotated[str, Field(examples=["Technical support"])]


@dataclass(frozen=True, slots=True)
class AssigneeReference:
    id: Annotated[int, Field(examples=[7])]
    name: Annotated[str, Field(examples=["Ada Osei"])]


@dataclass(frozen=True, slots=True)
class CustomerReference:
    id: Annotated[int, Field(examples=[311])]
    name: Annotated[str, Field(examples=["Kim Larsen"])]
    tier: CustomerTier


@dataclass(frozen=True, slots=True)
class ClockBody:
    """Both are null until the ticket is routed, which starts its clocks."""

    due_at: Annotated[datetime | None, Field(examples=["2026-03-02T10:00:00Z"])]
    state: ClockState | None


@dataclass(frozen=True, slots=True)
class SlaBody:
    first_response: ClockBody
    resolution: ClockBody


@dataclass(frozen=True, slots=True)
class RoutingBody:
    rule: Annotated[str | None, Field(description="The rule that chose the queue", examples=["TECH_001"])]
    reasons: Annotated[list[str], Field(examples=[["category is technical"]])]


@dataclass(frozen=True, slots=True)
class TicketBody:
    id: Annotated[int, Field(examples=[1042])]
    number: Annotated[int, Field(description="The id as people say it", examples=[1042])]
    status: TicketStatus
    priority: Priority
    category: Annotated[Category | None, Field(description="Null while the analysis is unknown")]
    intent: Annotated[str | None, Field(examples=["error_report"])]
    sentiment: Sentiment | None
    language: Annotated[str | None, Field(examples=["en"])]
    queue: QueueReference | None
    assignee: AssigneeReference | None
    customer: CustomerReference
    subject: Annotated[str, Field(examples=["The export stops at 90 %"])]
    version: Annotated[int, Field(description="Goes up with every change; a change must name it", examples=[3])]
    sla: SlaBody
    routing: RoutingBody
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class SuggestionBody:
    """An article that may answer the customer's newest message."""

    article_id: int
    title: str
    score: Annotated[float, Field(description="Likeness of question and article, up to 1")]
    confidence: Annotated[float, Field(description="The probability that it answers, from 0 to 1")]
    success_rate: Annotated[float | None, Field(description="The share of its uses that settled the question")]


@dataclass(frozen=True, slots=True)
class TicketDetail(TicketBody):
    """A ticket with all that belongs to it, as of journal row `seq`: events after `seq` change this view."""

    channel: Channel
    urgent: bool
    wants_human: bool
    follows_id: Annotated[int | None, Field(description="The closed ticket that this one goes on from")]
    priority_reasons: list[str]
    sla_reasons: list[str]
    waiting_since: Annotated[datetime | None, Field(description="Since when the customer waits for an answer")]
    escalated_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    messages: list[MessageBody]
    suggestions: list[SuggestionBody]
    events: list[EventBody]
    seq: int


def ticket_body(ticket: Ticket, clocks: Clocks) -> TicketBody:
    return TicketBody(**_values(ticket, clocks))


def ticket_detail(view: TicketView) -> TicketDetail:
    ticket = view.ticket
    return TicketDetail(
        **_values(ticket, view.clocks),
        channel=ticket.channel,
        urgent=ticket.urgent,
        wants_human=ticket.wants_human,
        follows_id=ticket.follows_id,
        priority_reasons=list(ticket.priority_reasons),
        sla_reasons=list(ticket.sla_reasons),
        waiting_since=ticket.waiting_since,
        escalated_at=ticket.escalated_at,
        resolved_at=ticket.resolved_at,
        closed_at=ticket.closed_at,
        messages=[message_body(found) for found in view.messages],
        suggestions=[_suggestion(found) for found in view.suggestions],
        events=[event_body(event) for event in view.events],
        seq=view.seq,
    )


def _values(ticket: Ticket, clocks: Clocks) -> dict[str, Any]:
    return {
        "id": ticket.id,
        "number": ticket.number,
        "status": ticket.status,
        "priority": ticket.priority,
        "category": ticket.category,
        "intent": ticket.intent,
        "sentiment": ticket.sentiment,
        "language": ticket.language,
        "queue": QueueReference(ticket.queue_id, ticket.queue_name or ticket.queue_id) if ticket.queue_id else None,
        "assignee": AssigneeReference(ticket.assignee_id, ticket.assignee_name or "") if ticket.assignee_id else None,
        "customer": CustomerReference(ticket.customer_id, ticket.customer_name, ticket.tier),
        "subject": ticket.subject,
        "version": ticket.version,
        "sla": SlaBody(_clock(clocks.get(ClockKind.FIRST_RESPONSE)), _clock(clocks.get(ClockKind.RESOLUTION))),
        "routing": RoutingBody(ticket.routing_rule, list(ticket.routing_reasons)),
        "created_at": ticket.created_at,
        "updated_at": ticket.updated_at,
    }


def _clock(clock: SlaClock | None) -> ClockBody:
    return ClockBody(clock.due_at, clock.state) if clock else ClockBody(None, None)


def _suggestion(found: Suggestion) -> SuggestionBody:
    return SuggestionBody(found.article_id, found.title, found.score, found.confidence, found.success_rate)
