"""How weights are stored in fewer bits: word pieces in blocks of 4-bit numbers, layers in 8 bits a weight."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

BLOCK: Final = 32
"""Weights that share a scale. Byte i of a block holds weight i in its low half and weight i + 16 in its high half."""
_MIDDLE: Final = 8


def unpacked(pairs: NDArray[np.uint8], scales: NDArray[np.float16]) -> NDArray[np.float32]:
    """`pairs` (..., blocks, 16) and `scales` (..., blocks) → weights (..., blocks * 32)."""
    low = (pairs & 15).astype(np.float32) - _MIDDLE
    high = (pairs >> 4).astype(np.float32) - _MIDDLE
    weights = np.concatenate([low, high], axis=-1) * scales[..., None].astype(np.float32)
    return weights.reshape(*weights.shape[:-2], -1)


Stored = dict[str, NDArray[np.generic]]
_ROWS: Final = ".rows"
_SCALE: Final = ".scale"
_MOST: Final = 127


def packed_rows(state: dict[str, NDArray[np.float32]]) -> Stored:
    """Every matrix as bytes with a scale for each row, everything else in half precision."""
    stored: Stored = {}
    for name, values in state.items():
        if values.ndim != 2:
            stored[name] = values.astype(np.float16)
            continue
        scale = np.maximum(np.abs(values).max(axis=1), 1e-8) / _MOST
        stored[name + _SCALE] = scale.astype(np.float32)
        stored[name + _ROWS] = np.rint(values / scale[:, None]).astype(np.int8)
    return stored


def unpacked_rows(stored: Stored) -> dict[str, NDArray[np.float32]]:
    """The other way; raises KeyError when a scale is missing."""
    state: dict[str, NDArray[np.float32]] = {}
    for name, values in stored.items():
        if name.endswith(_ROWS):
            base = name.removesuffix(_ROWS)
            state[base] = values.astype(np.float32) * stored[base + _SCALE].astype(np.float32)[:, None]
        elif not name.endswith(_SCALE):
            state[name] = values.astype(np.float32)
    return state
