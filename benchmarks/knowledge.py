"""Search by meaning in 10,000 articles without the model: vectors are drawn by lot, the second stage is the real one.

Budgets: search p95 under 50 ms, a changed article found within a second, the event loop never held over 50 ms, the
index under 300 MB.
"""

import argparse
import asyncio
import time
import zlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import psutil

from benchmarks.figures import measured_lag, percentiles
from commands.composition import build_channels, read_settings
from commands.memory import spare_the_loop
from config.holder import RulesHolder
from core.articles import ArticleText
from core.bootstrap import Engine
from core.demo.content import load_articles
from core.domain.access import SYSTEM
from core.domain.analysis import TOKEN_SIZE, Analysis, Candidate
from core.domain.clock import SystemClock
from core.domain.ports import Urgency
from core.knowledge import Asked
from models.analyzer import LocalAnalyzer
from models.answers import AnswerScorer
from models.weights import find_weights
from tests.factories import an_analysis

WIDTH = 384
SEARCHES = 200
CHANGES = 20
TOGETHER = 32


class DrawnVectors(LocalAnalyzer):
    """The model without its network: the vector of a text is drawn by a lot that the text decides."""

    def __init__(self) -> None:
        super().__init__()
        self._answers = AnswerScorer.load(find_weights(None).answers)

    async def analyse(self, texts: Sequence[str], urgency: Urgency = Urgency.BULK) -> list[Analysis]:
        return [_analysis(text) for text in texts]

    async def embed(self, passages: Sequence[str], questions: Sequence[str]) -> tuple[list[bytes], list[bytes]]:
        return await asyncio.to_thread(lambda: ([_drawn(one) for one in passages], [_drawn(one) for one in questions]))

    async def tokens(self, passages: Sequence[str], questions: Sequence[str]) -> tuple[list[bytes], list[bytes]]:
        return [_drawn_tokens(one) for one in passages], [_drawn_tokens(one) for one in questions]

    def answer_confidences(self, question: str, analysis: Analysis, candidates: Sequence[Candidate]) -> list[float]:
        return self._answers.probabilities(question, analysis, candidates)


async def run(url: str, given: argparse.Namespace) -> dict[str, Any]:
    settings = read_settings(database_url=url)
    engine = Engine(settings, RulesHolder(settings.rules_file), DrawnVectors(), build_channels(settings), SystemClock())
    try:
        await engine.prepare()
        spare_the_loop()
        return await _measured(engine, _articles(given.articles))
    finally:
        await engine.database.close()


async def _measured(engine: Engine, texts: Sequence[ArticleText]) -> dict[str, Any]:
    memory = psutil.Process().memory_info().rss
    started = time.perf_counter()
    async with measured_lag() as writing_lag:
        await engine.articles.save_many(SYSTEM, texts)
    written = time.perf_counter()
    async with measured_lag() as indexing_lag:
        await engine.knowledge.refresh()
    indexed = time.perf_counter()
    spare_the_loop()
    async with measured_lag() as search_lag:
        searches = await _searches(engine)
        together = await _searched_together(engine)
    async with measured_lag() as change_lag:
        changes = await _changes(engine, texts)
    index = engine.knowledge.index
    assert index is not None
    return {
        "articles": index.articles,
        "vectors": index.rows,
        "written_in_seconds": round(written - started, 2),
        "indexed_in_seconds": round(indexed - written, 2),
        "search": percentiles(searches),
        "search_of_32_together_each_ms": round(together, 2),
        "change_until_found": percentiles(changes),
        "index_mb": round(index.bytes / 2**20, 1),
        "memory_mb": round((psutil.Process().memory_info().rss - memory) / 2**20, 1),
        "loop_held_ms": {
            "writing": round(max(writing_lag), 1),
            "indexing": round(max(indexing_lag), 1),
            "searching": round(max(search_lag), 1),
            "changing": round(max(change_lag), 1),
        },
        "budget": {"search_p95_ms": 50, "change_p95_ms": 1000, "loop_held_ms": 50, "index_mb": 300},
    }


async def _searches(engine: Engine) -> list[float]:
    took = []
    for number in range(SEARCHES + 1):
        question = f"Where is my order {number}, and who pays for it?"
        analysis = _analysis(question)
        started = time.perf_counter()
        await engine.knowledge.search(question, analysis, limit=5)
        took.append((time.perf_counter() - started) * 1000)
    return took[1:]


async def _searched_together(engine: Engine) -> float:
    asked = [Asked(f"Question {number}", _analysis(f"Question {number}")) for number in range(TOGETHER)]
    started = time.perf_counter()
    await engine.knowledge.search_many(asked, limit=5)
    return (time.perf_counter() - started) * 1000 / TOGETHER


async def _changes(engine: Engine, texts: Sequence[ArticleText]) -> list[float]:
    """From the call that writes a new example question to the search that finds it."""
    took = []
    for number in range(CHANGES):
        question = f"How do I change thing {number}?"
        text = texts[number * len(texts) // CHANGES]
        started = time.perf_counter()
        article = await engine.articles.save(SYSTEM, replace(text, questions=(question,)))
        await engine.knowledge.refresh()
        found = await engine.knowledge.search(question, _analysis(question), limit=8)
        took.append((time.perf_counter() - started) * 1000)
        assert article.id in {match.article_id for match in found}
    return took


def _articles(count: int) -> list[ArticleText]:
    written = load_articles()
    return [
        ArticleText(
            external_id=f"kb-{number}",
            title=f"{article.title} ({number})",
            category=article.category,
            body=f"{article.body}\nThis applies to model M{number}.",
            intents=tuple(article.intents),
            language=article.language,
        )
        for number in range(count)
        for article in [written[number % len(written)]]
    ]


def _drawn(text: str) -> bytes:
    vector = np.random.default_rng(zlib.crc32(text.encode())).standard_normal(WIDTH, dtype=np.float32)
    return (vector / np.linalg.norm(vector)).astype("<f4").tobytes()


def _drawn_tokens(text: str) -> bytes:
    """One for every six letters, as in the articles of the demonstration."""
    shape = (len(text) // 6 + 1, TOKEN_SIZE)
    return np.random.default_rng(zlib.crc32(text.encode())).integers(-30, 30, shape, dtype=np.int8).tobytes()


def _analysis(text: str) -> Analysis:
    return an_analysis(embedding=_drawn(text), model="drawn")
