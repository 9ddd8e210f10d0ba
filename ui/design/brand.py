"""The colour of a house in place of the accent: tones of it that can be read in both themes, made from the one colour
that FRONTLINE_BRAND_COLOR names."""

from collections.abc import Mapping

from core.preferences import Theme
from ui.design.colours import BLACK, WHITE, Colour, contrast, readable
from ui.design.tokens import CONTROL, RAISED, TEXT, THEMES, colours_of

_SAFE = TEXT + 0.1
"""A little more than asked, since tones are rounded."""
_SEEN = 2.2
"""A filled button is seen by its edge too, and holds white text: less than the contrast of a control will do."""
_SOFT, _LINE = {Theme.LIGHT: 0.09, Theme.DARK: 0.18}, {Theme.LIGHT: 0.3, Theme.DARK: 0.4}
_INKS = ("text", "text-2", "text-3", "sent-1", "sent-2", "sent-3", "sent-4", "sent-5")


def accents(brand: Colour, theme: Theme) -> Mapping[str, Colour]:
    """The tokens that take the colour of the house."""
    tokens = colours_of(theme)
    surface = tokens["surface"]
    is_dark = theme is Theme.DARK
    away = WHITE if is_dark else BLACK
    accent = readable(readable(brand, [surface], away, _SEEN), [WHITE], BLACK, _SAFE)
    lighter = accent.mixed(WHITE, 0.06)
    hover = lighter if is_dark and contrast(lighter, WHITE) >= TEXT else accent.mixed(BLACK, 0.14)
    soft = _soft(brand, theme)
    grounds = [soft, *(tokens[name] for name in RAISED if name != "accent-soft")]
    return {
        "accent": accent,
        "accent-hover": hover,
        "on-accent": WHITE,
        "accent-text": readable(brand, grounds, away, _SAFE),
        "accent-soft": soft,
        "accent-line": surface.mixed(brand, _LINE[theme]),
        "focus": readable(brand, [surface, tokens["bg"]], away, CONTROL + 0.1),
    }


def stylesheet(brand: str) -> str:
    """The rules that follow tokens.css; none where the house has no colour of its own."""
    if not brand:
        return ""
    colour = Colour.parse(brand)
    return "".join(_rule(theme, accents(colour, theme)) for theme in THEMES)


def _soft(brand: Colour, theme: Theme) -> Colour:
    """As much of the colour behind a selected row as leaves everything on it readable."""
    tokens = colours_of(theme)
    share = _SOFT[theme]
    while share > 0:
        soft = tokens["surface"].mixed(brand, share)
        if all(contrast(tokens[ink], soft) >= TEXT for ink in _INKS):
            return soft
        share -= 0.01
    return tokens["surface"]


def _rule(theme: Theme, tones: Mapping[str, Colour]) -> str:
    selector = ':root, [data-theme="light"]' if theme is Theme.LIGHT else '[data-theme="dark"]'
    return f"{selector} {{ {' '.join(f'--{name}: {tone};' for name, tone in tones.items())} }}\n"
