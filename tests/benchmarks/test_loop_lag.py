"""Percentiles of a histogram."""

from benchmarks.loop_lag import percentile


def test_a_percentile_is_the_upper_end_of_its_bucket() -> None:
    counts = {0.001: 90.0, 0.01: 95.0, 0.05: 99.0, float("inf"): 100.0}
    assert [percentile(counts, share) for share in (50, 90, 95, 96, 99)] == [1.0, 1.0, 10.0, 50.0, 50.0]
