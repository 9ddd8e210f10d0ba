"""Articles of the knowledge base and the vectors they are found by."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select, update

from core.domain.entities import Article
from core.domain.enums import Category
from core.domain.errors import NotFound, VersionConflict
from core.storage.store import Store
from core.storage.tables import article_vectors, articles


@dataclass(frozen=True, slots=True)
class ArticleVector:
    article_id: int
    article_version: int
    position: int
    passage: str
    embedding: bytes


class Articles(Store):
    async def get(self, article_id: int) -> Article:
        row = (await self.connection.execute(select(articles).where(articles.c.id == article_id))).first()
        if row is None:
            raise NotFound("article", article_id)
        return _article(row)

    async def page(self, after_id: int, limit: int, category: Category | None = None) -> list[Article]:
        query = select(articles).where(articles.c.id > after_id).order_by(articles.c.id).limit(limit)
        if category is not None:
            query = query.where(articles.c.category == category.value)
        return [_article(row) for row in await self.connection.execute(query)]

    async def by_external_ids(self, ids: Sequence[str]) -> dict[str, Article]:
        rows = await self.connection.execute(select(articles).where(articles.c.external_id.in_(ids)))
        return {row.external_id: _article(row) for row in rows}

    async def add(self, values: dict[str, Any]) -> Article:
        now = self.tx.now
        new = {"used": 0, "solved": 0, **values, "version": 1, "created_at": now, "updated_at": now}
        row = (await self.connection.execute(articles.insert().values(new).returning(*articles.c))).one()
        return _article(row)

    async def change(self, article_id: int, version: int, values: dict[str, Any]) -> Article:
        """Change an article read at `version`; raises VersionConflict or NotFound."""
        mine = update(articles).where(articles.c.id == article_id, articles.c.version == version)
        changed = mine.values(**values, version=version + 1, updated_at=self.tx.now).returning(*articles.c)
        row = (await self.connection.execute(changed)).first()
        if row is None:
            raise VersionConflict("article", article_id, (await self.get(article_id)).version)
        return _article(row)

    async def stamp(self) -> tuple[int, int]:
        """(how many articles, sum of their versions): changes with every change of an article."""
        query = select(func.count(), func.coalesce(func.sum(articles.c.version), 0)).select_from(articles)
        count, versions = (await self.connection.execute(query)).one()
        return count, versions

    async def count_use(self, article_id: int, *, solved: bool) -> None:
        used = update(articles).where(articles.c.id == article_id)
        await self.connection.execute(
            used.values(used=articles.c.used + 1, solved=articles.c.solved + (1 if solved else 0))
        )

    async def unindexed(self, model: str, limit: int) -> list[Article]:
        """Articles whose vectors are missing, of an older version or of another model."""
        current = select(article_vectors.c.article_id).where(
            article_vectors.c.article_id == articles.c.id,
            article_vectors.c.article_version == articles.c.version,
            article_vectors.c.model == model,
        )
        query = select(articles).where(~current.exists()).order_by(articles.c.id).limit(limit)
        return [_article(row) for row in await self.connection.execute(query)]

    async def set_vectors(self, article: Article, model: str, vectors: Sequence[tuple[str, bytes]]) -> None:
        """Replace the (passage, embedding) pairs of an article."""
        await self.connection.execute(delete(article_vectors).where(article_vectors.c.article_id == article.id))
        rows = [
            {
                "article_id": article.id,
                "position": position,
                "article_version": article.version,
                "model": model,
                "passage": passage,
                "embedding": embedding,
            }
            for position, (passage, embedding) in enumerate(vectors)
        ]
        await self.tx.insert(article_vectors, rows)

    async def vectors(self, model: str) -> list[ArticleVector]:
        query = select(article_vectors).where(article_vectors.c.model == model)
        rows = await self.connection.execute(query.order_by(article_vectors.c.article_id, article_vectors.c.position))
        return [
            ArticleVector(row.article_id, row.article_version, row.position, row.passage, row.embedding) for row in rows
        ]


def _article(row: Any) -> Article:
    return Article(
        id=row.id,
        external_id=row.external_id,
        title=row.title,
        category=Category(row.category),
        intents=tuple(row.intents),
        language=row.language,
        body=row.body,
        questions=tuple(row.questions),
        used=row.used,
        solved=row.solved,
        version=row.version,
        updated_at=row.updated_at,
    )
