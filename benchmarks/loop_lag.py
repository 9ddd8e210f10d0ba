"""The lag of a server's event loop while it was under load, from the histogram that its metrics page tells."""

import re
from collections.abc import Mapping

from benchmarks.servers import Server, metrics

_BUCKET = re.compile(r'frontline_event_loop_delay_seconds_bucket\{le="([^"]+)"\}')


class LoopLag:
    """Counts from when it is made."""

    def __init__(self, server: Server) -> None:
        self._port = server.port
        # The first look starts the measurement, the second one forgets what was slow before.
        metrics(self._port)
        self._before = _buckets(metrics(self._port))

    def figures(self) -> dict[str, float]:
        """In milliseconds; a percentile is the upper end of the bucket that holds it, `max_ms` is exact."""
        now = metrics(self._port)
        counts = {bound: count - self._before.get(bound, 0.0) for bound, count in _buckets(now).items()}
        worst = round(now["frontline_event_loop_lag_worst_seconds"] * 1000, 1)
        return {**{f"p{share}_ms": min(percentile(counts, share), worst) for share in (50, 95, 99)}, "max_ms": worst}


def percentile(counts: Mapping[float, float], share: float) -> float:
    """`counts` tells for each bound in seconds how many values are at most that large."""
    wanted = max(counts.values()) * share / 100
    return round(next(bound for bound, count in sorted(counts.items()) if count >= wanted) * 1000, 1)


def _buckets(figures: Mapping[str, float]) -> dict[float, float]:
    found = ((_BUCKET.fullmatch(name), value) for name, value in figures.items())
    return {float(match[1]): value for match, value in found if match}
