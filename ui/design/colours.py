"""Colours as numbers: contrast as WCAG 2.2 defines it, mixing, and finding the tone that can be read. Pure."""

from collections.abc import Iterable
from typing import NamedTuple


class Colour(NamedTuple):
    """sRGB channels from 0 to 255."""

    red: int
    green: int
    blue: int

    @classmethod
    def parse(cls, text: str) -> "Colour":
        """From "#4650c4"; raises ValueError for anything else."""
        if len(text) != 7 or text[0] != "#":
            raise ValueError(f"{text!r} is no colour such as #4650c4")
        return cls(*(int(text[at : at + 2], 16) for at in (1, 3, 5)))

    def __str__(self) -> str:
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"

    @property
    def luminance(self) -> float:
        """Relative luminance, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
        red, green, blue = (_linear(channel / 255) for channel in self)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    def mixed(self, other: "Colour", share: float) -> "Colour":
        """This colour with a share of the other, from 0 to 1."""
        return Colour(*(round(own + (its - own) * share) for own, its in zip(self, other, strict=True)))


WHITE, BLACK = Colour(255, 255, 255), Colour(0, 0, 0)
_STEPS = 100


def contrast(one: Colour, other: Colour) -> float:
    """From 1 to 21, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""
    dark, light = sorted((one.luminance, other.luminance))
    return (light + 0.05) / (dark + 0.05)


def readable(colour: Colour, on: Iterable[Colour], towards: Colour, least: float) -> Colour:
    """The nearest tone of the colour, on its way to another, that has this contrast on each of the surfaces; where none
    has, the other colour."""
    surfaces = tuple(on)
    for step in range(_STEPS + 1):
        tone = colour.mixed(towards, step / _STEPS)
        if all(contrast(tone, surface) >= least for surface in surfaces):
            return tone
    return towards


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
