"""Figures about distributions; pure functions over counts."""

import math
from collections.abc import Mapping, Sequence
from typing import Final

BINS: Final = 100
"""Confidences are counted in hundredths."""
GROUPS: Final = 10
LEAST: Final = 100
"""Messages on either side below which an index tells of chance: without any drift ten groups of 100 messages come to
about 9 * (1/100 + 1/100) = 0.18."""

Counts = Mapping[int, int]
"""Messages by the hundredth of their confidence, from 0 to 100."""


def stability_index(reference: Sequence[int], recent: Sequence[int]) -> float | None:
    """The population stability index of two counts of the same groups (Siddiqi 2006): the sum of (a - e) * ln(a / e).

    Half a message is added to each group, so that an empty one does not make it infinite. None below LEAST messages.
    """
    if min(sum(reference), sum(recent)) < LEAST:
        return None
    expected, actual = _shares(reference), _shares(recent)
    return sum((a - e) * math.log(a / e) for e, a in zip(expected, actual, strict=True))


def tenths(reference: Counts) -> tuple[int, ...]:
    """Where groups begin that hold about a tenth of `reference` each; fewer where many messages share a hundredth."""
    total, seen, starts = sum(reference.values()), 0, [0]
    for place in range(BINS + 1):
        if seen >= total * len(starts) / GROUPS and place > starts[-1] and len(starts) < GROUPS and seen < total:
            starts.append(place)
        seen += reference.get(place, 0)
    return tuple(starts)


def grouped(counts: Counts, starts: Sequence[int]) -> list[int]:
    """Counts in the groups that begin at `starts`."""
    ends = [*starts[1:], BINS + 1]
    return [
        sum(count for place, count in counts.items() if start <= place < end)
        for start, end in zip(starts, ends, strict=True)
    ]


def quantile(counts: Counts, share: float) -> float:
    """The confidence below which `share` of the messages lie, to about a hundredth: even within each hundredth."""
    wanted, seen = share * sum(counts.values()), 0
    for place in sorted(counts):
        if counts[place] and seen + counts[place] >= wanted:
            return min(1.0, (place + (wanted - seen) / counts[place]) / BINS)
        seen += counts[place]
    raise ValueError("no messages have no quantile")


def _shares(counts: Sequence[int]) -> list[float]:
    total = sum(counts) + len(counts) / 2
    return [(count + 0.5) / total for count in counts]
