"""Counters and durations of this process, for /metrics and the health page."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class Statistics:
    handled: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    seconds: Counter[str] = field(default_factory=Counter)
    delivered: Counter[str] = field(default_factory=Counter)
    accepted: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def timed(self, name: str, count: int) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.handled[name] += count
        self.seconds[name] += time.perf_counter() - started  # type: ignore[assignment]

    def failed(self, name: str) -> None:
        self.failures[name] += 1
