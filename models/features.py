"""What the heads see besides the embedding: hashed n-grams, which work in every language, and a few surface signs.

An n-gram's bucket is the top BUCKET_BITS bits of a 64-bit hash of its characters. All substrings are hashed at once:
with prefix sums S[i] = sum of c[k] * P**k (mod 2**64), the substring a..b has the hash (S[b] - S[a]) * P**-a.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.labels import LANGUAGES, UNDETERMINED

BUCKET_BITS: Final = 15
BUCKETS: Final = 1 << BUCKET_BITS
_CHAR_SIZES: Final = (3, 4, 5)
_CJK_SIZES: Final = (1, 2)
_HASHED_CHARS: Final = 1200

_BASE: Final = 0x9E3779B97F4A7C15 | 1
_MASK: Final = (1 << 64) - 1
_MIX_1: Final = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2: Final = np.uint64(0x94D049BB133111EB)
"""Finaliser of splitmix64 (Steele, Lea, Flood 2014)."""

Floats = NDArray[np.float32]
Hashes = NDArray[np.uint64]


def _powers(base: int, count: int) -> Hashes:
    powers, value = [], 1
    for _ in range(count):
        powers.append(value)
        value = value * base & _MASK
    return np.array(powers, dtype=np.uint64)


_POWERS: Final = _powers(_BASE, _HASHED_CHARS + 8)
_INVERSES: Final = _powers(pow(_BASE, -1, 1 << 64), _HASHED_CHARS + 8)

_DIGITS: Final = re.compile(r"\d+")
_GAPS: Final = re.compile(r"[^\w!?]+")
_SURFACE_NAMES: Final = (
    "exclamation",
    "question",
    "capitals",
    "length",
    "has_digits",
    "emoji",
    "ellipsis",
    "is_tiny",
)
LANGUAGE_SIGNS: Final = (*LANGUAGES, UNDETERMINED)
SURFACE_SIZE: Final = len(_SURFACE_NAMES) + len(LANGUAGE_SIGNS)


@dataclass(frozen=True, slots=True)
class NGrams:
    """Bucket numbers of several messages, one after the other; message i owns buckets[offsets[i]:offsets[i + 1]]."""

    buckets: NDArray[np.int64]
    offsets: NDArray[np.int64]


def ngrams(texts: Sequence[str]) -> NGrams:
    """Distinct hashed n-grams of each (cleaned) text: character 3 to 5, words 1 and 2, CJK characters 1 and 2."""
    found = [_buckets_of(text) for text in texts]
    sizes = np.fromiter((len(buckets) for buckets in found), dtype=np.int64, count=len(found))
    offsets = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes)])
    return NGrams(np.concatenate(found) if found else np.zeros(0, dtype=np.int64), offsets)


def _buckets_of(text: str) -> NDArray[np.int64]:
    plain = f" {_GAPS.sub(' ', _DIGITS.sub('0', text[:_HASHED_CHARS].lower())).strip()} "
    codes = np.frombuffer(plain.encode("utf-32-le", "replace"), dtype="<u4").astype(np.uint64)[: _HASHED_CHARS + 4]
    length = len(codes)
    prefix = np.zeros(length + 1, dtype=np.uint64)
    np.cumsum(codes * _POWERS[:length], out=prefix[1:])

    def substrings(start: NDArray[np.int64], end: NDArray[np.int64], salt: int) -> Hashes:
        return _mixed((prefix[end] - prefix[start]) * _INVERSES[start] + np.uint64(salt))

    parts = []
    for size in _CHAR_SIZES:
        start = np.arange(0, max(0, length - size + 1), dtype=np.int64)
        parts.append(substrings(start, start + size, size))
    is_cjk = (codes >= 0x3041) & (codes <= 0x9FFF)
    for size in _CJK_SIZES:
        start = np.flatnonzero(is_cjk[: max(0, length - size + 1)])
        parts.append(substrings(start, start + size, 10 + size))
    blanks = np.flatnonzero(codes == 32)
    if len(blanks) > 1:
        parts.append(substrings(blanks[:-1] + 1, blanks[1:], 20))
    if len(blanks) > 2:
        parts.append(substrings(blanks[:-2] + 1, blanks[2:], 21))
    return np.unique(np.concatenate(parts) >> np.uint64(64 - BUCKET_BITS)).astype(np.int64)


def _mixed(hashes: Hashes) -> Hashes:
    mixed = (hashes ^ (hashes >> np.uint64(30))) * _MIX_1
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX_2
    return np.asarray(mixed ^ (mixed >> np.uint64(31)), dtype=np.uint64)


def surface(texts: Sequence[str], languages: Sequence[str]) -> Floats:
    """Signs that neither an uncased encoder nor n-grams see, each about in [0, 1]; shape (n, SURFACE_SIZE)."""
    return np.array(
        [_signs(text) + _one_hot(language) for text, language in zip(texts, languages, strict=True)],
        dtype=np.float32,
    ).reshape(len(texts), SURFACE_SIZE)


def _signs(text: str) -> list[float]:
    letters = sum(character.isalpha() for character in text)
    capitals = sum(character.isupper() for character in text)
    return [
        min(text.count("!") + text.count("！"), 4) / 4,
        min(text.count("?") + text.count("？"), 3) / 3,
        capitals / letters if letters > 8 else 0.0,
        min(len(text), 600) / 600,
        float(any(character.isdigit() for character in text)),
        min(sum(0x1F300 <= ord(character) <= 0x1FAFF for character in text), 3) / 3,
        float("..." in text or "…" in text),
        float(len(text) < 25),
    ]


def _one_hot(language: str) -> list[float]:
    return [float(language == sign) for sign in LANGUAGE_SIGNS]
