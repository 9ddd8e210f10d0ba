"""KnowledgeBase: articles by meaning. Vectors live in the database and, for search, in one matrix in memory."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.codes import codes_of
from core.domain.analysis import MOST_TOKENS, TOKEN_SIZE, Analysis, ArticleMatch, Candidate
from core.domain.entities import Article
from core.domain.errors import Unavailable
from core.domain.ports import Analyzer, Urgency
from core.knowledge_index import Index, Near, Read, Tokens, token_cosines, tokens_in
from core.passages import WAY, passages_of, sentences_of
from core.storage.articles import ArticleStamp, Key
from core.storage.database import Database
from core.storage.transaction import Transaction

log = logging.getLogger(__name__)

EMBEDDED_TOGETHER = 16
KEYS_TOGETHER = 500
READ_TOGETHER = 50
"""Articles whose vectors are read at once: the event loop is held for as long as that takes."""
ON_THE_LOOP = 4_000
"""Vectors times questions up to which a search takes less time than a thread would cost."""
FEW_QUESTIONS = 3
"""The second stage takes about a millisecond a question; more of them go to a thread however few the vectors."""
FEW_TOKENS = 400
"""Of all questions together; 500 tokens compared with long articles take twenty milliseconds."""
PROGRESS_SECONDS = 5.0

Progress = Callable[[int, int], None]
"""Hears how many articles are embedded of how many that wait."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and what the model says of it."""

    text: str
    analysis: Analysis


