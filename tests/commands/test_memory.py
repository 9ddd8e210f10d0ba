"""What is there to stay is not looked at by the collector."""

import gc
from collections.abc import Iterator

import pytest

from commands.memory import THRESHOLDS, spare_the_loop


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def test_what_exists_is_not_looked_at_any_more_and_what_comes_later_is() -> None:
    spare_the_loop()
    assert gc.get_freeze_count() > 1_000
    assert gc.get_threshold() == THRESHOLDS
    later: list[object] = []
    later.append(later)
    del later
    assert gc.collect() >= 1
