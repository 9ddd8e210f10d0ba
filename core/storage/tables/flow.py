"""What happened, what follows from it, and how far everybody has come."""

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from core.storage.tables.schema import given_id, metadata, own_id
from core.storage.types import BigId, Json, Moment

CORRECTED = text("type = 'label.corrected'")
"""Word for word in queries too: SQLite uses the index only for what is written like this."""

journal = Table(
    "journal",
    metadata,
    Column("seq", BigId, primary_key=True, autoincrement=False),
    Column("txid", BigInteger, nullable=False),
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
    Index("ix_journal_corrected", "ticket_id", "seq", sqlite_where=CORRECTED, postgresql_where=CORRECTED),
)
"""`txid` is the writing transaction on PostgreSQL, where ids are not in commit order, and 0 on SQLite."""

work = Table(
    "work",
    metadata,
    own_id(),
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

outbox = Table(
    "outbox",
    metadata,
    given_id(),
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
    own_id(),
    Column("outbox_id", BigId, ForeignKey("outbox.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("outcome", String(12), nullable=False),
    Column("detail", Text, nullable=False),
)

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
