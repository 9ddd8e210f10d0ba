"""Articles of the knowledge base and the vectors they are found by."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, delete, func, select, update

from core.domain.entities import Article
from core.domain.enums import Category
from core.domain.errors import NotFound, VersionConflict
from core.storage.store import Store
from core.storage.tables import article_vectors, articles


class ArticleStamp(NamedTuple):
    """How many articles, the sums of their versions and ids, and the last change."""

    articles: int
    versions: int
    ids: int
    updated_at: datetime | None


class Key(NamedTuple):
    """Two articles of one id and one key have the same text."""

    version: int
    updated_at: datetime


class Articles(Store):
    async def get(self, article_id: int) -> Article:
        row = (await self.connection.execute(select(articles).where(articles.c.id == article_id))).first()
        if row is None:
            raise NotFound("article", article_id)
        return _article(row)

    async def get_many(self, ids: Sequence[int]) -> list[Article]:
        """Those of the articles that there are."""
        rows = await self.connection.execute(select(articles).where(articles.c.id.in_(ids)).order_by(articles.c.id))
        return [_article(row) for row in rows]

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

    async def external_ids(self) -> dict[int, str]:
        """What every article is called where it comes from."""
        rows = await self.connection.execute(select(articles.c.id, articles.c.external_id))
        return {row.id: row.external_id for row in rows}

    async def lock_by_external_ids(self, ids: Sequence[str]) -> dict[str, Article]:
        """As `by_external_ids`; nobody else changes them until this transaction ends."""
        query = select(articles).where(articles.c.external_id.in_(ids)).order_by(articles.c.id).with_for_update()
        return {row.external_id: _article(row) for row in await self.connection.execute(query)}

    async def add_many(self, rows: Sequence[dict[str, Any]]) -> None:
        now = self.tx.now
        new = {"used": 0, "solved": 0, "version": 1, "created_at": now, "updated_at": now}
        await self.tx.insert(articles, [{**new, **row} for row in rows])

    async def change_many(self, rows: Sequence[dict[str, Any]]) -> None:
        """Change articles that this transaction holds locked; each row has the id and all columns that are written."""
        if rows:
            written: dict[str, Any] = {name: bindparam(f"new_{name}") for name in rows[0] if name != "id"}
            mine = update(articles).where(articles.c.id == bindparam("new_id"))
            changed = mine.values(**written, version=articles.c.version + 1, updated_at=self.tx.now)
            await self.connection.execute(changed, [{f"new_{k}": v for k, v in row.items()} for row in rows])

    async def stamp(self) -> ArticleStamp:
        """Changes with every change of an article, by whichever process."""
        query = select(
            func.count(),
            func.coalesce(func.sum(articles.c.version), 0),
            func.coalesce(func.sum(articles.c.id), 0),
            func.max(articles.c.updated_at),
        ).select_from(articles)
        count, versions, ids, updated_at = (await self.connection.execute(query)).one()
        return ArticleStamp(count, int(versions), int(ids), updated_at)

    async def count_use(self, article_id: int, *, solved: bool) -> None:
        used = update(articles).where(articles.c.id == article_id)
        await self.connection.execute(
            used.values(used=articles.c.used + 1, solved=articles.c.solved + (1 if solved else 0))
        )

    async def remove(self, article_id: int) -> None:
        """Its vectors and its place among suggestions go with it; raises NotFound."""
        removed = delete(articles).where(articles.c.id == article_id).returning(articles.c.id)
        if (await self.connection.execute(removed)).first() is None:
            raise NotFound("article", article_id)

    async def unindexed_ids(self, model: str) -> list[int]:
        """Articles whose vectors of this model are missing or of an older version."""
        query = select(articles.c.id).where(~_current(model).exists()).order_by(articles.c.id)
        return list((await self.connection.execute(query)).scalars())

    async def indexed_keys(self, model: str, after_id: int, limit: int) -> dict[int, Key]:
        """Articles above `after_id` that have current vectors of this model, with what tells its text from another."""
        columns = (articles.c.id, articles.c.version, articles.c.updated_at)
        query = select(*columns).where(articles.c.id > after_id, _current(model).exists())
        rows = await self.connection.execute(query.order_by(articles.c.id).limit(limit))
        return {row.id: Key(row.version, row.updated_at) for row in rows}

    async def set_vectors(self, model: str, rows: Sequence[tuple[Article, Sequence[tuple[str, bytes]]]]) -> None:
        """Store the (passage, embedding) pairs of articles, beside those of other models, but none of an article that
        was changed or removed meanwhile."""
        ids = [article.id for article, _ in rows]
        versions = select(articles.c.id, articles.c.version).where(articles.c.id.in_(ids)).order_by(articles.c.id)
        stored = {row.id: row.version for row in await self.connection.execute(versions.with_for_update())}
        current = [(article, pairs) for article, pairs in rows if stored.get(article.id) == article.version]
        mine = article_vectors.c.article_id.in_([article.id for article, _ in current])
        await self.connection.execute(delete(article_vectors).where(mine, article_vectors.c.model == model))
        last = select(article_vectors.c.article_id, func.max(article_vectors.c.position)).where(mine)
        taken: dict[int, int] = dict((await self.connection.execute(last.group_by("article_id"))).all())
        new = [
            {
                "article_id": article.id,
                "position": taken.get(article.id, -1) + 1 + place,
                "article_version": article.version,
                "model": model,
                "passage": passage,
                "embedding": embedding,
            }
            for article, pairs in current
            for place, (passage, embedding) in enumerate(pairs)
        ]
        await self.tx.insert(article_vectors, new)

    async def other_models(self, model: str) -> list[str]:
        """Models that left vectors of the first article beside those of `model`."""
        first = select(func.min(article_vectors.c.article_id)).scalar_subquery()
        query = select(article_vectors.c.model).where(article_vectors.c.article_id == first).distinct()
        return [name for name in (await self.connection.execute(query)).scalars() if name != model]

    async def forget_vectors(self, models: Sequence[str]) -> None:
        await self.connection.execute(delete(article_vectors).where(article_vectors.c.model.in_(models)))

    async def vectors(self, model: str, ids: Sequence[int]) -> dict[tuple[int, int], list[bytes]]:
        """Vectors of articles by (id, version), in their order."""
        columns = (article_vectors.c.article_id, article_vectors.c.article_version, article_vectors.c.embedding)
        query = select(*columns).where(article_vectors.c.model == model, article_vectors.c.article_id.in_(ids))
        found: dict[tuple[int, int], list[bytes]] = {}
        for number, version, embedding in await self.connection.execute(
            query.order_by(article_vectors.c.article_id, article_vectors.c.position)
        ):
            found.setdefault((number, version), []).append(embedding)
        return found


def _current(model: str) -> Select[tuple[int]]:
    return select(article_vectors.c.article_id).where(
        article_vectors.c.article_id == articles.c.id,
        article_vectors.c.article_version == articles.c.version,
        article_vectors.c.model == model,
    )


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
