"""Everything can be read: the tokens, and the tones of any colour of a house."""

import itertools
import math

import pytest

from core.preferences import Theme
from ui.design.brand import accents, stylesheet
from ui.design.colours import BLACK, WHITE, Colour, contrast, readable
from ui.design.tokens import THEMES, colours_of, measured

HOUSES = ("#000000", "#ffffff", "#ffd400", "#e2001a", "#00a651", "#7f7f7f", "#0b1f3a", "#9be7ff", "#ff6bcb", "#4650c4")
APART = {
    "charts": [f"c-{number}" for number in range(1, 7)],
    "sentiment": [f"sent-{step}-fill" for step in range(1, 6)],
    "states": ["good-fill", "warn-fill", "bad-fill"],
}
EYES = {
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}
"""Machado, Oliveira and Fernandes 2009, full severity, on linear channels."""


def _linear(colour: Colour) -> list[float]:
    shares = [channel / 255 for channel in colour]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares]


def _seen(eye: str, colour: Colour) -> list[float]:
    own = _linear(colour)
    return [min(1.0, max(0.0, sum(a * b for a, b in zip(part, own, strict=True)))) for part in EYES[eye]]


def _lab(rgb: list[float]) -> tuple[float, float, float]:
    matrix = ((0.4339, 0.3762, 0.1899), (0.2126, 0.7152, 0.0722), (0.0177, 0.1095, 0.8728))
    parts = [sum(a * b for a, b in zip(weights, rgb, strict=True)) for weights in matrix]
    x, y, z = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in parts)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast(BLACK, WHITE) == pytest.approx(21)
    assert contrast(Colour.parse("#767676"), WHITE) == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
def test_every_pair_of_tokens_can_be_read(theme: Theme) -> None:
    found = measured(theme)
    assert len(found) > 75
    assert [(pair, round(ratio, 2)) for pair, ratio in found if ratio < pair.least] == []


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("house", HOUSES)
def test_every_colour_of_a_house_gets_tones_that_can_be_read(theme: Theme, house: str) -> None:
    tones = accents(Colour.parse(house), theme)
    assert [(pair, round(ratio, 2)) for pair, ratio in measured(theme, tones) if ratio < pair.least] == []


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("group", APART)
def test_colours_that_mean_different_things_differ_for_every_eye(theme: Theme, eye: str, group: str) -> None:
    seen = [_lab(_seen(eye, colours_of(theme)[name])) for name in APART[group]]
    assert min(math.dist(one, other) for one, other in itertools.combinations(seen, 2)) > 10


def test_a_tone_that_can_be_read_already_stays_as_it_is() -> None:
    assert readable(Colour.parse("#3a43ad"), [WHITE], BLACK, 4.5) == Colour.parse("#3a43ad")


def test_a_house_without_a_colour_changes_nothing() -> None:
    assert stylesheet("") == ""


def test_both_themes_get_the_colour() -> None:
    css = stylesheet("#00a651")
    assert css.count("--accent:") == 2
    assert '[data-theme="dark"]' in css


@pytest.mark.parametrize("text", ["green", "#12345", "#1234567", "#gggggg"])
def test_what_is_no_colour_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"colour|invalid literal"):
        Colour.parse(text)
