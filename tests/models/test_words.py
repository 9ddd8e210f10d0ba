import numpy as np

from models.words import BLOCK, unpacked


def test_the_low_halves_come_before_the_high_ones() -> None:
    pairs = np.array([[low | (15 - low) << 4 for low in range(16)]], dtype=np.uint8)
    weights = unpacked(pairs, np.array([0.5], dtype=np.float16))
    expected = [(low - 8) / 2 for low in range(16)] + [(7 - low) / 2 for low in range(16)]
    assert weights.tolist() == expected
    assert len(weights) == BLOCK


def test_each_block_has_its_own_scale_and_blocks_stand_in_a_row() -> None:
    pairs = np.full((3, 2, 16), 0x99, dtype=np.uint8)
    scales = np.array([[1, 2], [3, 4], [0, 8]], dtype=np.float16)
    weights = unpacked(pairs, scales)
    assert weights.shape == (3, 2 * BLOCK)
    assert weights.dtype == np.float32
    assert weights[:, [0, BLOCK - 1, BLOCK, -1]].tolist() == [[1, 1, 2, 2], [3, 3, 4, 4], [0, 0, 8, 8]]