class KnowledgeBase:
    """Exact search, in a thread when there is much to compare: `python -m benchmarks knowledge` tells what it costs."""

    def __init__(self, database: Database, analyzer: Analyzer) -> None:
        self._database, self._analyzer = database, analyzer
        self._index: Index | None = None
        self._stamp: ArticleStamp | None = None
        self._refreshing = asyncio.Lock()

    @property
    def index(self) -> Index | None:
        """What is searched now: how many articles and vectors of which encoder, and of which languages."""
        return self._index

    async def search(self, question: str, analysis: Analysis, *, limit: int) -> list[ArticleMatch]:
        """The articles that may answer an analysed question, the likeliest first, each with that probability."""
        (found,) = await self.search_many([Asked(question, analysis)], limit=limit)
        return found

    async def search_many(self, asked: Sequence[Asked], *, limit: int) -> list[list[ArticleMatch]]:
        """As `search`, for many: they share the products with the matrix."""
        index = self._index
        known = [one for one in asked if index is not None and _fits(one.analysis, index)]
        if index is None or not known:
            return [[] for _ in asked]
        _, tokens = await self._analyzer.tokens([], [one.text for one in known])
        is_small = index.rows * len(known) <= ON_THE_LOOP and sum(map(len, tokens)) <= FEW_TOKENS * TOKEN_SIZE
        if len(known) <= FEW_QUESTIONS and is_small:
            found = self._found(index, known, tokens)
        else:
            found = await asyncio.to_thread(self._found, index, known, tokens)
        matches = dict(zip(map(id, known), found, strict=True))
        return [matches.get(id(one), [])[:limit] for one in asked]

    async def ask(self, question: str, *, limit: int) -> list[ArticleMatch]:
        """As `search`, for a person who waits: reads the question with the model first. May raise Unavailable."""
        (analysis,) = await self._analyzer.analyse([question], Urgency.INTERACTIVE)
        return await self.search(question, analysis, limit=limit)

    async def ask_many(self, questions: Sequence[str], *, limit: int) -> list[list[ArticleMatch]]:
        """As `ask`, for many at once; an empty question finds nothing. May raise Unavailable."""
        texts = [question for question in questions if question.strip()]
        analyses = await self._analyzer.analyse(texts)
        asked = [Asked(text, analysis) for text, analysis in zip(texts, analyses, strict=True)]
        found = iter(await self.search_many(asked, limit=limit))
        return [next(found) if question.strip() else [] for question in questions]

    async def record_usage(self, tx: Transaction, article_id: int, *, solved: bool) -> None:
        """Count that an article was sent to a customer, and whether that settled it."""
        await tx.articles.count_use(article_id, solved=solved)

    async def refresh(self, progress: Progress | None = None) -> int:
        """Embed articles that are new or changed and put them in their place; returns how many were embedded.

        Costs one small query when no process changed an article. A new encoder reads all anew, into an index of its
        own that takes over when it is complete: nothing is answered from half of the articles.
        """
        async with self._refreshing:
            encoder = await self._encoder()
            if encoder is None:
                return 0
            async with self._database.read() as tx:
                stamp = await tx.articles.stamp()
            if self._index is not None and self._index.encoder == encoder and stamp == self._stamp:
                return 0
            embedded = await self._embed_missing(encoder, progress)
            await self._follow(encoder)
            self._stamp = stamp
            return embedded

    async def _encoder(self) -> str | None:
        try:
            (probe,) = await self._analyzer.analyse(["?"])
        except Unavailable:
            return None
        return probe.encoder

    async def _embed_missing(self, encoder: str, progress: Progress | None) -> int:
        async with self._database.read() as tx:
            missing = await tx.articles.unindexed_ids(index_name(encoder))
        told = time.monotonic()
        for start in range(0, len(missing), EMBEDDED_TOGETHER):
            await self._embed(missing[start : start + EMBEDDED_TOGETHER], encoder)
            done = min(start + EMBEDDED_TOGETHER, len(missing))
            if progress is not None:
                progress(done, len(missing))
            if time.monotonic() - told > PROGRESS_SECONDS:
                log.info("knowledge index: %d of %d articles are embedded", done, len(missing))
                told = time.monotonic()
        if self._index is None and not missing:
            await self._forget_others(encoder)
        return len(missing)

    async def _forget_others(self, encoder: str) -> None:
        """Vectors of another encoder go once all articles have those of this one and a process begins with them: not
        earlier, since processes of the last release may still search by the old ones."""
        async with self._database.read() as tx:
            others = await tx.articles.other_models(index_name(encoder))
        if others:
            async with self._database.transaction() as tx:
                await tx.articles.forget_vectors(others)
            log.info("knowledge index: the vectors of %s are forgotten", ", ".join(others))

    async def _embed(self, ids: Sequence[int], encoder: str) -> None:
        async with self._database.read() as tx:
            articles = await tx.articles.get_many(ids)
        whole = [passages_of(one.title, one.body) for one in articles]
        parts = [sentences_of(one.title, one.body) for one in articles]
        pieces = [[*passages, *sentences] for passages, sentences in zip(whole, parts, strict=True)]
        told, asked = await self._analyzer.embed(
            [piece for mine in pieces for piece in mine],
            [question for article in articles for question in article.questions],
        )
        tokens, _ = await self._analyzer.tokens([passage for passages in whole for passage in passages], [])
        rows = []
        for article, passages, mine in zip(articles, whole, pieces, strict=True):
            vectors = [*zip(mine, told, strict=False), *zip(article.questions, asked, strict=False)]
            vectors.append(("", b"".join(tokens[: len(passages)])[: MOST_TOKENS * TOKEN_SIZE]))
            del told[: len(mine)], asked[: len(article.questions)], tokens[: len(passages)]
            rows.append((article, vectors))
        async with self._database.transaction() as tx:
            await tx.articles.set_vectors(index_name(encoder), rows)

    async def _follow(self, encoder: str) -> None:
        """Read what differs between the database and the index, and take it over."""
        index = self._index if self._index is not None and self._index.encoder == encoder else Index.empty(encoder)
        stored = await self._stored(encoder)
        changed, gone = await asyncio.to_thread(_differences, index, stored)
        for start in range(0, len(changed), READ_TOGETHER):
            index = await self._read_into(index, changed[start : start + READ_TOGETHER])
        index = index.changed([], gone) if gone else index
        self._index = await asyncio.to_thread(index.compacted) if index.is_wasteful else index
        if len(changed) > READ_TOGETHER:
            log.info("knowledge index: %d articles, %d vectors, %s", index.articles, index.rows, index.counts())

    async def _stored(self, encoder: str) -> dict[int, Key]:
        """What the database holds for this encoder. Read in slices, so that nobody waits for all of it."""
        stored: dict[int, Key] = {}
        after = 0
        while True:
            async with self._database.read() as tx:
                found = await tx.articles.indexed_keys(index_name(encoder), after, KEYS_TOGETHER)
            stored |= found
            if len(found) < KEYS_TOGETHER:
                return stored
            after = max(found)

    async def _read_into(self, index: Index, ids: Sequence[int]) -> Index:
        async with self._database.read() as tx:
            articles = await tx.articles.get_many(ids)
            vectors = await tx.articles.vectors(index_name(index.encoder), ids)
        return await asyncio.to_thread(lambda: index.changed(_read(articles, vectors), ()))

    def _found(self, index: Index, asked: Sequence[Asked], tokens: Sequence[bytes]) -> list[list[ArticleMatch]]:
        queries = np.stack([_vector(one.analysis) for one in asked])
        nearest = index.nearest(queries, [codes_of(one.text) for one in asked])
        return [self._judged(one, near, tokens_in(raw)) for one, near, raw in zip(asked, nearest, tokens, strict=True)]

    def _judged(self, asked: Asked, nearest: Sequence[Near], tokens: Tokens) -> list[ArticleMatch]:
        met = token_cosines(tokens, [near.entry.tokens for near in nearest])
        candidates = [_candidate(near, cosines) for near, cosines in zip(nearest, met, strict=True)]
        confidences = self._analyzer.answer_confidences(asked.text, asked.analysis, candidates)
        matches = [
            ArticleMatch(near.article.id, near.article.title, round(near.cosine, 4), round(confidence, 4))
            for near, confidence in zip(nearest, confidences, strict=True)
        ]
        return sorted(matches, key=lambda match: (match.confidence, match.score), reverse=True)


