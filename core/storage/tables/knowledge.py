"""Articles and the vectors they are found by."""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table, Text

from core.storage.tables.schema import metadata, own_id
from core.storage.types import BigId, Json, Moment

articles = Table(
    "articles",
    metadata,
    own_id(),
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
