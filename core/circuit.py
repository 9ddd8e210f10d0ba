"""A circuit breaker: after repeated failures a channel rests, then one message tries it again. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

FAILURES = 5
REST = timedelta(seconds=30)
LONGEST_REST = timedelta(minutes=10)


@dataclass(slots=True)
class Circuit:
    failures: int = 0
    resting_until: datetime | None = None
    rests: int = 0

    def lets_through(self, now: datetime) -> bool:
        """Whether to try now. When a rest is over, the first caller tries alone."""
        if self.resting_until is None:
            return True
        if now < self.resting_until:
            return False
        self.resting_until = now + REST
        return True

    def opens_again_at(self, now: datetime) -> datetime:
        return self.resting_until or now

    def failed(self, now: datetime) -> None:
        self.failures += 1
        if self.failures >= FAILURES:
            self.resting_until = now + min(LONGEST_REST, REST * 2 ** min(self.rests, 8))
            self.rests += 1

    def succeeded(self) -> None:
        self.failures, self.rests, self.resting_until = 0, 0, None
