"""Turns examples into what the heads see. Embeddings are kept in the system's temporary folder between runs."""

import hashlib
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from models.encoder import Encoder
from models.features import BUCKETS, Floats, NGrams, ngrams
from models.heads import dense_signs
from models.language import LanguageDetector
from models.text import clean
from models.training.corpus import Example

_CACHE: Final = Path(tempfile.gettempdir()) / "frontline-training"
_CHUNK: Final = 256


@dataclass(frozen=True, slots=True)
class Inputs:
    """Features of n examples: dense (n, dimension + SURFACE_SIZE), n-grams, and the languages as detected."""

    dense: Floats
    grams: NGrams
    languages: list[str]

    def rows(self, chosen: Sequence[int]) -> "Inputs":
        buckets = [self.grams.buckets[self.grams.offsets[row] : self.grams.offsets[row + 1]] for row in chosen]
        offsets = np.cumsum([0, *map(len, buckets)]).astype(np.int64)
        joined = np.concatenate(buckets) if buckets else np.zeros(0, dtype=np.int64)
        return Inputs(self.dense[list(chosen)], NGrams(joined, offsets), [self.languages[row] for row in chosen])

    def joined(self, other: "Inputs") -> "Inputs":
        offsets = np.concatenate([self.grams.offsets, other.grams.offsets[1:] + self.grams.offsets[-1]])
        return Inputs(
            np.concatenate([self.dense, other.dense]),
            NGrams(np.concatenate([self.grams.buckets, other.grams.buckets]), offsets),
            [*self.languages, *other.languages],
        )


class InputBuilder:
    def __init__(self, encoder: Encoder, encoder_hash: str, report: Callable[[str], None]) -> None:
        self._encoder = encoder
        self._salt = f"{encoder_hash}:{encoder.precision}"
        self._detector = LanguageDetector()
        self._report = report

    def build(self, examples: Sequence[Example], title: str) -> Inputs:
        texts = [clean(example.text) for example in examples]
        languages = [self._detector.detect(text)[0] for text in texts]
        vectors = self.vectors(texts, title)
        return Inputs(dense_signs(vectors, texts, languages), ngrams(texts), languages)

    def vectors(self, texts: Sequence[str], title: str) -> Floats:
        """Unit vectors of cleaned texts, from the cache when the same texts were encoded before."""
        key = hashlib.sha256("\x00".join([self._salt, *texts]).encode("utf-8", "replace")).hexdigest()[:24]
        path = _CACHE / f"{key}.npy"
        if path.exists():
            return np.asarray(np.load(path), dtype=np.float32)
        parts = []
        for start in range(0, len(texts), _CHUNK):
            parts.append(self._encoder.encode(texts[start : start + _CHUNK]))
            self._report(f"encoding {title}: {min(start + _CHUNK, len(texts))}/{len(texts)}")
        vectors = np.concatenate(parts) if parts else np.zeros((0, self._encoder.dimension), dtype=np.float32)
        _CACHE.mkdir(parents=True, exist_ok=True)
        np.save(path, vectors)
        return np.asarray(vectors, dtype=np.float32)


def rarity_of(grams: NGrams, count: int) -> Floats:
    """Smoothed inverse document frequency of each bucket; shape (BUCKETS,)."""
    frequency = np.bincount(grams.buckets, minlength=BUCKETS)
    return np.asarray(np.log((count + 1) / (frequency + 1)) + 0.3, dtype=np.float32)
