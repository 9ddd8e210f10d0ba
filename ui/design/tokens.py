"""The tokens of tokens.css, read from the file itself, and the pairs of them that people must be able to tell apart."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from core.preferences import Theme
from ui.assets import FOLDER
from ui.design.colours import Colour, contrast

RAISED = ("bg", "surface", "surface-2", "hover", "overlay", "accent-soft")
STATES = ("good", "warn", "bad", "info")
TEXT, CONTROL = 4.5, 3.0
"""What WCAG AA asks of text, and of the edges of controls."""
_BLOCKS = {Theme.LIGHT: ':root, [data-theme="light"] {', Theme.DARK: '[data-theme="dark"] {'}
THEMES = tuple(_BLOCKS)


@dataclass(frozen=True, slots=True)
class Pair:
    """`ink` has to be told from `ground`; `least` is the contrast that this takes."""

    ink: str
    ground: str
    least: float = TEXT


def pairs() -> Iterator[Pair]:
    """Every pair that the components put together."""
    for ground in RAISED:
        yield from (Pair(ink, ground) for ink in ("text", "text-2", "text-3", "accent-text"))
    for ground in RAISED[:-1]:
        yield from (Pair(state, ground) for state in STATES)
    for state in STATES:
        yield from (Pair(ink, f"{state}-soft") for ink in (state, "text", "text-2"))
    for ground in ("surface", "accent-soft"):
        yield from (Pair(f"sent-{step}", ground) for step in range(1, 6))
    yield from (Pair(f"tier-{tier}-fg", f"tier-{tier}-bg") for tier in ("ent", "plat", "gold"))
    yield from (Pair("on-accent", "accent"), Pair("on-accent", "accent-hover"), Pair("on-inverse", "inverse"))
    yield from (Pair(ink, "note") for ink in ("note-text", "text", "text-3"))
    yield from (Pair(ink, "track") for ink in ("text-2", "text-3"))
    for ground in ("surface", "bg"):
        yield from (Pair(ink, ground, CONTROL) for ink in ("line-control", "focus"))


@cache
def colours_of(theme: Theme) -> Mapping[str, Colour]:
    """Every token of a theme that is one opaque colour."""
    written = _block(Theme.LIGHT) | (_block(Theme.DARK) if theme is Theme.DARK else {})
    found = {name: _resolved(written, value) for name, value in written.items()}
    return {name: colour for name, colour in found.items() if colour is not None}


def measured(theme: Theme, changed: Mapping[str, Colour] | None = None) -> list[tuple[Pair, float]]:
    """Each pair with its contrast, also where some tokens are others than in the file."""
    colours = {**colours_of(theme), **(changed or {})}
    return [(pair, contrast(colours[pair.ink], colours[pair.ground])) for pair in pairs()]


@cache
def _block(theme: Theme) -> dict[str, str]:
    css = (FOLDER / "tokens.css").read_text(encoding="utf-8")
    start = css.index(_BLOCKS[theme])
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", css[start : css.index("\n}", start)]))


def _resolved(written: Mapping[str, str], value: str) -> Colour | None:
    if reference := re.fullmatch(r"var\(--([\w-]+)\)", value):
        return _resolved(written, written[reference[1]])
    return Colour.parse(value) if re.fullmatch(r"#[0-9a-f]{6}", value) else None
