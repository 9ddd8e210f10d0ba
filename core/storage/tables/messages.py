"""What was said: received, read, found again."""

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from core.storage.tables.schema import given_id, metadata, own_id
from core.storage.types import BigId, Json, Moment

messages = Table(
    "messages",
    metadata,
    given_id(),
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
    own_id(),
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

suggestions = Table(
    "suggestions",
    metadata,
    Column("message_id", BigId, ForeignKey("messages.id"), primary_key=True, autoincrement=False),
    Column("rank", Integer, primary_key=True, autoincrement=False),
    Column("article_id", BigId, ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
    Column("score", Float, nullable=False),
    Column("confidence", Float, nullable=False),
)

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
    own_id(),
    Column("source", String(500), nullable=False),
    Column("reason", Text, nullable=False),
    Column("digest", String(64), nullable=False, unique=True),
    Column("raw", LargeBinary),
    Column("raw_blob", String(64)),
    Column("state", String(12), nullable=False),
    Column("received_at", Moment, nullable=False),
)
