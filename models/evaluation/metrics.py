"""Figures about labels and confidences; pure functions over numbers."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
BINS: Final = 10
_Z: Final = 1.959964
"""Of a two-sided interval of 95 %."""


def wilson(right: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    if count == 0:
        return 0.0, 1.0
    share, z2 = right / count, _Z * _Z
    middle = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = _Z * math.sqrt(share * (1 - share) / count + z2 / (4 * count * count)) / (1 + z2 / count)
    return max(0.0, middle - half), min(1.0, middle + half)


def confusion(truth: Sequence[int], said: Sequence[int], size: int) -> NDArray[np.int64]:
    """Counts (size, size): rows are the truth, columns what was said."""
    table = np.zeros((size, size), dtype=np.int64)
    np.add.at(table, (np.asarray(truth, dtype=np.int64), np.asarray(said, dtype=np.int64)), 1)
    return table


def macro_f1(table: NDArray[np.int64]) -> float:
    """The mean of the labels' F1, over the labels that occur."""
    right = np.diag(table).astype(float)
    both = table.sum(0) + table.sum(1)
    occurs = table.sum(1) > 0
    return float((2 * right[occurs] / np.maximum(both[occurs], 1)).mean()) if occurs.any() else 0.0


def quadratic_kappa(table: NDArray[np.int64]) -> float:
    """Agreement of ordered labels, where a miss costs the square of its distance (Cohen 1968)."""
    size, total = len(table), table.sum()
    if total == 0:
        return 0.0
    place = np.arange(size)
    cost = (place[:, None] - place[None, :]) ** 2 / (size - 1) ** 2
    expected = np.outer(table.sum(1), table.sum(0)) / total
    by_chance = float((cost * expected).sum())
    return 1.0 - float((cost * table).sum()) / by_chance if by_chance else 1.0


def f1(truth: Sequence[bool], said: Sequence[bool]) -> float:
    """Of a yes-or-no label; 1 when it neither occurs nor is said."""
    hits = sum(a and b for a, b in zip(truth, said, strict=True))
    named = sum(truth) + sum(said)
    return 2 * hits / named if named else 1.0


def reliability(confidence: Sequence[float], right: Sequence[bool]) -> list[dict[str, float]]:
    """In ten bins of equal width that are not empty: how many, how sure on average, how often right."""
    sure, hit = np.asarray(confidence, dtype=float), np.asarray(right, dtype=float)
    places = np.minimum((sure * BINS).astype(int), BINS - 1)
    return [
        {
            "from": place / BINS,
            "count": int((places == place).sum()),
            "confidence": float(sure[places == place].mean()),
            "accuracy": float(hit[places == place].mean()),
        }
        for place in range(BINS)
        if (places == place).any()
    ]


def calibration_error(confidence: Sequence[float], right: Sequence[bool]) -> float:
    """Expected calibration error over ten bins of equal width (Naeini et al. 2015)."""
    bins = reliability(confidence, right)
    total = sum(one["count"] for one in bins)
    gap = sum(one["count"] * abs(one["confidence"] - one["accuracy"]) for one in bins)
    return gap / total if total else 0.0


def coverage(confidence: Sequence[float], right: Sequence[bool], precisions: Sequence[float]) -> dict[str, float]:
    """For each wanted precision the largest share that can be answered, the surest first, without falling below."""
    order = np.argsort(-np.asarray(confidence, dtype=float), kind="stable")
    hits = np.asarray(right, dtype=float)[order]
    reached = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    found = {}
    for wanted in precisions:
        places = np.flatnonzero(reached >= wanted)
        found[f"{wanted:.2f}"] = float((places[-1] + 1) / len(hits)) if len(places) else 0.0
    return found
