"""Tells languages in Latin letters apart by the pieces of their words: what `python -m models.training.latin` learned.

A text's score is the mean over the pieces of its words, so each word is looked up once and remembered.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from models.labels import UNDETERMINED

FILE: Final = Path(__file__).parent / "latin.safetensors"
CODES: Final = ("en", "es", "fr", "de", UNDETERMINED)
"""UNDETERMINED stands for all other languages that write so."""
BUCKETS: Final = 1 << 15
"""Pieces share so many rows of the table, each that which its checksum names."""
WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_LENGTHS: Final = (1, 2, 3, 4, 5)
_DRAWN_OUT: Final = re.compile(r"([^\W\d_])\1{2,}")
_ONCE: Final = r"\1"
_CACHED_WORDS: Final = 1 << 15


@dataclass(frozen=True, slots=True)
class LatinLanguages:
    """`table` (BUCKETS, languages) in steps of `step`. Safe in any thread."""

    table: NDArray[np.int8]
    step: float
    _remembered: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_remembered", lru_cache(_CACHED_WORDS)(self._told))

    @classmethod
    def load(cls, path: Path = FILE) -> "LatinLanguages":
        from safetensors.numpy import load_file  # noqa: PLC0415

        stored = load_file(str(path))
        return cls(stored["table"], float(stored["step"][0]))

    def shares(self, words: Sequence[str]) -> dict[str, float]:
        """How probable each of CODES is for a text of these words; there must be one."""
        found = [self._remembered(word) for word in words]
        pieces = sum(count for _, count in found)
        scores = np.array([told for told, _ in found]).sum(0) * self.step / pieces
        odds = np.exp(scores - scores.max())
        return {code: float(share) for code, share in zip(CODES, odds / odds.sum(), strict=True)}

    def _told(self, word: str) -> tuple[NDArray[np.int64], int]:
        """What a word's pieces say together, and how many they are."""
        rows = pieces_of(word)
        return self.table[rows].sum(0, dtype=np.int64), len(rows)


def pieces_of(word: str) -> list[int]:
    """Rows of a word's pieces: all runs of up to five letters of it, with its ends marked, and the whole of it."""
    plain = word.lower().replace("’", "'")
    framed = f"<{_DRAWN_OUT.sub(_ONCE, plain)}>"
    runs: Iterable[str] = chain.from_iterable(
        (framed[start : start + length] for start in range(len(framed) - length + 1)) for length in _LENGTHS
    )
    return [crc32(piece.encode()) % BUCKETS for piece in dict.fromkeys(chain((framed,), runs))]
