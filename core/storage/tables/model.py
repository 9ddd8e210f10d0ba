"""Heads of the model that were made here."""

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table

from core.storage.tables.schema import metadata, own_id
from core.storage.types import Json, Moment

model_proposals = Table(
    "model_proposals",
    metadata,
    own_id(),
    Column("created_at", Moment, nullable=False),
    Column("made_by", String(100), nullable=False),
    Column("made_by_name", String(200), nullable=False),
    Column("encoder", String(64), nullable=False),
    Column("heads", LargeBinary, nullable=False),
    Column("heads_hash", String(64), nullable=False),
    Column("corrections", Integer, nullable=False),
    Column("before", Json, nullable=False),
    Column("after", Json, nullable=False),
    Column("state", String(12), nullable=False),
    Column("decided_by", String(100)),
    Column("decided_by_name", String(200)),
    Column("decided_at", Moment),
    Index("ix_model_proposals_state", "state", "id"),
)
