"""The first schema: from a message to its ticket, its clocks and its replies."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")
SEQUENCES = {"customers": 1, "tickets": 1001, "messages": 1, "journal": 1, "outbox": 1}
"""The first id of each."""


def upgrade() -> None:
    op.create_table(
        "articles",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("external_id", sa.String(length=100), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("intents", JSON, nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("questions", JSON, nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("solved", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_articles"),
        sa.UniqueConstraint("external_id", name="uq_articles_external_id"),
    )
    op.create_table(
        "bookmarks",
        sa.Column("reader", sa.String(length=64), nullable=False),
        sa.Column("seq", BIG_ID, nullable=False),
        sa.PrimaryKeyConstraint("reader", name="pk_bookmarks"),
    )
    op.create_table(
        "customers",
        sa.Column("id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("tier", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("company", sa.String(length=200), nullable=True),
        sa.Column("annual_value_usd", sa.String(length=20), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_customers"),
    )
    op.create_table(
        "journal",
        sa.Column("seq", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("txid", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("ticket_id", BIG_ID, nullable=True),
        sa.Column("message_id", BIG_ID, nullable=True),
        sa.Column("customer_id", BIG_ID, nullable=True),
        sa.Column("data", JSON, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_journal"),
    )
    op.create_index("ix_journal_ticket", "journal", ["ticket_id", "seq"], unique=False)
    op.create_index("ix_journal_txid_seq", "journal", ["txid", "seq"], unique=False)
    op.create_table(
        "quarantine",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.Column("raw_blob", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_quarantine"),
        sa.UniqueConstraint("digest", name="uq_quarantine_digest"),
    )
    op.create_table(
        "queues",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("skills", JSON, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_queues"),
    )
    op.create_table(
        "rollups",
        sa.Column("hour", MOMENT, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("dimension", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("total", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("hour", "name", "dimension", name="pk_rollups"),
    )
    op.create_table(
        "sequences",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", BIG_ID, server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_sequences"),
    )
    op.create_table(
        "tokens",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("created_by", sa.String(length=100), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_tokens"),
        sa.UniqueConstraint("token_hash", name="uq_tokens_token_hash"),
    )
    op.create_table(
        "users",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("languages", JSON, nullable=False),
        sa.Column("senior", sa.Boolean(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("available", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("email", name="uq_users_email"),
    )
    op.create_table(
        "work",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("event_seq", BIG_ID, nullable=False),
        sa.Column("handler", sa.String(length=64), nullable=False),
        sa.Column("ticket_id", BIG_ID, nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("run_at", MOMENT, nullable=False),
        sa.Column("claimed_by", sa.String(length=64), nullable=True),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_work"),
        sa.UniqueConstraint("event_seq", "handler", name="uq_work_event_seq_handler"),
    )
    op.create_index("ix_work_state_run", "work", ["state", "run_at", "id"], unique=False)
    op.create_table(
        "article_vectors",
        sa.Column("article_id", BIG_ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("article_version", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(length=100), nullable=False),
        sa.Column("passage", sa.Text(), nullable=False),
        sa.Column("embedding", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name="fk_article_vectors_article_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", "position", name="pk_article_vectors"),
    )
    op.create_table(
        "contact_points",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("value", sa.String(length=320), nullable=False),
        sa.Column("customer_id", BIG_ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_contact_points_customer_id"),
        sa.PrimaryKeyConstraint("kind", "value", name="pk_contact_points"),
    )
    op.create_index("ix_contact_points_customer_id", "contact_points", ["customer_id"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_sessions_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sessions"),
    )
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"], unique=False)
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"], unique=False)
    op.create_table(
        "tickets",
        sa.Column("id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column(
            "is_open", sa.Boolean(), sa.Computed("status NOT IN ('resolved', 'closed')", persisted=True), nullable=False
        ),
        sa.Column("priority", sa.String(length=10), nullable=False),
        sa.Column("priority_order", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=True),
        sa.Column("intent", sa.String(length=40), nullable=True),
        sa.Column("sentiment", sa.String(length=20), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("wants_human", sa.Boolean(), nullable=False),
        sa.Column("subject", sa.String(length=500), nullable=False),
        sa.Column("customer_id", BIG_ID, nullable=False),
        sa.Column("queue_id", sa.String(length=64), nullable=True),
        sa.Column("assignee_id", BIG_ID, nullable=True),
        sa.Column("routing_rule", sa.String(length=40), nullable=True),
        sa.Column("routing_reasons", JSON, nullable=False),
        sa.Column("priority_reasons", JSON, nullable=False),
        sa.Column("sla_reasons", JSON, nullable=False),
        sa.Column("needs_senior", sa.Boolean(), nullable=False),
        sa.Column("skills", JSON, nullable=False),
        sa.Column("follows_id", BIG_ID, nullable=True),
        sa.Column("last_line", sa.String(length=200), nullable=False),
        sa.Column("waiting_since", MOMENT, nullable=True),
        sa.Column("last_message_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("sla_state", sa.String(length=12), nullable=True),
        sa.Column("escalated_at", MOMENT, nullable=True),
        sa.Column("resolved_at", MOMENT, nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.CheckConstraint("length(subject) <= 500", name="ck_tickets_subject_length"),
        sa.ForeignKeyConstraint(["assignee_id"], ["users.id"], name="fk_tickets_assignee_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_tickets_customer_id"),
        sa.ForeignKeyConstraint(["follows_id"], ["tickets.id"], name="fk_tickets_follows_id"),
        sa.ForeignKeyConstraint(["queue_id"], ["queues.id"], name="fk_tickets_queue_id"),
        sa.PrimaryKeyConstraint("id", name="pk_tickets"),
    )
    op.create_index("ix_tickets_assignee_open_due", "tickets", ["assignee_id", "is_open", "due_at", "id"], unique=False)
    op.create_index("ix_tickets_customer_id", "tickets", ["customer_id", "channel", "id"], unique=False)
    op.create_index("ix_tickets_follows_id", "tickets", ["follows_id"], unique=False)
    op.create_index("ix_tickets_open_due", "tickets", ["is_open", "due_at", "id"], unique=False)
    op.create_index("ix_tickets_open_priority", "tickets", ["is_open", "priority_order", "id"], unique=False)
    op.create_index("ix_tickets_queue_open_due", "tickets", ["queue_id", "is_open", "due_at", "id"], unique=False)
    op.create_index("ix_tickets_sla_state_open_due", "tickets", ["sla_state", "is_open", "due_at", "id"], unique=False)
    op.create_index("ix_tickets_status_id", "tickets", ["status", "id"], unique=False)
    op.create_table(
        "user_queues",
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("queue_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["queue_id"], ["queues.id"], name="fk_user_queues_queue_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_user_queues_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "queue_id", name="pk_user_queues"),
    )
    op.create_table(
        "user_skills",
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("skill", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_user_skills_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "skill", name="pk_user_skills"),
    )
    op.create_table(
        "messages",
        sa.Column("id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("ticket_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("author", sa.String(length=100), nullable=False),
        sa.Column("author_name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("subject", sa.String(length=500), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=True),
        sa.Column("quoted", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("message_id_header", sa.String(length=998), nullable=True),
        sa.Column("automatic", sa.String(length=12), nullable=True),
        sa.Column("automatic_reason", sa.String(length=300), nullable=False),
        sa.Column("defects", JSON, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_messages_ticket_id"),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
    )
    op.create_index("ix_messages_message_id_header", "messages", ["message_id_header"], unique=False)
    op.create_index("ix_messages_ticket", "messages", ["ticket_id", "id"], unique=False)
    op.create_table(
        "sla_clocks",
        sa.Column("ticket_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("target_seconds", sa.Integer(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("warn_at", MOMENT, nullable=False),
        sa.Column("escalate_at", MOMENT, nullable=True),
        sa.Column("next_check_at", MOMENT, nullable=True),
        sa.Column("paused_at", MOMENT, nullable=True),
        sa.Column("paused_seconds", sa.Float(), nullable=False),
        sa.Column("met_at", MOMENT, nullable=True),
        sa.Column("breached_at", MOMENT, nullable=True),
        sa.Column("cause", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_sla_clocks_ticket_id"),
        sa.PrimaryKeyConstraint("ticket_id", "kind", name="pk_sla_clocks"),
    )
    op.create_index("ix_sla_clocks_next_check", "sla_clocks", ["next_check_at"], unique=False)
    op.create_table(
        "surveys",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("ticket_id", BIG_ID, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name="ck_surveys_score_range"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_surveys_ticket_id"),
        sa.PrimaryKeyConstraint("id", name="pk_surveys"),
        sa.UniqueConstraint("ticket_id", name="uq_surveys_ticket_id"),
        sa.UniqueConstraint("token_hash", name="uq_surveys_token_hash"),
    )
    op.create_table(
        "analyses",
        sa.Column("message_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("language_confidence", sa.Float(), nullable=False),
        sa.Column("sentiment", sa.String(length=20), nullable=False),
        sa.Column("sentiment_confidence", sa.Float(), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("category_confidence", sa.Float(), nullable=False),
        sa.Column("intent", sa.String(length=40), nullable=False),
        sa.Column("intent_confidence", sa.Float(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("wants_human", sa.Boolean(), nullable=False),
        sa.Column("thanks_only", sa.Boolean(), nullable=False),
        sa.Column("keywords", JSON, nullable=False),
        sa.Column("embedding", sa.LargeBinary(), nullable=False),
        sa.Column("model", sa.String(length=100), nullable=False),
        sa.Column("analysed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name="fk_analyses_message_id"),
        sa.PrimaryKeyConstraint("message_id", name="pk_analyses"),
    )
    op.create_table(
        "attachments",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("message_id", BIG_ID, nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("content_type", sa.String(length=255), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("blob", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("inline", sa.Boolean(), nullable=False),
        sa.Column("content_id", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name="fk_attachments_message_id"),
        sa.PrimaryKeyConstraint("id", name="pk_attachments"),
    )
    op.create_index("ix_attachments_message_id", "attachments", ["message_id"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("effect_key", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("recipient", sa.String(length=320), nullable=False),
        sa.Column("ticket_id", BIG_ID, nullable=True),
        sa.Column("message_id", BIG_ID, nullable=True),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("run_at", MOMENT, nullable=False),
        sa.Column("claimed_by", sa.String(length=64), nullable=True),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("external_id", sa.String(length=998), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name="fk_outbox_message_id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_outbox_ticket_id"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("effect_key", name="uq_outbox_effect_key"),
    )
    op.create_index("ix_outbox_recipient", "outbox", ["recipient", "created_at"], unique=False)
    op.create_index("ix_outbox_state_run", "outbox", ["state", "run_at"], unique=False)
    op.create_index("ix_outbox_ticket_id", "outbox", ["ticket_id"], unique=False)
    op.create_table(
        "receipts",
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("mailbox", sa.String(length=320), nullable=False),
        sa.Column("external_id", sa.String(length=512), nullable=False),
        sa.Column("message_id", BIG_ID, nullable=False),
        sa.Column("ticket_id", BIG_ID, nullable=False),
        sa.Column("idempotency_key", sa.String(length=255), nullable=True),
        sa.Column("payload_digest", sa.String(length=64), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.Column("raw_blob", sa.String(length=64), nullable=True),
        sa.Column("raw_type", sa.String(length=100), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name="fk_receipts_message_id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_receipts_ticket_id"),
        sa.PrimaryKeyConstraint("channel", "mailbox", "external_id", name="pk_receipts"),
        sa.UniqueConstraint("idempotency_key", name="uq_receipts_idempotency_key"),
    )
    op.create_index("ix_receipts_message_id", "receipts", ["message_id"], unique=False)
    op.create_table(
        "search_documents",
        sa.Column("message_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("ticket_id", BIG_ID, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name="fk_search_documents_message_id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_search_documents_ticket_id"),
        sa.PrimaryKeyConstraint("message_id", name="pk_search_documents"),
    )
    op.create_index("ix_search_documents_ticket_id", "search_documents", ["ticket_id"], unique=False)
    op.create_table(
        "suggestions",
        sa.Column("message_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("rank", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("article_id", BIG_ID, nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_suggestions_article_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name="fk_suggestions_message_id"),
        sa.PrimaryKeyConstraint("message_id", "rank", name="pk_suggestions"),
    )
    op.create_table(
        "delivery_attempts",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("outbox_id", BIG_ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name="fk_delivery_attempts_outbox_id"),
        sa.PrimaryKeyConstraint("id", name="pk_delivery_attempts"),
    )
    op.create_index("ix_delivery_attempts_outbox_id", "delivery_attempts", ["outbox_id"], unique=False)

    if op.get_bind().dialect.name == "postgresql":
        _upgrade_postgresql()
    else:
        _upgrade_sqlite()


def _upgrade_postgresql() -> None:
    for name, first in SEQUENCES.items():
        op.execute(f"CREATE SEQUENCE {name}_seq START {first} CACHE 1")
    op.execute(
        "ALTER TABLE search_documents ADD COLUMN tsv tsvector GENERATED ALWAYS AS (to_tsvector('simple', body)) STORED"
    )
    op.execute("CREATE INDEX ix_search_documents_tsv ON search_documents USING gin (tsv)")


def _upgrade_sqlite() -> None:
    for name, first in SEQUENCES.items():
        op.execute(f"INSERT INTO sequences (name, value) VALUES ('{name}', {first - 1})")
    # The words are cut by core.search already, so the index keeps them as they are.
    op.execute(
        "CREATE VIRTUAL TABLE search_index USING fts5(body, content='search_documents', content_rowid='message_id',"
        " tokenize='unicode61 remove_diacritics 0')"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name in SEQUENCES:
            op.execute(f"DROP SEQUENCE {name}_seq")
    else:
        op.execute("DROP TABLE search_index")

    op.drop_index("ix_delivery_attempts_outbox_id", table_name="delivery_attempts")
    op.drop_table("delivery_attempts")
    op.drop_table("suggestions")
    op.drop_index("ix_search_documents_ticket_id", table_name="search_documents")
    op.drop_table("search_documents")
    op.drop_index("ix_receipts_message_id", table_name="receipts")
    op.drop_table("receipts")
    op.drop_index("ix_outbox_ticket_id", table_name="outbox")
    op.drop_index("ix_outbox_state_run", table_name="outbox")
    op.drop_index("ix_outbox_recipient", table_name="outbox")
    op.drop_table("outbox")
    op.drop_index("ix_attachments_message_id", table_name="attachments")
    op.drop_table("attachments")
    op.drop_table("analyses")
    op.drop_table("surveys")
    op.drop_index("ix_sla_clocks_next_check", table_name="sla_clocks")
    op.drop_table("sla_clocks")
    op.drop_index("ix_messages_ticket", table_name="messages")
    op.drop_index("ix_messages_message_id_header", table_name="messages")
    op.drop_table("messages")
    op.drop_table("user_skills")
    op.drop_table("user_queues")
    op.drop_index("ix_tickets_status_id", table_name="tickets")
    op.drop_index("ix_tickets_sla_state_open_due", table_name="tickets")
    op.drop_index("ix_tickets_queue_open_due", table_name="tickets")
    op.drop_index("ix_tickets_open_priority", table_name="tickets")
    op.drop_index("ix_tickets_open_due", table_name="tickets")
    op.drop_index("ix_tickets_follows_id", table_name="tickets")
    op.drop_index("ix_tickets_customer_id", table_name="tickets")
    op.drop_index("ix_tickets_assignee_open_due", table_name="tickets")
    op.drop_table("tickets")
    op.drop_index("ix_sessions_user_id", table_name="sessions")
    op.drop_index("ix_sessions_expires_at", table_name="sessions")
    op.drop_table("sessions")
    op.drop_index("ix_contact_points_customer_id", table_name="contact_points")
    op.drop_table("contact_points")
    op.drop_table("article_vectors")
    op.drop_index("ix_work_state_run", table_name="work")
    op.drop_table("work")
    op.drop_table("users")
    op.drop_table("tokens")
    op.drop_table("sequences")
    op.drop_table("rollups")
    op.drop_table("queues")
    op.drop_table("quarantine")
    op.drop_index("ix_journal_txid_seq", table_name="journal")
    op.drop_index("ix_journal_ticket", table_name="journal")
    op.drop_table("journal")
    op.drop_table("customers")
    op.drop_table("bookmarks")
    op.drop_table("articles")
