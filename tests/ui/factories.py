"""Makes tickets and the like for tests of screens."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from core.domain.analysis import Analysis
from core.domain.entities import Customer, Message, Ticket, User
from core.domain.enums import (
    Category,
    Channel,
    ClockState,
    CustomerTier,
    MessageKind,
    Priority,
    Role,
    Sentiment,
    TicketStatus,
)
from core.domain.events import Event, EventType
from core.views import MessageView, TicketView

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

_TICKET = Ticket(
    id=1, status=TicketStatus.NEW, priority=Priority.MEDIUM, channel=Channel.EMAIL, category=None, intent=None,
    sentiment=None, language="en", urgent=False, wants_human=False, subject="Locked out", customer_id=7,
    customer_name="Kim Bellweather", tier=CustomerTier.STANDARD, queue_id=None, queue_name=None, assignee_id=None,
    assignee_name=None, routing_rule=None, routing_reasons=(), priority_reasons=(), sla_reasons=(), needs_senior=False,
    skills=(), follows_id=None, last_line="The door stays shut.", waiting_since=NOW, last_message_at=NOW,
    due_at=NOW + timedelta(hours=4), sla_state=ClockState.RUNNING, escalated_at=None, resolved_at=None, closed_at=None,
    version=1, created_at=NOW, updated_at=NOW, customer_messages=1, answered_messages=0, trend=(),
)  # fmt: skip
_MESSAGE = Message(
    id=1, ticket_id=1, kind=MessageKind.CUSTOMER, channel=Channel.EMAIL, author="customer:7",
    author_name="Kim Bellweather", address="kim@example.com", subject="Locked out",
    text="The door stays shut.", html=None, quoted="",
    signature="", message_id_header=None, automatic=None, automatic_reason="", defects=(), sent_at=None, created_at=NOW,
)  # fmt: skip


def a_ticket(**values: Any) -> Ticket:
    return replace(_TICKET, **values)


def a_message(**values: Any) -> MessageView:
    return MessageView(replace(_MESSAGE, **values), None, (), None)


def felt(shown: MessageView, mood: Sentiment, language: str = "en") -> MessageView:
    """The message as the model read it."""
    analysis = Analysis(
        language=language, language_confidence=0.9, sentiment=mood, sentiment_confidence=0.9, category=Category.OTHER,
        category_confidence=0.9, intent="thanks", intent_confidence=0.9, urgent=False, wants_human=False,
        thanks_only=False, keywords=(), embedding=b"", model="test",
    )  # fmt: skip
    return replace(shown, analysis=analysis)


def an_event(seq: int, type_: EventType, **values: Any) -> Event:
    given = {"actor": "system:frontline", "actor_name": "Frontline", "data": {}, "at": NOW, **values}
    return Event(seq=seq, type=type_, ticket_id=1, message_id=None, customer_id=7, **given)


def a_view(*messages: MessageView, events: tuple[Event, ...] = (), **ticket: Any) -> TicketView:
    customer = Customer(7, "Kim Bellweather", CustomerTier.STANDARD, "en", None, None, 1, NOW)
    return TicketView(a_ticket(**ticket), customer, {}, messages, (), events, events[-1].seq if events else 0)


def a_user(role: Role = Role.AGENT, user_id: int = 5) -> User:
    nothing: frozenset[str] = frozenset()
    return User(user_id, "ada@desk.example", "Ada Okafor", role, ("en",), False, 20, True, True, nothing, nothing)
