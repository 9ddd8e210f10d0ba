"""Heads of the model that are made from corrections, and a way to find these in the journal."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")
CORRECTED = sa.text("type = 'label.corrected'")


def upgrade() -> None:
    op.create_index(
        "ix_journal_corrected",
        "journal",
        ["ticket_id", "seq"],
        sqlite_where=CORRECTED,
        postgresql_where=CORRECTED,
    )
    op.create_table(
        "model_proposals",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_by_name", sa.String(length=200), nullable=False),
        sa.Column("encoder", sa.String(length=64), nullable=False),
        sa.Column("heads", sa.LargeBinary(), nullable=False),
        sa.Column("heads_hash", sa.String(length=64), nullable=False),
        sa.Column("corrections", sa.Integer(), nullable=False),
        sa.Column("before", JSON, nullable=False),
        sa.Column("after", JSON, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("decided_by", sa.String(length=100), nullable=True),
        sa.Column("decided_by_name", sa.String(length=200), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_model_proposals"),
    )
    op.create_index("ix_model_proposals_state", "model_proposals", ["state", "id"])


def downgrade() -> None:
    op.drop_table("model_proposals")
    op.drop_index("ix_journal_corrected", table_name="journal")
