import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.encoder import _WINDOWS, WINDOW, Encoder
from models.windows import ASIDE_WEIGHT, parts_of, window_weights

ASKS = "Please cancel my subscription before the next payment."


@pytest.mark.parametrize(
    "aside",
    [
        "-- \nJo Miller\nHead of Sales",
        "Kind regards,\nJo Miller",
        "Un saludo\nJo",
        "Bien cordialement,\nJo",
        "Mit freundlichen Grüßen\nJo",
        "此致\n敬礼",
        "Sent from my iPhone",
        "On Fri, Feb 28, 2025 at 9:30 AM Desk <support@desk.example> wrote:\n> Your parcel is lost.",
    ],
)
def test_signature_and_quotation_stand_aside(aside: str) -> None:
    said, beside = parts_of(f"{ASKS}\n\n{aside}")
    assert said == ASKS
    assert beside


def test_a_message_that_is_all_signature_is_read_as_it_is() -> None:
    assert parts_of("--\nJo Miller, Head of Sales") == ("-- Jo Miller, Head of Sales", "")


@pytest.mark.parametrize("raw", ["", " \n ", "ok", "🙂"])
def test_little_text_has_nothing_aside(raw: str) -> None:
    assert parts_of(raw)[1] == ""


@given(st.text(max_size=400))
def test_nothing_that_can_be_read_is_lost_for_an_aside(raw: str) -> None:
    said, aside = parts_of(raw)
    assert said or not aside


def test_openings_weigh_more_than_endings_and_both_more_than_middles() -> None:
    assert window_weights(0) == []
    assert window_weights(1) == [1.0]
    first, *middle, last = window_weights(4)
    assert first > last > max(middle)


def test_a_long_message_is_read_in_windows_of_shares_that_add_up(encoder: Encoder) -> None:
    windows = encoder.windows(ASKS * 200)
    assert len(windows) == _WINDOWS
    assert all(len(window.ids) <= WINDOW for window in windows)
    assert sum(window.share for window in windows) == pytest.approx(1.0)


def test_what_stands_aside_weighs_little(encoder: Encoder) -> None:
    said, aside = encoder.windows(f"{ASKS}\n\n-- \nJo Miller\nHead of Sales")
    assert aside.share / said.share == pytest.approx(ASIDE_WEIGHT)
    assert (said.is_aside, aside.is_aside) == (False, True)


def test_articles_are_not_looked_for_by_the_words_of_a_signature(encoder: Encoder) -> None:
    alone, signed = encoder.read([ASKS, f"{ASKS}\n\n-- \nJo Miller\nHead of Sales"]).tokens
    assert len(alone) == len(signed)


def test_the_end_of_a_long_message_still_counts(encoder: Encoder) -> None:
    filler = "We have been with you for years and the weather was fine. " * 80
    plain, ending = encoder.read([filler, filler + ASKS]).features
    assert np.abs(plain - ending).max() > 0.01
