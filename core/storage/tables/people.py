"""Who works here, how they sign in, and what the desk keeps for each of them."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from core.storage.tables.schema import metadata, own_id
from core.storage.types import BigId, Json, Moment

queues = Table(
    "queues",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("skills", Json, nullable=False),
    Column("position", Integer, nullable=False),
)

users = Table(
    "users",
    metadata,
    own_id(),
    Column("email", String(320), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("role", String(20), nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("languages", Json, nullable=False),
    Column("senior", Boolean, nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("available", Boolean, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
)

user_skills = Table(
    "user_skills",
    metadata,
    Column("user_id", BigId, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("skill", String(64), primary_key=True),
)

user_queues = Table(
    "user_queues",
    metadata,
    Column("user_id", BigId, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("queue_id", String(64), ForeignKey("queues.id"), primary_key=True),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("user_id", BigId, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
)

tokens = Table(
    "tokens",
    metadata,
    own_id(),
    Column("name", String(100), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("role", String(20), nullable=False),
    Column("created_by", String(100), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("revoked_at", Moment),
)

user_preferences = Table(
    "user_preferences",
    metadata,
    Column("user_id", BigId, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("data", Json, nullable=False),
    Column("updated_at", Moment, nullable=False),
)

saved_views = Table(
    "saved_views",
    metadata,
    own_id(),
    Column("owner_id", BigId, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("name", String(80), nullable=False),
    Column("query", String(2000), nullable=False),
    Column("shared", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("owner_id", "name"),
)

drafts = Table(
    "drafts",
    metadata,
    Column("user_id", BigId, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("ticket_id", BigId, ForeignKey("tickets.id"), primary_key=True, autoincrement=False),
    Column("kind", String(12), primary_key=True),
    Column("text", Text, nullable=False),
    Column("seen_message_id", BigId),
    Column("updated_at", Moment, nullable=False),
)

alerts = Table(
    "alerts",
    metadata,
    own_id(),
    Column("user_id", BigId, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("ticket_id", BigId, ForeignKey("tickets.id"), nullable=False),
    Column("event_seq", BigId, nullable=False),
    Column("text", String(300), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("read_at", Moment),
    UniqueConstraint("user_id", "event_seq", "kind"),
    Index("ix_alerts_user", "user_id", "id"),
)
"""What one person should know; made from the journal row `event_seq`."""

macros = Table(
    "macros",
    metadata,
    own_id(),
    Column("owner_id", BigId, ForeignKey("users.id", ondelete="CASCADE"), index=True),
    Column("title", String(120), nullable=False),
    Column("category", String(20)),
    Column("intents", Json, nullable=False),
    Column("bodies", Json, nullable=False),
    Column("status", String(20)),
    Column("priority", String(10)),
    Column("queue_id", String(64), ForeignKey("queues.id")),
    Column("used", Integer, nullable=False, server_default="0"),
    Column("version", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
)
"""Prepared answers; `bodies` holds a text for each language, and one without an owner is everybody's."""

ticket_reads = Table(
    "ticket_reads",
    metadata,
    Column("user_id", BigId, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("ticket_id", BigId, ForeignKey("tickets.id"), primary_key=True, autoincrement=False),
    Column("customer_messages", Integer, nullable=False),
    Column("read_at", Moment, nullable=False),
)
"""How much of a conversation somebody has seen: the ticket's `customer_messages` at that moment."""
