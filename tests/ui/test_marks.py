"""Small signs."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.entities import SlaClock
from core.domain.enums import ClockKind, ClockState, CustomerTier
from tests.ui.factories import NOW
from ui.marks import clock_mark, hue, initials, tier_badge, used_share

CLOCK = SlaClock(
    ticket_id=1, kind=ClockKind.RESOLUTION, state=ClockState.RUNNING, started_at=NOW, target_seconds=6000,
    due_at=NOW + timedelta(seconds=6000), warn_at=NOW + timedelta(seconds=4800), escalate_at=None, next_check_at=None,
    paused_at=None, paused_seconds=0, met_at=None, breached_at=None, cause=None,
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Ada Okafor", "AO"), ("Mary Ann van Dyke", "MD"), ("Kim", "K"), ("田辺 ゆき", "田ゆ"), ("<img>", "?"), ("", "?")],
)
def test_initials_of_any_script(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_a_name_keeps_its_colour() -> None:
    assert hue("Ada Okafor") == hue("Ada Okafor")


@pytest.mark.parametrize(
    ("seconds", "share"), [(0, 0.0), (2400, 0.4), (4800, 0.8), (5400, 0.9), (6000, 1.0), (9000, 1.0)]
)
def test_the_used_share_reaches_the_warning_and_the_deadline(seconds: int, share: float) -> None:
    assert used_share(CLOCK, NOW + timedelta(seconds=seconds), 0.8) == pytest.approx(share)


def test_a_clock_that_was_met_stands_where_it_was_met() -> None:
    met = replace(CLOCK, met_at=NOW + timedelta(seconds=2400))
    assert used_share(met, NOW + timedelta(days=9), 0.8) == pytest.approx(0.4)


def test_a_paused_clock_sends_no_deadline_to_count_to() -> None:
    assert "data-due" not in clock_mark(NOW, ClockState.PAUSED)
    assert "data-due" in clock_mark(NOW, ClockState.AT_RISK)


def test_the_standard_tier_has_no_badge() -> None:
    assert tier_badge(CustomerTier.STANDARD) is None
    assert "Gold" in (tier_badge(CustomerTier.GOLD) or "")
