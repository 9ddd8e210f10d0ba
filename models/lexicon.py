"""Support concepts in six languages: the bridge over which what is learnt in one language reaches the others."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from models.features import Floats
from models.labels import LANGUAGES

_FILE: Final = Path(__file__).with_name("lexicon.tsv")
_CJK: Final = ("ja", "zh")
_BREAKS: Final = str.maketrans(dict.fromkeys('.,;:?¿¡()[]{}"«»„“”/\n\t-', " "))


GAIN: Final = 0.5
"""Length of the signs' vector beside the embedding's length of 1."""


class Lexicon:
    """Each concept has stems per language. In Latin scripts a stem must begin a word; in CJK it may stand anywhere."""

    def __init__(self, path: Path = _FILE) -> None:
        lines = [line.split("\t") for line in path.read_text("utf-8").splitlines()[1:]]
        self.concepts = tuple(line[0] for line in lines)
        self._stems = {
            code: [_needles(line[column], code) for line in lines] for column, code in enumerate(LANGUAGES, start=1)
        }

    def signs(self, texts: Sequence[str], languages: Sequence[str]) -> Floats:
        """Rows of length GAIN (or zero) over the concepts found in each text; shape (n, number of concepts)."""
        found = np.zeros((len(texts), len(self.concepts)), dtype=np.float32)
        for row, (text, language) in enumerate(zip(texts, languages, strict=True)):
            lowered = f" {text.lower().replace('’', chr(39)).translate(_BREAKS)} "
            for column, stems in enumerate(self._stems.get(language, self._stems["en"])):
                if any(stem in lowered for stem in stems):
                    found[row, column] = 1.0
        norms = np.linalg.norm(found, axis=1, keepdims=True)
        return np.asarray(GAIN * found / np.maximum(norms, 1.0), dtype=np.float32)


def _needles(cell: str, language: str) -> tuple[str, ...]:
    stems = [stem.lower() for stem in cell.split("|") if stem.strip()]
    if language in _CJK:
        return tuple(stems)
    return tuple(stem if not stem[0].isalnum() else f" {stem}" for stem in stems)


LEXICON: Final = Lexicon()
LEXICON_SIZE: Final = len(LEXICON.concepts)
