"""KnowledgeBase: articles by meaning. Vectors live in the database and, for search, in one matrix in memory."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.domain.analysis import Analysis, ArticleMatch
from core.domain.entities import Article
from core.domain.errors import Unavailable
from core.domain.ports import Analyzer, Urgency
from core.storage.articles import ArticleVector
from core.storage.database import Database
from core.storage.transaction import Transaction

log = logging.getLogger(__name__)

INDEX_BATCH = 16
CANDIDATES = 4
"""Articles that the second stage looks at."""


@dataclass(frozen=True, slots=True)
class _Index:
    """All passages of one model: row `i` of `matrix` belongs to `articles[owner[i]]`."""

    model: str
    matrix: NDArray[np.float32]
    owner: NDArray[np.int64]
    articles: tuple[Article, ...]
    passages: tuple[str, ...]


class KnowledgeBase:
    """Exact search: at 10,000 articles of three passages the product with a question is 11 million multiply-adds."""

    def __init__(self, database: Database, analyzer: Analyzer) -> None:
        self._database, self._analyzer = database, analyzer
        self._index: _Index | None = None
        self._refreshing = asyncio.Lock()

    def search(self, question: str, analysis: Analysis, *, limit: int) -> list[ArticleMatch]:
        """The articles nearest to an analysed question, best first, each with the probability that it answers it."""
        index = self._index
        if index is None or not index.articles or not analysis.embedding or index.model != analysis.model:
            return []
        query = np.frombuffer(analysis.embedding, dtype="<f4")
        if query.shape[0] != index.matrix.shape[1]:
            return []
        nearest = _best_passages(index, query)
        return self._judged(index, question, nearest)[:limit]

    async def ask(self, question: str, *, limit: int) -> list[ArticleMatch]:
        """As `search`, for a person who waits: reads the question with the model first. May raise Unavailable."""
        (analysis,) = await self._analyzer.analyse([question], Urgency.INTERACTIVE)
        return self.search(question, analysis, limit=limit)

    async def record_usage(self, tx: Transaction, article_id: int, *, solved: bool) -> None:
        """Count that an article was sent to a customer, and whether that settled it."""
        await tx.articles.count_use(article_id, solved=solved)

    async def refresh(self) -> int:
        """Embed articles that are new or changed and load the matrix again; returns how many were embedded."""
        async with self._refreshing:
            model = await self._model()
            if model is None:
                return 0
            embedded = 0
            while articles := await self._unindexed(model):
                await self._embed(articles, model)
                embedded += len(articles)
            if embedded or self._index is None or self._index.model != model or await self._outdated():
                self._index = await self._load(model)
            return embedded

    async def _model(self) -> str | None:
        try:
            (probe,) = await self._analyzer.analyse(["?"])
        except Unavailable:
            return None
        return probe.model

    async def _unindexed(self, model: str) -> list[Article]:
        async with self._database.read() as tx:
            return await tx.articles.unindexed(model, INDEX_BATCH)

    async def _embed(self, articles: Sequence[Article], model: str) -> None:
        passages = [(article, passage) for article in articles for passage in passages_of(article)]
        vectors = await self._analyzer.embed_passages([passage for _, passage in passages])
        async with self._database.transaction() as tx:
            for article in articles:
                mine = [
                    (passage, vector)
                    for (owner, passage), vector in zip(passages, vectors, strict=True)
                    if owner.id == article.id
                ]
                await tx.articles.set_vectors(article, model, mine)

    async def _outdated(self) -> bool:
        """Whether another process changed the articles."""
        async with self._database.read() as tx:
            stamp = await tx.articles.stamp()
        assert self._index is not None
        return stamp != (len(self._index.articles), sum(article.version for article in self._index.articles))

    async def _load(self, model: str) -> _Index:
        async with self._database.read() as tx:
            vectors = await tx.articles.vectors(model)
            articles = {article.id: article for article in await tx.articles.page(0, 1_000_000)}
        return _indexed(model, [vector for vector in vectors if vector.article_id in articles], articles)

    def _judged(
        self, index: _Index, question: str, nearest: Sequence[tuple[Article, str, float]]
    ) -> list[ArticleMatch]:
        matches = []
        for rank, (article, passage, cosine) in enumerate(nearest):
            rival = nearest[1 if rank == 0 else 0][2] if len(nearest) > 1 else 0.0
            text = f"{article.title}\n{article.body}\n{passage}"
            confidence = self._analyzer.answer_confidence(question, text, cosine, cosine - rival)
            matches.append(ArticleMatch(article.id, article.title, round(cosine, 4), round(confidence, 4)))
        return sorted(matches, key=lambda match: (match.confidence, match.score), reverse=True)


def passages_of(article: Article) -> list[str]:
    """What an article is found by: its text, and each question that it answers."""
    return [f"{article.title}\n{article.body}", *article.questions]


def _indexed(model: str, vectors: Sequence[ArticleVector], articles: dict[int, Article]) -> _Index:
    ordered = tuple(articles.values())
    position = {article.id: place for place, article in enumerate(ordered)}
    matrix = np.frombuffer(b"".join(vector.embedding for vector in vectors), dtype="<f4")
    return _Index(
        model=model,
        matrix=matrix.reshape(len(vectors), -1) if vectors else np.zeros((0, 0), dtype=np.float32),
        owner=np.array([position[vector.article_id] for vector in vectors], dtype=np.int64),
        articles=ordered,
        passages=tuple(vector.passage for vector in vectors),
    )


def _best_passages(index: _Index, query: NDArray[np.float32]) -> list[tuple[Article, str, float]]:
    """Each article by its nearest passage, the nearest articles first."""
    scores = index.matrix @ query
    found: dict[int, tuple[Article, str, float]] = {}
    for row in np.argsort(-scores):
        owner = int(index.owner[row])
        if owner not in found:
            found[owner] = (index.articles[owner], index.passages[row], float(scores[row]))
            if len(found) == CANDIDATES:
                break
    return list(found.values())
