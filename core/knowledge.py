"""KnowledgeBase: articles by meaning. Vectors live in the database and, for search, in one matrix in memory."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.domain.analysis import Analysis, ArticleMatch, Candidate
from core.domain.entities import Article
from core.domain.errors import Unavailable
from core.domain.ports import Analyzer, Urgency
from core.storage.articles import ArticleVector
from core.storage.database import Database
from core.storage.transaction import Transaction

log = logging.getLogger(__name__)

INDEX_BATCH = 16
CANDIDATES = 8
"""Articles that the second stage looks at."""
PASSAGE_LETTERS = 900
"""A longer body is embedded in passages of whole paragraphs, each under the title."""


@dataclass(frozen=True, slots=True)
class _Index:
    """All vectors of one encoder: row `i` of `matrix` belongs to `articles[owner[i]]`, and is one of its example
    questions or a passage of its text."""

    encoder: str
    matrix: NDArray[np.float32]
    owner: NDArray[np.int64]
    is_question: NDArray[np.bool_]
    articles: tuple[Article, ...]


class KnowledgeBase:
    """Exact search: at 10,000 articles of three passages the product with a question is 11 million multiply-adds."""

    def __init__(self, database: Database, analyzer: Analyzer) -> None:
        self._database, self._analyzer = database, analyzer
        self._index: _Index | None = None
        self._refreshing = asyncio.Lock()

    def search(self, question: str, analysis: Analysis, *, limit: int) -> list[ArticleMatch]:
        """The articles nearest to an analysed question, best first, each with the probability that it answers it."""
        index = self._index
        if index is None or not index.articles or not analysis.embedding or index.encoder != analysis.encoder:
            return []
        query = np.frombuffer(analysis.embedding, dtype="<f4")
        if query.shape[0] != index.matrix.shape[1]:
            return []
        return self._judged(index, question, analysis, _nearest(index, query))[:limit]

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
            encoder = await self._encoder()
            if encoder is None:
                return 0
            embedded = 0
            while articles := await self._unindexed(encoder):
                await self._embed(articles, encoder)
                embedded += len(articles)
            if embedded or self._index is None or self._index.encoder != encoder or await self._outdated():
                self._index = await self._load(encoder)
            return embedded

    async def _encoder(self) -> str | None:
        try:
            (probe,) = await self._analyzer.analyse(["?"])
        except Unavailable:
            return None
        return probe.encoder

    async def _unindexed(self, encoder: str) -> list[Article]:
        async with self._database.read() as tx:
            return await tx.articles.unindexed(encoder, INDEX_BATCH)

    async def _embed(self, articles: Sequence[Article], encoder: str) -> None:
        texts = [passages_of(article) for article in articles]
        passages, questions = await self._analyzer.embed(
            [passage for mine in texts for passage in mine],
            [question for article in articles for question in article.questions],
        )
        async with self._database.transaction() as tx:
            for article, mine in zip(articles, texts, strict=True):
                vectors = [*zip(mine, passages, strict=False), *zip(article.questions, questions, strict=False)]
                del passages[: len(mine)], questions[: len(article.questions)]
                await tx.articles.set_vectors(article, encoder, vectors)

    async def _outdated(self) -> bool:
        """Whether another process changed the articles."""
        async with self._database.read() as tx:
            stamp = await tx.articles.stamp()
        assert self._index is not None
        return stamp != (len(self._index.articles), sum(article.version for article in self._index.articles))

    async def _load(self, encoder: str) -> _Index:
        async with self._database.read() as tx:
            vectors = await tx.articles.vectors(encoder)
            articles = {article.id: article for article in await tx.articles.page(0, 1_000_000)}
        return _indexed(encoder, [vector for vector in vectors if vector.article_id in articles], articles)

    def _judged(
        self, index: _Index, question: str, analysis: Analysis, nearest: Sequence["_Near"]
    ) -> list[ArticleMatch]:
        found = [index.articles[near.article] for near in nearest]
        candidates = [
            Candidate(
                title=article.title,
                body=article.body,
                language=article.language,
                category=article.category.value,
                intents=article.intents,
                passage_cosine=near.passage,
                question_cosine=near.question,
                has_questions=bool(article.questions),
            )
            for article, near in zip(found, nearest, strict=True)
        ]
        confidences = self._analyzer.answer_confidences(question, analysis, candidates)
        matches = [
            ArticleMatch(article.id, article.title, round(max(near.passage, near.question), 4), round(confidence, 4))
            for article, near, confidence in zip(found, nearest, confidences, strict=True)
        ]
        return sorted(matches, key=lambda match: (match.confidence, match.score), reverse=True)


def passages_of(article: Article) -> list[str]:
    """The text of an article as it is embedded: whole, or in passages of whole paragraphs when it is long."""
    passages: list[str] = []
    part = ""
    for paragraph in article.body.split("\n"):
        if part and len(part) + len(paragraph) > PASSAGE_LETTERS:
            passages.append(part)
            part = ""
        part = f"{part}\n{paragraph}".strip()
    return [f"{article.title}\n{passage}" for passage in [*passages, part]]


@dataclass(frozen=True, slots=True)
class _Near:
    """An article's place in the index and the cosines of its best passage and best example question."""

    article: int
    passage: float
    question: float


def _indexed(encoder: str, vectors: Sequence[ArticleVector], articles: dict[int, Article]) -> _Index:
    ordered = tuple(articles.values())
    position = {article.id: place for place, article in enumerate(ordered)}
    matrix = np.frombuffer(b"".join(vector.embedding for vector in vectors), dtype="<f4")
    texts = {article.id: len(passages_of(article)) for article in ordered}
    return _Index(
        encoder=encoder,
        matrix=matrix.reshape(len(vectors), -1) if vectors else np.zeros((0, 0), dtype=np.float32),
        owner=np.array([position[vector.article_id] for vector in vectors], dtype=np.int64),
        is_question=np.array([vector.position >= texts[vector.article_id] for vector in vectors], dtype=np.bool_),
        articles=ordered,
    )


def _nearest(index: _Index, query: NDArray[np.float32]) -> list[_Near]:
    """The articles whose best vector is nearest, the nearest first."""
    scores = index.matrix @ query
    passages = np.full(len(index.articles), -1.0, dtype=np.float32)
    questions = np.full(len(index.articles), -1.0, dtype=np.float32)
    np.maximum.at(passages, index.owner[~index.is_question], scores[~index.is_question])
    np.maximum.at(questions, index.owner[index.is_question], scores[index.is_question])
    best = np.maximum(passages, questions)
    count = min(CANDIDATES, len(best))
    chosen = np.argpartition(-best, count - 1)[:count]
    return [
        _Near(int(place), float(passages[place]), float(questions[place]))
        for place in chosen[np.argsort(-best[chosen])]
        if best[place] > -1.0
    ]
