"""Figures as the reader writes them: the marks in a number, lengths of time, sizes of files."""

from datetime import timedelta
from decimal import Decimal

from core.domain.enums import Language
from ui.texts import say, spoken

_NARROW = "\u202f"
_MARKS: dict[Language, tuple[str, str]] = {
    Language.ES: (".", ","),
    Language.FR: (_NARROW, ","),
    Language.DE: (".", ","),
}
"""Between thousands and before decimals, as CLDR has them; English, Japanese and Chinese write 1,234.5."""


def number(value: float | Decimal, decimals: int | None = 0) -> str:
    """With so many decimals; with None as many as it takes, as for a factor."""
    text = f"{value:,g}" if decimals is None else f"{value:,.{decimals}f}"
    thousands, point = _MARKS.get(spoken(), (",", "."))
    return text.translate({ord(","): thousands, ord("."): point})


def duration(length: timedelta) -> str:
    """`2 h 25 min`; seconds only below a minute."""
    seconds = round(length.total_seconds())
    if 0 < seconds < 60:
        return say("unit.seconds", count=seconds)
    hours, minutes = divmod(round(seconds / 60), 60)
    if not hours:
        return say("unit.minutes", count=minutes)
    if not minutes:
        return say("unit.hours", count=number(hours))
    return say("unit.hours_and_minutes", hours=number(hours), minutes=minutes)


def file_size(octets: int) -> str:
    if octets < 1_000:
        return f"{octets} B"
    return f"{number(octets / 1_000)} kB" if octets < 1_000_000 else f"{number(octets / 1_000_000, 1)} MB"


def percent(share: float, decimals: int = 0) -> str:
    """`88.6 %` of a share between 0 and 1."""
    return f"{number(share * 100, decimals)} %"
