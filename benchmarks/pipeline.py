"""The whole pipeline: receipt → analysed, routed, clocks started, suggestions stored.

Messages arrive through the engine's intake at a steady rate, in the process that works on them. Budget: 200/s
sustained, nothing waiting at the end. The knowledge base holds the demonstration's articles.
"""

import argparse
import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any

import orjson
import psutil

from benchmarks.figures import measured_lag, percentiles
from benchmarks.messages import payload
from commands.composition import build_analyzer, build_engine, read_settings
from commands.memory import spare_the_loop
from core.articles import ArticleText
from core.bootstrap import Engine
from core.demo.content import load_articles
from core.domain.access import SYSTEM
from core.domain.events import Event, EventType
from integrations.payload import parse_message_payload

LONGEST_SETTLING_SECONDS = 60.0


async def run(url: str, given: argparse.Namespace) -> dict[str, Any]:
    settings = read_settings(database_url=url)
    analyzer = build_analyzer(settings)
    engine = build_engine(settings, analyzer)
    analyzer.start()
    await engine.prepare()
    await _write_articles(engine)
    await analyzer.settled()
    await engine.knowledge.refresh()
    await engine.start()
    spare_the_loop()
    try:
        return await _measure(engine, given.rate, given.seconds)
    finally:
        await engine.stop()
        analyzer.close()


async def _measure(engine: Engine, rate: float, seconds: float) -> dict[str, Any]:
    started: dict[int, float] = {}
    latencies: list[float] = []

    def on_events(events: Sequence[Event]) -> None:
        now = time.perf_counter()
        latencies.extend((now - started[event.message_id or 0]) * 1000 for event in events if _ends(event, started))

    engine.bus.subscribe(on_events)
    await _send(engine, rate, 2.0, "warm", {})
    begun = time.perf_counter()
    async with measured_lag() as lag:
        sent = await _send(engine, rate, seconds, "run", started)
        waiting_at_end = sent - len(latencies)
        await _until(lambda: len(latencies) >= sent, LONGEST_SETTLING_SECONDS)
    took = time.perf_counter() - begun
    return {
        "rate_wanted": rate,
        "sent": sent,
        "finished": len(latencies),
        "seconds": round(took, 2),
        "rate": round(len(latencies) / took, 1),
        "unfinished_when_sending_ended": waiting_at_end,
        "unfinished_at_the_end": sent - len(latencies),
        "receipt_to_routed": percentiles(latencies),
        "event_loop_lag": percentiles(lag),
        "work": await _work(engine),
        "seconds_by_handler": {name: round(spent, 2) for name, spent in engine.statistics.seconds.items()},
        "memory_mb": round(psutil.Process().memory_info().rss / 1e6),
        "model": engine.analyzer.detail,
        "budget": {"rate": 200, "unfinished_at_the_end": 0},
    }


async def _until(done: Callable[[], bool], seconds: float) -> None:
    for _ in range(int(seconds * 20)):
        if done():
            return
        await asyncio.sleep(0.05)


def _ends(event: Event, started: dict[int, float]) -> bool:
    return event.type is EventType.MESSAGE_ANALYSED and event.message_id in started


async def _send(engine: Engine, rate: float, seconds: float, name: str, started: dict[int, float]) -> int:
    """An open loop: the next message comes when it is due, however long the last one takes."""
    tasks = []
    begun = time.perf_counter()
    for number in range(int(rate * seconds)):
        due = begun + number / rate
        if (wait := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        tasks.append(asyncio.create_task(_accept(engine, name, number, started)))
    await asyncio.gather(*tasks)
    return len(tasks)


async def _accept(engine: Engine, name: str, number: int, started: dict[int, float]) -> None:
    body = payload(name, number)
    begun = time.perf_counter()
    message = parse_message_payload(orjson.loads(body), body, now=engine.clock.now())
    receipt = await engine.intake.accept(message)
    started[receipt.message_id] = begun


async def _write_articles(engine: Engine) -> None:
    for article in load_articles():
        text = ArticleText(
            external_id=article.id,
            title=article.title,
            category=article.category,
            body=article.body,
            intents=article.intents,
            language=article.language,
            questions=article.questions,
        )
        await engine.articles.save(SYSTEM, text)


async def _work(engine: Engine) -> dict[str, int]:
    async with engine.database.read() as tx:
        return await tx.work.counts()
