"""Waits double, differ and are bounded."""

import pytest

from core.backoff import LONGEST_SECONDS, backoff_seconds


@pytest.mark.parametrize(("attempt", "least"), [(1, 2), (2, 4), (3, 8), (8, 256), (10, 900), (1_000, 900)])
def test_a_wait_doubles_with_each_attempt_up_to_a_bound(attempt: int, least: float) -> None:
    waits = {backoff_seconds(attempt) for _ in range(50)}
    assert all(least <= wait <= least * 1.25 for wait in waits)
    assert max(waits) <= LONGEST_SECONDS * 1.25


def test_retries_of_many_do_not_come_together() -> None:
    assert len({backoff_seconds(3) for _ in range(20)}) > 10
