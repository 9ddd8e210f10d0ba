"""What the model said of each message, and the articles that it led to."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select

from core.domain.analysis import Analysis, ArticleMatch
from core.domain.entities import Suggestion
from core.domain.enums import Category, Sentiment
from core.storage.store import Store
from core.storage.tables import analyses, articles, suggestions


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
