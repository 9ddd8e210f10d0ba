"""The model through the product's runtime, beside a naive use of the same body in the same run.

Language, labels, keywords and vector of each message are part of every figure; the naive reader gives labels alone.
"""

import argparse
import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

from benchmarks.figures import measured_lag, percentiles
from benchmarks.model_messages import TOKENS, messages
from benchmarks.naive_model import measure_apart
from core.domain.ports import Analyzer, AnalyzerState, Urgency
from models.analyzer import LocalAnalyzer
from models.weights import ARTEFACTS, FILES

BUDGET = {"bulk_messages_per_second": 700, "alone_p95_ms": 15, "disk_mb": 60, "memory_mb": 500}
REQUEST = 32
REQUESTS_AT_ONCE = 4
EVERY_SECONDS = 0.1
"""A person asks so often while the pipeline works."""
WARM = 64


async def run(given: argparse.Namespace) -> dict[str, Any]:
    before = psutil.Process().memory_info().rss
    started = time.perf_counter()
    analyzer = LocalAnalyzer()
    analyzer.start()
    try:
        if await analyzer.settled() is not AnalyzerState.READY:
            raise RuntimeError(analyzer.detail)
        loaded = time.perf_counter() - started
        texts = messages(given.messages)
        await analyzer.analyse(texts[:WARM])
        alone = await alone_ms(analyzer, texts[: given.messages // 4])
        bulk = await bulk_rate(analyzer, texts)
        mixed = await mixed_ms(analyzer, texts, given.rate, given.seconds)
        memory = psutil.Process().memory_info().rss - before
        name = analyzer.detail
    finally:
        analyzer.close()
    return {
        "model": name,
        "messages": given.messages,
        "tokens": TOKENS,
        "load_seconds": round(loaded, 2),
        "disk_mb": round(disk_bytes(ARTEFACTS) / 1e6, 1),
        "memory_mb": round(memory / 1e6),
        "alone": percentiles(alone),
        "bulk_messages_per_second": round(bulk, 1),
        "mixed": mixed,
        "naive_fp32": await asyncio.to_thread(measure_apart, given.messages),
        "budget": BUDGET,
    }


async def alone_ms(analyzer: Analyzer, texts: Sequence[str]) -> list[float]:
    """Milliseconds of each message, one after the other, while nothing else is read."""
    took = []
    for text in texts:
        started = time.perf_counter()
        await analyzer.analyse([text], Urgency.INTERACTIVE)
        took.append((time.perf_counter() - started) * 1000)
    return took


async def bulk_rate(analyzer: Analyzer, texts: Sequence[str]) -> float:
    """Messages a second, in requests as the pipeline sends them."""
    requests = iter([texts[start : start + REQUEST] for start in range(0, len(texts), REQUEST)])

    async def send() -> None:
        for request in requests:
            await analyzer.analyse(request)

    started = time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        for _ in range(REQUESTS_AT_ONCE):
            tasks.create_task(send())
    return len(texts) / (time.perf_counter() - started)


async def mixed_ms(analyzer: Analyzer, texts: Sequence[str], rate: float, seconds: float) -> dict[str, Any]:
    """A steady stream of messages with questions of people between them."""
    asked: list[float] = []
    streamed: list[float] = []

    async def timed(text: str, urgency: Urgency, took: list[float]) -> None:
        started = time.perf_counter()
        await analyzer.analyse([text], urgency)
        took.append((time.perf_counter() - started) * 1000)

    async def every(pause: float, urgency: Urgency, took: list[float]) -> None:
        """On time even when it was woken late, so that the rate is what it is said to be."""
        async with asyncio.TaskGroup() as tasks:
            for number in range(round(seconds / pause)):
                await asyncio.sleep(max(0.0, begun + number * pause - time.perf_counter()))
                tasks.create_task(timed(texts[number % len(texts)], urgency, took))

    begun = time.perf_counter()
    async with measured_lag() as lag, asyncio.TaskGroup() as streams:
        streams.create_task(every(1 / rate, Urgency.BULK, streamed))
        streams.create_task(every(EVERY_SECONDS, Urgency.INTERACTIVE, asked))
    return {
        "rate_wanted": rate,
        "rate": round(len(streamed) / (time.perf_counter() - begun), 1),
        "interactive": percentiles(asked),
        "bulk": percentiles(streamed),
        "event_loop_lag": percentiles(lag),
    }


def disk_bytes(directory: Path) -> int:
    """What the model's own files weigh."""
    return sum((directory / name).stat().st_size for name in FILES)
