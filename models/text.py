"""Hygiene before the model: any string a customer can send becomes short, printable, normalised text."""

import re
import unicodedata
from typing import Final

MAX_CHARS: Final = 4000
"""Longest text that is looked at. Of a longer one the head and the tail are kept: openings say what is wanted,
endings how the customer feels."""
_HEAD_SHARE: Final = 0.75
_LEAST_SHOUT: Final = 8
_SHOUT_SHARE: Final = 0.7

_UNPRINTABLE: Final = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffd\ud800-\udfff]"
)
_BLANKS: Final = re.compile(r"\s+")


def clean(text: str) -> str:
    """NFKC text of at most about MAX_CHARS characters, without controls, bidi marks or runs of blanks; may be empty."""
    shortened = cut(text, MAX_CHARS * 2)
    printable = _UNPRINTABLE.sub(" ", shortened)
    return cut(_BLANKS.sub(" ", unicodedata.normalize("NFKC", printable)).strip(), MAX_CHARS)


def cut(text: str, limit: int) -> str:
    """`text`, or its first three quarters of `limit` and its last quarter when it is longer."""
    if len(text) <= limit:
        return text
    head = int(limit * _HEAD_SHARE)
    return f"{text[:head]} {text[len(text) - (limit - head) :]}"


def calmed(text: str) -> str:
    """A text that is written in capitals throughout, in small letters: the word pieces hardly know shouted words."""
    big = sum(character.isupper() for character in text)
    cased = big + sum(character.islower() for character in text)
    return text.lower() if cased >= _LEAST_SHOUT and big >= _SHOUT_SHARE * cased else text


def has_words(text: str) -> bool:
    """Whether there is anything to read: at least one letter of any script."""
    return any(character.isalpha() for character in text)
