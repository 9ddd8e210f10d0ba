"""Short vectors of tokens, by which the last candidates of a search are compared."""

from pathlib import Path

import numpy as np
import pytest

from core.domain.analysis import TOKEN_SIZE
from models.matching import TokenMap

HIDDEN = 96


@pytest.fixture
def states() -> np.ndarray:
    chance = np.random.default_rng(3)
    return (chance.normal(size=(4000, HIDDEN)) * np.linspace(3, 0.1, HIDDEN) + 2).astype(np.float32)


def test_vectors_are_short_and_of_length_one(states: np.ndarray) -> None:
    tokens = TokenMap.fit(states)(states[:50])
    assert tokens.shape == (50, TOKEN_SIZE)
    assert tokens.dtype == np.int8
    lengths = np.linalg.norm(tokens.astype(float) / 127, axis=1)
    assert np.abs(lengths - 1).max() < 0.02


def test_what_lies_together_stays_together(states: np.ndarray) -> None:
    tokens = TokenMap.fit(states)
    near = states[:200] + np.random.default_rng(4).normal(size=(200, HIDDEN)).astype(np.float32) * 0.05
    cosines = tokens(near).astype(float) @ tokens(states[:200]).astype(float).T
    assert (cosines.argmax(1) == np.arange(200)).mean() > 0.98


def test_fitting_twice_gives_the_same_map(states: np.ndarray) -> None:
    one, other = TokenMap.fit(states), TokenMap.fit(states.copy())
    assert np.array_equal(one.turn, other.turn)


def test_a_map_is_read_as_it_was_written(states: np.ndarray, tmp_path: Path) -> None:
    path = tmp_path / "matching.safetensors"
    fitted = TokenMap.fit(states)
    fitted.save(path)
    read = TokenMap.load(path)
    assert np.array_equal(read.mean, fitted.mean)
    assert np.array_equal(read.turn, fitted.turn)


@pytest.mark.parametrize("turn", [np.zeros((HIDDEN, 3), np.float32), np.zeros((3, TOKEN_SIZE), np.float32)])
def test_a_map_of_another_shape_is_refused(tmp_path: Path, turn: np.ndarray) -> None:
    path = tmp_path / "matching.safetensors"
    TokenMap(np.zeros(HIDDEN, np.float32), turn).save(path)
    with pytest.raises(ValueError, match="shape"):
        TokenMap.load(path)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "matching.safetensors"
    path.write_bytes(b"no map")
    with pytest.raises(ValueError, match=r"matching\.safetensors"):
        TokenMap.load(path)
