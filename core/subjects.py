"""Subjects as conversations have them: without the prefixes that mail programs put before replies and forwards."""

import re

# Prefixes of the mail programs of many languages. Single letters (Italian "R:" and "I:") are left out on purpose:
# they open ordinary subjects too ("I: lost my key"), and a wrong match would join strangers' tickets.
_WORDS = (
    "re", "fw", "fwd", "aw", "antw", "antwort", "wg", "rv", "res", "enc", "tr", "réf", "rép", "sv", "vs", "vb", "vl",
    "odp", "pd", "ynt", "ilt", "bls", "trs", "rif", "doorst", "továbbítás", "回复", "回覆", "答复", "答覆", "转发",
    "轉寄", "轉發", "返信", "転送", "automatic reply", "automatische antwort", "respuesta automática",
    "réponse automatique", "自動応答", "自动答复", "自动回复",
)  # fmt: skip
# Re[2]: Re(2): Re^2: Re*2: count the replies.
_COUNTER = r"(?:\[\d{1,4}\]|\(\d{1,4}\)|\^\d{1,4}|\*\d{1,4})?"
_PREFIX = re.compile(rf"\s*(?:{'|'.join(map(re.escape, _WORDS))})\s*{_COUNTER}\s*[:：]", re.IGNORECASE)
_OUTSIDE_TAG = re.compile(
    r"\s*\[(?:ext|extern|externe?|external|external e-?mail|spam|suspected spam)\]:?", re.IGNORECASE
)
_WHITESPACE = re.compile(r"\s+")
_MAX_PREFIXES = 50


def normalise_subject(subject: str) -> str:
    """The subject for comparison: prefixes and gateway tags removed repeatedly, whitespace collapsed, case folded.

    Two messages with a common reference belong together only if this is equal for both.
    """
    rest = subject[:2000]
    for _ in range(_MAX_PREFIXES):
        match = _PREFIX.match(rest) or _OUTSIDE_TAG.match(rest)
        if match is None:
            break
        rest = rest[match.end() :]
    return _WHITESPACE.sub(" ", rest).strip().casefold()
