"""So many tries in a window, then a wait, for each key on its own."""

from datetime import timedelta

from core.throttle import MOST_KEYS, Throttle
from tests.conftest import MovableClock


def test_the_limit_holds_within_the_window_and_for_each_key_apart(clock: MovableClock) -> None:
    throttle = Throttle(limit=3, window_seconds=60)
    for _ in range(3):
        assert throttle.wait_seconds("kim", clock.now()) == 0
        throttle.count("kim", clock.now())
        clock.advance(seconds=10)
    assert throttle.wait_seconds("kim", clock.now()) == 30
    assert throttle.wait_seconds("ada", clock.now()) == 0
    clock.advance(seconds=30)
    assert throttle.wait_seconds("kim", clock.now()) == 0


def test_keys_of_the_past_are_forgotten_before_memory_fills(clock: MovableClock) -> None:
    throttle = Throttle(limit=1, window_seconds=60)
    for number in range(MOST_KEYS):
        throttle.count(str(number), clock.now())
    clock.moment += timedelta(minutes=2)
    throttle.count("new", clock.now())
    assert len(throttle._counted) == 1
