"""Every table of the engine, in the order in which a message meets them."""

from sqlalchemy import BigInteger as SqlBigInteger
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from core.storage.types import BigId, Json, Moment

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[int]:
    return Column("id", BigId, primary_key=True, autoincrement=True)


def _given_id() -> Column[int]:
    """An id taken from `sequences` beforehand, so that rows that point to each other go out in one batch."""
    return Column("id", BigId, primary_key=True, autoincrement=False)


customers = Table(
    "customers",
    metadata,
    _given_id(),
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
    _id(),
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
    _id(),
    Column("name", String(100), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("role", String(20), nullable=False),
    Column("created_by", String(100), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("revoked_at", Moment),
)

tickets = Table(
    "tickets",
    metadata,
    _given_id(),
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
    Index("ix_tickets_status_id", "status", "id"),
    Index("ix_tickets_customer_id", "customer_id", "channel", "id"),
    CheckConstraint("length(subject) <= 500", name="subject_length"),
)
"""`priority_order` is 0 for critical up to 3 for low. `due_at` and `sla_state` repeat the nearest counting clock,
because the queue is sorted and filtered by them. `customer_messages` counts what the customer wrote, not what
their machines sent; `answered_messages` is that count at the last answer, and `trend` the mood of each of their last
messages: a digit from 1 to 5, oldest first."""

messages = Table(
    "messages",
    metadata,
    _given_id(),
    Column("ticket_id", BigId, ForeignKey("tickets.id"), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("author", String(100), nullable=False),
    Column("author_name", String(200), nullable=False),
    Column("address", String(320), nullable=False),
    Column("subject", String(500), nullable=False),
    Column("text", Text, nullable=False),
    Column("html", Text),
    Column("quoted", Text, nullable=False),
    Column("signature", Text, nullable=False),
    Column("message_id_header", String(998), index=True),
    Column("automatic", String(12)),
    Column("automatic_reason", String(300), nullable=False),
    Column("defects", Json, nullable=False),
    Column("sent_at", Moment),
    Column("created_at", Moment, nullable=False),
    Index("ix_messages_ticket", "ticket_id", "id"),
)

receipts = Table(
    "receipts",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("mailbox", String(320), primary_key=True),
    Column("external_id", String(512), primary_key=True),
    Column("message_id", BigId, ForeignKey("messages.id"), nullable=False, index=True),
    Column("ticket_id", BigId, ForeignKey("tickets.id"), nullable=False),
    Column("idempotency_key", String(255), unique=True),
    Column("payload_digest", String(64), nullable=False),
    Column("raw", LargeBinary),
    Column("raw_blob", String(64)),
    Column("raw_type", String(100), nullable=False),
    Column("received_at", Moment, nullable=False),
)

attachments = Table(
    "attachments",
    metadata,
    _id(),
    Column("message_id", BigId, ForeignKey("messages.id"), nullable=False, index=True),
    Column("filename", String(255), nullable=False),
    Column("content_type", String(255), nullable=False),
    Column("size", Integer, nullable=False),
    Column("blob", String(64)),
    Column("state", String(10), nullable=False),
    Column("reason", String(300), nullable=False),
    Column("inline", Boolean, nullable=False),
    Column("content_id", String(300)),
)

analyses = Table(
    "analyses",
    metadata,
    Column("message_id", BigId, ForeignKey("messages.id"), primary_key=True, autoincrement=False),
    Column("language", String(8), nullable=False),
    Column("language_confidence", Float, nullable=False),
    Column("sentiment", String(20), nullable=False),
    Column("sentiment_confidence", Float, nullable=False),
    Column("category", String(20), nullable=False),
    Column("category_confidence", Float, nullable=False),
    Column("intent", String(40), nullable=False),
    Column("intent_confidence", Float, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("wants_human", Boolean, nullable=False),
    Column("thanks_only", Boolean, nullable=False),
    Column("keywords", Json, nullable=False),
    Column("embedding", LargeBinary, nullable=False),
    Column("model", String(100), nullable=False),
    Column("analysed_at", Moment, nullable=False),
    Index("ix_analyses_intent_message", "intent", "message_id"),
)

articles = Table(
    "articles",
    metadata,
    _id(),
    Column("external_id", String(100), nullable=False, unique=True),
    Column("title", String(300), nullable=False),
    Column("category", String(20), nullable=False),
    Column("intents", Json, nullable=False),
    Column("language", String(8), nullable=False),
    Column("body", Text, nullable=False),
    Column("questions", Json, nullable=False),
    Column("used", Integer, nullable=False),
    Column("solved", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
)

article_vectors = Table(
    "article_vectors",
    metadata,
    Column("article_id", BigId, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("article_version", Integer, nullable=False),
    Column("model", String(100), nullable=False),
    Column("passage", Text, nullable=False),
    Column("embedding", LargeBinary, nullable=False),
)

suggestions = Table(
    "suggestions",
    metadata,
    Column("message_id", BigId, ForeignKey("messages.id"), primary_key=True, autoincrement=False),
    Column("rank", Integer, primary_key=True, autoincrement=False),
    Column("article_id", BigId, ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
    Column("score", Float, nullable=False),
    Column("confidence", Float, nullable=False),
)

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

outbox = Table(
    "outbox",
    metadata,
    _given_id(),
    Column("effect_key", String(200), nullable=False, unique=True),
    Column("channel", String(20), nullable=False),
    Column("recipient", String(320), nullable=False),
    Column("ticket_id", BigId, ForeignKey("tickets.id"), index=True),
    Column("message_id", BigId, ForeignKey("messages.id")),
    Column("payload", Json, nullable=False),
    Column("state", String(12), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("run_at", Moment, nullable=False),
    Column("claimed_by", String(64)),
    Column("lease_until", Moment),
    Column("external_id", String(998)),
    Column("last_error", Text),
    Column("created_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Index("ix_outbox_state_run", "state", "run_at"),
    Index("ix_outbox_recipient", "recipient", "created_at"),
)

delivery_attempts = Table(
    "delivery_attempts",
    metadata,
    _id(),
    Column("outbox_id", BigId, ForeignKey("outbox.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("outcome", String(12), nullable=False),
    Column("detail", Text, nullable=False),
)

work = Table(
    "work",
    metadata,
    _id(),
    Column("event_seq", BigId, nullable=False),
    Column("handler", String(64), nullable=False),
    Column("ticket_id", BigId),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("run_at", Moment, nullable=False),
    Column("claimed_by", String(64)),
    Column("lease_until", Moment),
    Column("last_error", Text),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("event_seq", "handler"),
    Index("ix_work_state_run", "state", "run_at", "id"),
)

journal = Table(
    "journal",
    metadata,
    Column("seq", BigId, primary_key=True, autoincrement=False),
    Column("txid", SqlBigInteger, nullable=False),
    Column("type", String(40), nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("actor", String(100), nullable=False),
    Column("actor_name", String(200), nullable=False),
    Column("ticket_id", BigId),
    Column("message_id", BigId),
    Column("customer_id", BigId),
    Column("data", Json, nullable=False),
    Index("ix_journal_ticket", "ticket_id", "seq"),
    Index("ix_journal_txid_seq", "txid", "seq"),
)
"""`txid` is the writing transaction on PostgreSQL, where ids are not in commit order, and 0 on SQLite."""

search_documents = Table(
    "search_documents",
    metadata,
    Column("message_id", BigId, ForeignKey("messages.id"), primary_key=True, autoincrement=False),
    Column("ticket_id", BigId, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("body", Text, nullable=False),
)

quarantine = Table(
    "quarantine",
    metadata,
    _id(),
    Column("source", String(500), nullable=False),
    Column("reason", Text, nullable=False),
    Column("digest", String(64), nullable=False, unique=True),
    Column("raw", LargeBinary),
    Column("raw_blob", String(64)),
    Column("state", String(12), nullable=False),
    Column("received_at", Moment, nullable=False),
)

surveys = Table(
    "surveys",
    metadata,
    _id(),
    Column("ticket_id", BigId, ForeignKey("tickets.id"), nullable=False, unique=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("sent_at", Moment, nullable=False),
    Column("score", Integer),
    Column("comment", Text),
    Column("answered_at", Moment),
    CheckConstraint("score BETWEEN 1 AND 5", name="score_range"),
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
    _id(),
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
    _id(),
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
    _id(),
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

rollups = Table(
    "rollups",
    metadata,
    Column("hour", Moment, primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("dimension", String(64), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("total", Float, nullable=False),
)
"""Counts by hour, written by the journal's reader in core.agents.operations; can be rebuilt from the journal."""

bookmarks = Table(
    "bookmarks",
    metadata,
    Column("reader", String(64), primary_key=True),
    Column("seq", BigId, nullable=False),
)
"""How far each durable reader of the journal has come."""

sequences = Table(
    "sequences",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", BigId, nullable=False, server_default=text("0")),
)
"""The last id given out on SQLite. PostgreSQL uses its own sequences of the same names."""
