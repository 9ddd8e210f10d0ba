"""Every table of the engine, by what it is about."""

from core.storage.tables.flow import bookmarks, delivery_attempts, journal, outbox, rollups, sequences, work
from core.storage.tables.knowledge import article_vectors, articles
from core.storage.tables.messages import (
    analyses,
    attachments,
    messages,
    quarantine,
    receipts,
    search_documents,
    suggestions,
)
from core.storage.tables.model import model_proposals
from core.storage.tables.people import (
    alerts,
    drafts,
    macros,
    queues,
    saved_views,
    sessions,
    ticket_reads,
    tokens,
    user_preferences,
    user_queues,
    user_skills,
    users,
)
from core.storage.tables.schema import metadata
from core.storage.tables.tickets import contact_points, customers, sla_clocks, surveys, tickets

__all__ = [
    "alerts",
    "analyses",
    "article_vectors",
    "articles",
    "attachments",
    "bookmarks",
    "contact_points",
    "customers",
    "delivery_attempts",
    "drafts",
    "journal",
    "macros",
    "messages",
    "metadata",
    "model_proposals",
    "outbox",
    "quarantine",
    "queues",
    "receipts",
    "rollups",
    "saved_views",
    "search_documents",
    "sequences",
    "sessions",
    "sla_clocks",
    "suggestions",
    "surveys",
    "ticket_reads",
    "tickets",
    "tokens",
    "user_preferences",
    "user_queues",
    "user_skills",
    "users",
    "work",
]
