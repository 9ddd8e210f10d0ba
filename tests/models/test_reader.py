"""What reads messages gives the numbers of the network that was trained."""

import subprocess
import sys

import numpy as np
import pytest
import torch

from models.encoder import _stored, read_body
from models.network import Body
from models.reader import Reader, Words
from models.tokens import QUERY, Tokens
from models.weights import Weights

pytestmark = pytest.mark.model

TEXTS = (
    "Where is my parcel?",
    "注文した商品はどこですか。至急確認をお願いします。",
    "I was charged twice in November and nobody answers, " * 6,
    "ok",
)


@pytest.fixture(scope="module")
def body(weights: Weights) -> Body:
    return read_body(weights).eval()


def _padded(tokens: Tokens, texts: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    rows = tokens.numbers(texts, QUERY)
    width = max(map(len, rows))
    ids = np.array([row + [tokens.pad] * (width - len(row)) for row in rows], dtype=np.int64)
    return ids, np.arange(width) < np.array([[len(row)] for row in rows])


@pytest.fixture(scope="module", params=[(torch.float32, 1e-5), (torch.bfloat16, 2e-2)], ids=["single", "half"])
def reader(request: pytest.FixtureRequest, weights: Weights) -> tuple[Reader, float]:
    """In both precisions, and how near its numbers must be to those of single precision."""
    dtype, near = request.param
    matrices, pairs, scales = _stored(weights)
    return Reader(matrices, Words(pairs, scales), dtype), near


@pytest.mark.parametrize("texts", [TEXTS, TEXTS[:1], TEXTS[:1] * 3], ids=["uneven", "alone", "even"])
def test_the_reader_gives_the_numbers_of_the_body(
    reader: tuple[Reader, float], tokens: Tokens, body: Body, texts: tuple[str, ...]
) -> None:
    reads, near = reader
    ids, present = _padded(tokens, texts)
    with torch.inference_mode():
        shown = torch.from_numpy(ids), torch.from_numpy(present).long()
        expected = (*body(*shown), body.states(*shown)[torch.from_numpy(present)])
        found = reads(tokens.numbers(texts, QUERY))
    for one, other in zip(found, expected, strict=True):
        assert one.dtype is torch.float32
        assert one.shape == other.shape
        assert float((one - other).abs().max()) < near
    assert (reads.hidden, reads.features) == (body.shape.hidden, body.shape.features)


@pytest.mark.parametrize("name", ["gaze.weight", "bert.encoder.layer.0.attention.self.key.weight"])
def test_matrices_of_another_network_are_refused(weights: Weights, name: str) -> None:
    matrices, pairs, scales = _stored(weights)
    wrong = {**matrices, name: matrices[name][:, :-1]}
    with pytest.raises(ValueError, match=name):
        Reader(wrong, Words(pairs, scales), torch.float32)
    with pytest.raises(KeyError):
        Reader({key: values for key, values in matrices.items() if key != name}, Words(pairs, scales), torch.float32)


def test_the_product_reads_without_the_library_of_the_training() -> None:
    script = (
        "import sys; from models.encoder import Encoder; from models.weights import find_weights;"
        "Encoder.load(find_weights()).read(['Where is it?']); assert 'transformers' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
