import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.evaluation.metrics import (
    calibration_error,
    confusion,
    coverage,
    f1,
    macro_f1,
    quadratic_kappa,
    reliability,
    wilson,
)

labels = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=60)
claims = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60)


@given(st.integers(0, 500), st.integers(0, 500))
def test_the_interval_holds_the_share(right: int, wrong: int) -> None:
    low, high = wilson(right, right + wrong)
    assert 0.0 <= low <= high <= 1.0
    if right + wrong:
        assert low - 1e-9 <= right / (right + wrong) <= high + 1e-9


def test_the_interval_is_wilsons() -> None:
    assert wilson(8, 10) == pytest.approx((0.4901, 0.9433), abs=1e-3)


@given(labels)
def test_confusion_counts_each_pair_in_the_row_of_its_truth(pairs: list[tuple[int, int]]) -> None:
    truth, said = zip(*pairs, strict=True)
    table = confusion(truth, said, 5)
    assert table.sum() == len(pairs)
    assert table.sum(1).tolist() == [truth.count(label) for label in range(5)]


@given(labels)
def test_f1_and_kappa_are_one_for_the_truth_and_never_more(pairs: list[tuple[int, int]]) -> None:
    truth, said = zip(*pairs, strict=True)
    assert macro_f1(confusion(truth, truth, 5)) == 1.0
    assert quadratic_kappa(confusion(truth, truth, 5)) == 1.0
    assert 0.0 <= macro_f1(confusion(truth, said, 5)) <= 1.0
    assert quadratic_kappa(confusion(truth, said, 5)) <= 1.0


def test_labels_that_do_not_occur_weigh_nothing_in_the_mean() -> None:
    assert macro_f1(confusion([0, 0, 1, 1], [0, 0, 1, 0], 9)) == pytest.approx((0.8 + 2 / 3) / 2)


def test_a_far_miss_costs_more_agreement_than_a_near_one() -> None:
    truth = [0, 1, 2, 3, 4] * 4
    near = quadratic_kappa(confusion(truth, [1, *truth[1:]], 5))
    far = quadratic_kappa(confusion(truth, [4, *truth[1:]], 5))
    assert far < near < 1.0
    assert quadratic_kappa(confusion([0, 4, 0, 4], [0, 0, 4, 4], 5)) == 0.0


def test_no_messages_have_no_figures_worth_having() -> None:
    nothing = confusion([], [], 5)
    assert (macro_f1(nothing), quadratic_kappa(nothing), calibration_error([], [])) == (0.0, 0.0, 0.0)


def test_f1_of_a_flag() -> None:
    assert f1([True, False, True], [True, True, False]) == 0.5
    assert f1([False], [False]) == 1.0
    assert f1([True], [False]) == 0.0


@pytest.mark.parametrize(("confidence", "error"), [(1.0, 0.5), (0.5, 0.0)])
def test_calibration_error_is_the_gap_between_claim_and_truth(confidence: float, error: float) -> None:
    assert calibration_error([confidence] * 4, [True, False, True, False]) == error


@given(claims)
def test_bins_hold_every_message_once(pairs: list[tuple[float, bool]]) -> None:
    sure, right = zip(*pairs, strict=True)
    bins = reliability(sure, right)
    assert sum(one["count"] for one in bins) == len(pairs)
    assert all(one["from"] - 1e-9 <= one["confidence"] <= one["from"] + 0.1 + 1e-9 for one in bins)
    assert 0.0 <= calibration_error(sure, right) <= 1.0


@given(claims)
def test_coverage_keeps_its_precision(pairs: list[tuple[float, bool]]) -> None:
    sure, right = zip(*pairs, strict=True)
    found = coverage(sure, right, (0.5, 0.9))
    assert 0.0 <= found["0.90"] <= found["0.50"] <= 1.0
    order = np.argsort(-np.asarray(sure), kind="stable")
    taken = round(found["0.90"] * len(pairs))
    assert taken == 0 or sum(right[place] for place in order[:taken]) / taken >= 0.9 - 1e-9


def test_coverage_takes_the_surest_first() -> None:
    assert coverage([0.9, 0.8, 0.3, 0.2], [True, True, False, True], (0.9, 0.7)) == {"0.90": 0.5, "0.70": 1.0}