def _differences(index: Index, stored: dict[int, Key]) -> tuple[list[int], list[int]]:
    """Articles that are new or changed in the database, and those that are no longer there."""
    known = index.keys()
    changed = [number for number, key in stored.items() if known.get(number) != key]
    return changed, [number for number in known if number not in stored]


def index_name(encoder: str) -> str:
    """What stored vectors are called: of one encoder, and cut in one way."""
    return f"{encoder}/{WAY}"


def _fits(analysis: Analysis, index: Index) -> bool:
    return bool(analysis.embedding) and analysis.encoder == index.encoder


def _vector(analysis: Analysis) -> NDArray[np.float32]:
    return np.frombuffer(analysis.embedding, dtype="<f4")


def _candidate(near: Near, cosines: tuple[float, ...]) -> Candidate:
    article = near.article
    return Candidate(
        title=article.title,
        body=article.body,
        language=article.language,
        category=article.category.value,
        intents=article.intents,
        passage_cosine=near.passage,
        sentence_cosine=near.sentence,
        question_cosine=near.question,
        has_questions=bool(article.questions),
        token_cosines=cosines,
    )


def _read(articles: Sequence[Article], vectors: dict[tuple[int, int], list[bytes]]) -> list[Read]:
    """Articles with the vectors of just this version, those of tokens last; one that changed meanwhile comes with the
    next round."""
    found = []
    for article in articles:
        passages = len(passages_of(article.title, article.body))
        sentences = len(sentences_of(article.title, article.body))
        mine = vectors.get((article.id, article.version), [])
        if mine and len(mine) == passages + sentences + len(article.questions) + 1:
            matrix = np.frombuffer(b"".join(mine[:-1]), dtype="<f4").reshape(len(mine) - 1, -1)
            found.append(Read(article, matrix, passages, sentences, tokens_in(mine[-1])))
    return found
