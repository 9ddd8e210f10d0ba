"""Percentiles and the lag of an event loop."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager


def percentiles(milliseconds: Sequence[float]) -> dict[str, float]:
    """p50, p95, p99 and the largest, in milliseconds."""
    ordered = sorted(milliseconds)
    if not ordered:
        return {}
    last = len(ordered) - 1
    found = {f"p{share}_ms": round(ordered[min(last, len(ordered) * share // 100)], 2) for share in (50, 95, 99)}
    return {**found, "max_ms": round(ordered[-1], 2)}


@asynccontextmanager
async def measured_lag(every_seconds: float = 0.01) -> AsyncIterator[list[float]]:
    """Collects by how many milliseconds this loop was late, each time that it was asked."""
    late: list[float] = []

    async def watch() -> None:
        while True:
            started = time.perf_counter()
            await asyncio.sleep(every_seconds)
            late.append((time.perf_counter() - started - every_seconds) * 1000)

    task = asyncio.create_task(watch())
    try:
        yield late
    finally:
        task.cancel()
