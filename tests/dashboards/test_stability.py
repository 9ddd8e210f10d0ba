"""The population stability index and what it is made from."""

import math
import random

import pytest

from core.domain.drift import Mark, mark_of
from dashboards.stability import LEAST, grouped, quantile, stability_index, tenths


def test_the_same_shares_have_an_index_of_nothing() -> None:
    assert stability_index([100, 200, 300], [100, 200, 300]) == pytest.approx(0, abs=1e-9)


def test_the_index_is_the_sum_over_groups_of_difference_times_log_of_ratio() -> None:
    found = stability_index([5_000, 5_000], [8_000, 2_000])
    assert found == pytest.approx(0.3 * math.log(0.8 / 0.5) + -0.3 * math.log(0.2 / 0.5), abs=1e-3)


def test_a_group_that_was_empty_makes_a_large_and_finite_index() -> None:
    found = stability_index([1_000, 0], [500, 500])
    assert found is not None
    assert 1 < found < 10


@pytest.mark.parametrize(("reference", "recent"), [([LEAST - 1, 0], [500, 500]), ([500, 500], [0, LEAST - 1])])
def test_too_few_messages_on_either_side_have_no_index(reference: list[int], recent: list[int]) -> None:
    assert stability_index(reference, recent) is None


@pytest.mark.parametrize(
    ("index", "mark"),
    [(None, Mark.TOO_FEW), (0.0999, Mark.STEADY), (0.1, Mark.WATCH), (0.2499, Mark.WATCH), (0.25, Mark.DRIFTED)],
)
def test_marks_begin_at_a_tenth_and_at_a_quarter(index: float | None, mark: Mark) -> None:
    assert mark_of(index) is mark


def test_groups_hold_a_tenth_of_the_reference_each() -> None:
    counts = dict.fromkeys(range(100), 7)
    starts = tenths(counts)
    assert starts == tuple(range(0, 100, 10))
    assert grouped(counts, starts) == [70] * 10


def test_a_hundredth_that_holds_nearly_all_is_one_group_and_no_message_is_lost() -> None:
    counts = {20: 5, 99: 990, 100: 5}
    starts = tenths(counts)
    assert len(starts) < 10
    assert sum(grouped(counts, starts)) == 1_000
    assert sum(grouped({0: 3, 100: 4}, starts)) == 7


def test_a_quantile_lies_within_a_hundredth_of_the_exact_one() -> None:
    chance = random.Random(3)
    values = sorted(chance.betavariate(5, 1) for _ in range(2_000))
    counts: dict[int, int] = {}
    for value in values:
        counts[int(value * 100)] = counts.get(int(value * 100), 0) + 1
    assert quantile(counts, 0.1) == pytest.approx(values[200], abs=0.01)


def test_full_confidence_is_no_more_than_one() -> None:
    assert quantile({100: 4}, 0.1) == 1.0
