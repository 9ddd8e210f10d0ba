"""What the stores hand out: frozen snapshots of rows. They answer questions; changes go through the verbs of core."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.domain.access import Actor
from core.domain.enums import (
    ActorKind,
    AttachmentState,
    AutomaticKind,
    Category,
    Channel,
    ClockKind,
    ClockState,
    ContactKind,
    CustomerTier,
    DeliveryState,
    MessageKind,
    Priority,
    Role,
    Sentiment,
    TicketStatus,
    WorkState,
)
from core.domain.facts import TicketFacts


@dataclass(frozen=True, slots=True)
class ContactPoint:
    kind: ContactKind
    value: str


@dataclass(frozen=True, slots=True)
class Customer:
    id: int
    name: str
    tier: CustomerTier
    language: str | None
    company: str | None
    annual_value_usd: str | None
    version: int
    created_at: datetime
    contacts: tuple[ContactPoint, ...] = ()

    def contact(self, kind: ContactKind) -> str | None:
        return next((point.value for point in self.contacts if point.kind is kind), None)


@dataclass(frozen=True, slots=True)
class Queue:
    id: str
    name: str
    skills: tuple[str, ...]
    position: int


@dataclass(frozen=True, slots=True)
class User:
    id: int
    email: str
    name: str
    role: Role
    languages: tuple[str, ...]
    senior: bool
    capacity: int
    available: bool
    active: bool
    skills: frozenset[str]
    queues: frozenset[str]

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.USER, str(self.id), self.name, self.role)


@dataclass(frozen=True, slots=True)
class ApiToken:
    id: int
    name: str
    role: Role
    created_by: str
    created_at: datetime
    revoked_at: datetime | None

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.TOKEN, str(self.id), self.name, self.role)


@dataclass(frozen=True, slots=True)
class SlaClock:
    ticket_id: int
    kind: ClockKind
    state: ClockState
    started_at: datetime
    target_seconds: int
    due_at: datetime
    warn_at: datetime
    escalate_at: datetime | None
    next_check_at: datetime | None
    paused_at: datetime | None
    paused_seconds: float
    met_at: datetime | None
    breached_at: datetime | None
    cause: str | None

    def is_at_risk(self, now: datetime) -> bool:
        return self.state.is_counting and self.warn_at <= now < self.due_at

    def is_breached(self, now: datetime) -> bool:
        return self.breached_at is not None or (self.state.is_counting and now >= self.due_at)


@dataclass(frozen=True, slots=True)
class Ticket:
    id: int
    status: TicketStatus
    priority: Priority
    channel: Channel
    category: Category | None
    intent: str | None
    sentiment: Sentiment | None
    language: str | None
    urgent: bool
    wants_human: bool
    subject: str
    customer_id: int
    customer_name: str
    tier: CustomerTier
    queue_id: str | None
    queue_name: str | None
    assignee_id: int | None
    assignee_name: str | None
    routing_rule: str | None
    routing_reasons: tuple[str, ...]
    priority_reasons: tuple[str, ...]
    sla_reasons: tuple[str, ...]
    needs_senior: bool
    skills: tuple[str, ...]
    follows_id: int | None
    last_line: str
    waiting_since: datetime | None
    last_message_at: datetime
    due_at: datetime | None
    sla_state: ClockState | None
    escalated_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime
    customer_messages: int
    """How many messages the customer wrote; what their machines sent is not among them."""
    answered_messages: int
    """What `customer_messages` was when the customer was last answered."""
    trend: tuple[int, ...]
    """The mood of the last messages that the customer wrote, oldest first: 1 for very negative up to 5, at most 12."""

    @property
    def number(self) -> int:
        """The id as people say it."""
        return self.id

    @property
    def is_open(self) -> bool:
        return self.status.is_open

    @property
    def takes_messages(self) -> bool:
        """A closed ticket is history: a message to it opens a follow-up."""
        return self.status is not TicketStatus.CLOSED

    @property
    def facts(self) -> TicketFacts:
        return TicketFacts(
            channel=self.channel,
            tier=self.tier,
            category=self.category,
            intent=self.intent,
            sentiment=self.sentiment,
            urgent=self.urgent,
            wants_human=self.wants_human,
        )


@dataclass(frozen=True, slots=True)
class Message:
    id: int
    ticket_id: int
    kind: MessageKind
    channel: Channel
    author: str
    author_name: str
    address: str
    """Where a customer's message came from, and an answer to it goes; empty for what the desk wrote."""
    subject: str
    text: str
    html: str | None
    quoted: str
    signature: str
    message_id_header: str | None
    automatic: AutomaticKind | None
    automatic_reason: str
    defects: tuple[str, ...]
    sent_at: datetime | None
    created_at: datetime

    @property
    def is_from_customer(self) -> bool:
        return self.kind is MessageKind.CUSTOMER

    @property
    def readable(self) -> str:
        """As the model reads it: subject first; a message that is all quote as it is."""
        body = self.text or self.quoted
        subject = self.subject.strip()
        return f"{subject}\n{body}" if subject and not body.startswith(subject) else body


@dataclass(frozen=True, slots=True)
class Attachment:
    id: int
    message_id: int
    filename: str
    content_type: str
    size: int
    blob: str | None
    state: AttachmentState
    reason: str
    inline: bool
    content_id: str | None


@dataclass(frozen=True, slots=True)
class Article:
    id: int
    external_id: str
    title: str
    category: Category
    intents: tuple[str, ...]
    language: str
    body: str
    questions: tuple[str, ...]
    used: int
    solved: int
    version: int
    updated_at: datetime

    @property
    def success_rate(self) -> float | None:
        """Share of uses that solved the question, or None before the first use."""
        return self.solved / self.used if self.used else None


@dataclass(frozen=True, slots=True)
class Suggestion:
    article_id: int
    title: str
    score: float
    confidence: float
    success_rate: float | None


@dataclass(frozen=True, slots=True)
class OutboxItem:
    id: int
    effect_key: str
    channel: str
    recipient: str
    ticket_id: int | None
    message_id: int | None
    payload: dict[str, Any]
    state: DeliveryState
    attempts: int
    run_at: datetime
    last_error: str | None
    created_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class WorkItem:
    id: int
    event_seq: int
    handler: str
    ticket_id: int | None
    state: WorkState
    attempts: int
    run_at: datetime
    last_error: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class QuarantineItem:
    id: int
    source: str
    reason: str
    state: str
    received_at: datetime
