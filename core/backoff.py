"""How long to wait before the next attempt. Pure but for the jitter, which keeps many retries from coming together."""

import random

FIRST_SECONDS = 2.0
LONGEST_SECONDS = 900.0


def backoff_seconds(attempt: int) -> float:
    """Doubles from 2 s after the first failed attempt up to 15 minutes, plus up to a quarter of jitter."""
    doubled: float = min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** min(attempt - 1, 16))
    return doubled * (1 + random.random() / 4)
