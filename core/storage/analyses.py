"""What the model said of each message, and the articles that it led to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, delete, select

from core.domain.analysis import Analysis, ArticleMatch
from core.domain.entities import Suggestion
from core.domain.enums import Category, Sentiment
from core.storage.store import Store
from core.storage.tables import analyses, articles, messages, suggestions


@dataclass(frozen=True, slots=True)
class StoredVector:
    """What the encoder made of one message, beside the ticket that it belongs to."""

    ticket_id: int
    embedding: bytes
    model: str


class Analyses(Store):
    async def add(self, analysed: Sequence[tuple[int, Analysis]]) -> None:
        """Store (message id, analysis) pairs; a message analysed again keeps the newer one."""
        if not analysed:
            return
        ids = [message_id for message_id, _ in analysed]
        await self.connection.execute(delete(analyses).where(analyses.c.message_id.in_(ids)))
        await self.tx.insert(analyses, [_row(message_id, found, self.tx.now) for message_id, found in analysed])

    async def of_messages(self, message_ids: Sequence[int]) -> dict[int, Analysis]:
        rows = await self.connection.execute(select(analyses).where(analyses.c.message_id.in_(message_ids)))
        return {row.message_id: _analysis(row) for row in rows}

    async def trends(self, ticket_ids: Sequence[int], most: int) -> dict[int, tuple[int, ...]]:
        """The moods, from 1 to 5, of the last `most` messages of each ticket that a customer wrote and the model read,
        oldest first."""
        query = (
            select(messages.c.ticket_id, analyses.c.sentiment)
            .join(analyses, analyses.c.message_id == messages.c.id)
            .where(messages.c.ticket_id.in_(ticket_ids), messages.c.automatic.is_(None))
            .order_by(messages.c.id)
        )
        found: dict[int, list[int]] = {}
        for row in await self.connection.execute(query):
            found.setdefault(row.ticket_id, []).append(Sentiment(row.sentiment).mood)
        return {ticket_id: tuple(moods[-most:]) for ticket_id, moods in found.items()}

    async def vectors_of_ticket(self, ticket_id: int, limit: int) -> list[StoredVector]:
        """Of the newest `limit` analysed messages of a ticket, newest first."""
        return await self._vectors(_vectors.where(messages.c.ticket_id == ticket_id), limit)

    async def vectors_of_intent(self, intent: str, limit: int, *, other_than: int) -> list[StoredVector]:
        """Of the newest `limit` messages with an intent, leaving out those of one ticket; newest first."""
        alike = _vectors.where(analyses.c.intent == intent, messages.c.ticket_id != other_than)
        return await self._vectors(alike, limit)

    async def _vectors(self, query: Select[Any], limit: int) -> list[StoredVector]:
        rows = await self.connection.execute(query.order_by(analyses.c.message_id.desc()).limit(limit))
        return [StoredVector(row.ticket_id, row.embedding, row.model) for row in rows]

    async def suggest(self, matched: Sequence[tuple[int, Sequence[ArticleMatch]]]) -> None:
        """Store (message id, matches best first) pairs in place of earlier ones."""
        if not matched:
            return
        ids = [message_id for message_id, _ in matched]
        await self.connection.execute(delete(suggestions).where(suggestions.c.message_id.in_(ids)))
        rows = [
            {
                "message_id": message_id,
                "rank": rank,
                "article_id": match.article_id,
                "score": match.score,
                "confidence": match.confidence,
            }
            for message_id, matches in matched
            for rank, match in enumerate(matches)
        ]
        await self.tx.insert(suggestions, rows)

    async def suggestions_of(self, message_id: int) -> list[Suggestion]:
        query = (
            select(suggestions, articles.c.title, articles.c.used, articles.c.solved)
            .join(articles, articles.c.id == suggestions.c.article_id)
            .where(suggestions.c.message_id == message_id)
            .order_by(suggestions.c.rank)
        )
        return [
            Suggestion(
                row.article_id, row.title, row.score, row.confidence, row.solved / row.used if row.used else None
            )
            for row in await self.connection.execute(query)
        ]


_vectors = select(messages.c.ticket_id, analyses.c.embedding, analyses.c.model).join(
    messages, messages.c.id == analyses.c.message_id
)


def _row(message_id: int, found: Analysis, now: Any) -> dict[str, Any]:
    return {
        "message_id": message_id,
        "language": found.language,
        "language_confidence": found.language_confidence,
        "sentiment": found.sentiment.value,
        "sentiment_confidence": found.sentiment_confidence,
        "category": found.category.value,
        "category_confidence": found.category_confidence,
        "intent": found.intent,
        "intent_confidence": found.intent_confidence,
        "urgent": found.urgent,
        "wants_human": found.wants_human,
        "thanks_only": found.thanks_only,
        "keywords": list(found.keywords),
        "embedding": found.embedding,
        "model": found.model,
        "analysed_at": now,
    }


def _analysis(row: Any) -> Analysis:
    return Analysis(
        language=row.language,
        language_confidence=row.language_confidence,
        sentiment=Sentiment(row.sentiment),
        sentiment_confidence=row.sentiment_confidence,
        category=Category(row.category),
        category_confidence=row.category_confidence,
        intent=row.intent,
        intent_confidence=row.intent_confidence,
        urgent=row.urgent,
        wants_human=row.wants_human,
        thanks_only=row.thanks_only,
        keywords=tuple(row.keywords),
        embedding=row.embedding,
        model=row.model,
    )
