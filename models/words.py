"""The encoder's largest table, a row for each word piece, in blocks of 4-bit numbers."""

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
