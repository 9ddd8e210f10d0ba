"""Customers, their tickets, and what is promised to them."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from core.storage.tables.schema import given_id, metadata, own_id
from core.storage.types import BigId, Json, Moment

customers = Table(
    "customers",
    metadata,
    given_id(),
    Column("name", String(200), nullable=False),
    Column("tier", String(20), nullable=False),
    Column("language", String(8)),
    Column("company", String(200)),
    Column("annual_value_usd", String(20)),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("created_at", Moment, nullable=False),
)

contact_points = Table(
    "contact_points",
    metadata,
    Column("kind", String(10), primary_key=True),
    Column("value", String(320), primary_key=True),
    Column("customer_id", BigId, ForeignKey("customers.id"), nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
)

tickets = Table(
    "tickets",
    metadata,
    given_id(),
    Column("status", String(20), nullable=False),
    Column("is_open", Boolean, Computed("status NOT IN ('resolved', 'closed')", persisted=True), nullable=False),
    Column("priority", String(10), nullable=False),
    Column("priority_order", Integer, nullable=False),
    Column("channel", String(20), nullable=False),
    Column("category", String(20)),
    Column("intent", String(40)),
    Column("sentiment", String(20)),
    Column("language", String(8)),
    Column("urgent", Boolean, nullable=False),
    Column("wants_human", Boolean, nullable=False),
    Column("subject", String(500), nullable=False),
    Column("customer_id", BigId, ForeignKey("customers.id"), nullable=False),
    Column("queue_id", String(64), ForeignKey("queues.id")),
    Column("assignee_id", BigId, ForeignKey("users.id")),
    Column("routing_rule", String(40)),
    Column("routing_reasons", Json, nullable=False),
    Column("priority_reasons", Json, nullable=False),
    Column("sla_reasons", Json, nullable=False),
    Column("needs_senior", Boolean, nullable=False),
    Column("skills", Json, nullable=False),
    Column("follows_id", BigId, ForeignKey("tickets.id"), index=True),
    Column("last_line", String(200), nullable=False),
    Column("customer_messages", Integer, nullable=False, server_default="0"),
    Column("answered_messages", Integer, nullable=False, server_default="0"),
    Column("trend", String(12), nullable=False, server_default=""),
    Column("waiting_since", Moment),
    Column("last_message_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("sla_state", String(12)),
    Column("escalated_at", Moment),
    Column("resolved_at", Moment),
    Column("closed_at", Moment),
    Column("version", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Index("ix_tickets_open_due", "is_open", "due_at", "id"),
    Index("ix_tickets_queue_open_due", "queue_id", "is_open", "due_at", "id"),
    Index("ix_tickets_assignee_open_due", "assignee_id", "is_open", "due_at", "id"),
    Index("ix_tickets_sla_state_open_due", "sla_state", "is_open", "due_at", "id"),
    Index("ix_tickets_open_priority", "is_open", "priority_order", "id"),
    Index("ix_tickets_open_waiting", "is_open", "waiting_since", "id"),
    Index("ix_tickets_open_last_message", "is_open", "last_message_at", "id"),
    Index("ix_tickets_status_id", "status", "id"),
    Index("ix_tickets_customer_id", "customer_id", "channel", "id"),
    CheckConstraint("length(subject) <= 500", name="subject_length"),
)
"""`priority_order` is 0 for critical up to 3 for low. `due_at` and `sla_state` repeat the nearest counting clock,
because the queue is sorted and filtered by them. `customer_messages` counts what the customer wrote, not what
their machines sent; `answered_messages` is that count at the last answer, and `trend` the mood of each of their last
messages: a digit from 1 to 5, oldest first."""

sla_clocks = Table(
    "sla_clocks",
    metadata,
    Column("ticket_id", BigId, ForeignKey("tickets.id"), primary_key=True, autoincrement=False),
    Column("kind", String(16), primary_key=True),
    Column("state", String(12), nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("target_seconds", Integer, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("warn_at", Moment, nullable=False),
    Column("escalate_at", Moment),
    Column("next_check_at", Moment),
    Column("paused_at", Moment),
    Column("paused_seconds", Float, nullable=False),
    Column("met_at", Moment),
    Column("breached_at", Moment),
    Column("cause", String(200)),
    Index("ix_sla_clocks_next_check", "next_check_at"),
)
"""`next_check_at` is the moment at which the monitor next has to look; NULL when nothing can come any more."""

surveys = Table(
    "surveys",
    metadata,
    own_id(),
    Column("ticket_id", BigId, ForeignKey("tickets.id"), nullable=False, unique=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("sent_at", Moment, nullable=False),
    Column("score", Integer),
    Column("comment", Text),
    Column("answered_at", Moment),
    CheckConstraint("score BETWEEN 1 AND 5", name="score_range"),
)
