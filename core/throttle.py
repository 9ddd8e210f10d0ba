"""Counts events by key in a sliding window. In memory, for one process."""

from collections import deque
from datetime import datetime, timedelta

MOST_KEYS = 50_000


class Throttle:
    def __init__(self, *, limit: int, window_seconds: float) -> None:
        self._limit, self._window = limit, timedelta(seconds=window_seconds)
        self._counted: dict[str, deque[datetime]] = {}

    def count(self, key: str, now: datetime) -> None:
        if len(self._counted) >= MOST_KEYS:
            self._counted = {
                name: moments for name, moments in self._counted.items() if moments[-1] > now - self._window
            }
        self._counted.setdefault(key, deque(maxlen=self._limit)).append(now)

    def wait_seconds(self, key: str, now: datetime) -> float:
        """How long until `key` may go on; 0 when it may now."""
        moments = self._counted.get(key)
        if moments is None or len(moments) < self._limit:
            return 0.0
        return max(0.0, (moments[0] + self._window - now).total_seconds())
