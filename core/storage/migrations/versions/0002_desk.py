"""What a desk remembers for each person, and what a ticket says of its customer's last messages."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")

JOINED = {"sqlite": "group_concat", "postgresql": "string_agg"}
FILL = """
UPDATE tickets SET
  customer_messages = (
    SELECT count(*) FROM messages
    WHERE messages.ticket_id = tickets.id AND messages.kind = 'customer' AND messages.automatic IS NULL
  ),
  answered_messages = (
    SELECT count(*) FROM messages
    WHERE messages.ticket_id = tickets.id AND messages.kind = 'customer' AND messages.automatic IS NULL
      AND messages.id < (
        SELECT max(answers.id) FROM messages AS answers
          LEFT JOIN outbox AS sent ON sent.ticket_id = answers.ticket_id AND sent.message_id = answers.id
        WHERE answers.ticket_id = tickets.id
          AND (answers.kind = 'reply' OR answers.kind = 'auto_reply' AND sent.effect_key LIKE 'answer:%')
          AND (sent.state IS NULL OR sent.state NOT IN ('cancelled', 'dead'))
      )
  ),
  trend = coalesce((
    SELECT {joined}(mood, '') OVER (ORDER BY id) FROM (
      SELECT messages.id,
        CASE analyses.sentiment
          WHEN 'very_negative' THEN '1' WHEN 'negative' THEN '2' WHEN 'positive' THEN '4'
          WHEN 'very_positive' THEN '5' ELSE '3'
        END AS mood
      FROM messages JOIN analyses ON analyses.message_id = messages.id
      WHERE messages.ticket_id = tickets.id AND messages.kind = 'customer' AND messages.automatic IS NULL
      ORDER BY messages.id DESC LIMIT 12
    ) AS newest
    ORDER BY id DESC LIMIT 1
  ), '')
"""
"""A receipt or a survey is a message of the desk and answers nothing, nor does what was taken back or never arrived."""


def upgrade() -> None:
    # Not in a batch: SQLite can add these in place, and a batch would make a new table of every ticket.
    op.add_column("tickets", sa.Column("customer_messages", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("tickets", sa.Column("answered_messages", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("tickets", sa.Column("trend", sa.String(length=12), nullable=False, server_default=""))
    op.execute(FILL.format(joined=JOINED[op.get_bind().dialect.name]))
    op.create_index("ix_tickets_open_waiting", "tickets", ["is_open", "waiting_since", "id"])
    op.create_index("ix_tickets_open_last_message", "tickets", ["is_open", "last_message_at", "id"])
    op.create_index("ix_analyses_intent_message", "analyses", ["intent", "message_id"])
    op.create_table(
        "ticket_reads",
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("ticket_id", BIG_ID, nullable=False),
        sa.Column("customer_messages", sa.Integer(), nullable=False),
        sa.Column("read_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_ticket_reads_ticket_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_ticket_reads_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "ticket_id", name="pk_ticket_reads"),
    )
    op.create_table(
        "user_preferences",
        sa.Column("user_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_user_preferences_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name="pk_user_preferences"),
    )
    op.create_table(
        "saved_views",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("owner_id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("query", sa.String(length=2000), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_saved_views_owner_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_saved_views"),
        sa.UniqueConstraint("owner_id", "name", name="uq_saved_views_owner_id_name"),
    )
    op.create_table(
        "drafts",
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("ticket_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("seen_message_id", BIG_ID, nullable=True),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_drafts_ticket_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_drafts_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "ticket_id", "kind", name="pk_drafts"),
    )
    op.create_table(
        "alerts",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("ticket_id", BIG_ID, nullable=False),
        sa.Column("event_seq", BIG_ID, nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_alerts_ticket_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_alerts_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
        sa.UniqueConstraint("user_id", "event_seq", "kind", name="uq_alerts_user_id_event_seq_kind"),
    )
    op.create_index("ix_alerts_user", "alerts", ["user_id", "id"])
    op.create_table(
        "macros",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("owner_id", BIG_ID, nullable=True),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=True),
        sa.Column("intents", JSON, nullable=False),
        sa.Column("bodies", JSON, nullable=False),
        sa.Column("status", sa.String(length=20), nullable=True),
        sa.Column("priority", sa.String(length=10), nullable=True),
        sa.Column("queue_id", sa.String(length=64), nullable=True),
        sa.Column("used", sa.Integer(), server_default="0", nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_macros_owner_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["queue_id"], ["queues.id"], name="fk_macros_queue_id"),
        sa.PrimaryKeyConstraint("id", name="pk_macros"),
    )
    op.create_index("ix_macros_owner_id", "macros", ["owner_id"])


def downgrade() -> None:
    for table in ("macros", "alerts", "drafts", "saved_views", "user_preferences", "ticket_reads"):
        op.drop_table(table)
    op.drop_index("ix_analyses_intent_message", table_name="analyses")
    op.drop_index("ix_tickets_open_last_message", table_name="tickets")
    op.drop_index("ix_tickets_open_waiting", table_name="tickets")
    for column in ("trend", "answered_messages", "customer_messages"):
        op.drop_column("tickets", column)
