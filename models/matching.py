"""Compares a question with an article token by token: short vectors of every token, made from what the body says of it.

For each token of the question the nearest token of the article is what counts, as in late interaction (Khattab and
Zaharia, ColBERT, 2020), but nothing is trained for it: the vectors are the body's own, turned and weighed so that their
differences show (a whitening by principal components), and cut to TOKEN_SIZE numbers.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.domain.analysis import TOKEN_SIZE
from models.heads import Floats

_SCALE: Final = 127.0
_LEAST: Final = 1e-6


@dataclass(frozen=True, slots=True)
class TokenMap:
    """`mean` (hidden) is taken away, then `turn` (hidden, TOKEN_SIZE) is applied."""

    mean: Floats
    turn: Floats

    @classmethod
    def load(cls, path: Path) -> "TokenMap":
        """Raises ValueError when the file is no map."""
        from safetensors import SafetensorError  # noqa: PLC0415
        from safetensors.numpy import load_file  # noqa: PLC0415

        try:
            stored = load_file(str(path))
            found = cls(stored["mean"], stored["turn"])
        except (KeyError, SafetensorError) as error:
            raise ValueError(f"{path.name} is not a map of tokens ({error!r})") from error
        if found.turn.shape != (len(found.mean), TOKEN_SIZE):
            raise ValueError(f"{path.name} maps to vectors of the shape {found.turn.shape}")
        return found

    def save(self, path: Path) -> None:
        from safetensors.numpy import save_file  # noqa: PLC0415

        save_file({"mean": self.mean, "turn": np.ascontiguousarray(self.turn)}, str(path))

    @classmethod
    def fit(cls, states: Floats) -> "TokenMap":
        """From what the body says of some ten thousand tokens (n, hidden)."""
        states = _unit(states)
        mean = states.mean(0)
        kinds, directions = np.linalg.eigh(np.cov((states - mean).T.astype(np.float64)))
        # eigh gives the smallest first; a fourth root weighs half as much as a full whitening would.
        chosen = slice(None, -TOKEN_SIZE - 1, -1)
        turn = directions[:, chosen] / np.maximum(kinds[chosen], _LEAST) ** 0.25
        turn *= np.where(turn.sum(0) < 0, -1.0, 1.0)
        return cls(mean.astype(np.float32), turn.astype(np.float32))

    def __call__(self, states: Floats) -> NDArray[np.int8]:
        """(n, hidden) → unit vectors (n, TOKEN_SIZE) in steps of 1/127."""
        turned = (_unit(states) - self.mean) @ self.turn
        return np.asarray(np.rint(_unit(turned.astype(np.float32)) * _SCALE), dtype=np.int8)


def _unit(rows: Floats) -> Floats:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), _LEAST), dtype=np.float32)
