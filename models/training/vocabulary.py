"""Chooses the pieces of the vocabulary that six languages need, and makes a tokenizer of them.

A word that uses a piece which was left out is cut into smaller ones: nothing becomes unreadable.
"""

import re
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer, decoders, pre_tokenizers
from tokenizers.models import Unigram
from wordfreq import top_n_list

from models.labels import LANGUAGES
from models.tokens import END, PAD, START, UNKNOWN
from models.training.base import Base

SIZE: Final = 100_000
_WORDS: Final = 100_000
_SPECIAL: Final = (START, PAD, END, UNKNOWN)
_SCRIPTS: Final = re.compile(r"▁?[\u0020-\u024f\u2010-\u206f\u20a0-\u20bf\u3001-\u30ff\u3400-\u9fff\uff01-\uffef]+")
"""Latin letters, punctuation, currencies, kana and ideographs."""
_MARK: Final = "▁"


def choose_pieces(base: Base, size: int = SIZE) -> NDArray[np.int64]:
    """Numbers of the kept pieces, ascending: special ones and single characters, those of frequent words, and then the
    most frequent of the scripts that the six languages are written in. No message of the corpus has a say, so that the
    vocabulary stays the same when the corpus grows."""
    tokenizer = tokenizer_of(base, np.arange(len(base.pieces)))
    kept = set(range(len(_SPECIAL)))
    for number in _wanted(base, tokenizer):
        if len(kept) >= size:
            break
        kept.add(number)
    return np.array(sorted(kept), dtype=np.int64)


def tokenizer_of(base: Base, kept: NDArray[np.int64]) -> Tokenizer:
    """A unigram tokenizer whose token i is piece kept[i] of the base."""
    named = [*_SPECIAL, *base.pieces[len(_SPECIAL) :]]
    tokenizer = Tokenizer(Unigram([(named[i], base.scores[i]) for i in kept], unk_id=_SPECIAL.index(UNKNOWN)))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace()
    return tokenizer


def _wanted(base: Base, tokenizer: Tokenizer) -> Iterator[int]:
    plain = [piece.removeprefix(_MARK) for piece in base.pieces]
    yield from (number for number, piece in enumerate(plain) if len(piece) <= 1)
    for language in LANGUAGES:
        words = top_n_list(language, _WORDS)
        yield from _used(tokenizer, [form for word in words for form in (word, word.capitalize())])
    yield from (number for number, piece in enumerate(base.pieces) if _SCRIPTS.fullmatch(piece))


def _used(tokenizer: Tokenizer, texts: list[str]) -> Iterator[int]:
    for encoded in tokenizer.encode_batch(texts, add_special_tokens=False):
        yield from encoded.ids
