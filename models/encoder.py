"""Reads texts with the body: token numbers in windows, forward passes of like lengths, pooled vectors and features.

torch is imported by `Encoder.load`, never by importing this module: the process starts without it.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.domain.analysis import MOST_TOKENS, TOKEN_SIZE
from models.heads import Floats
from models.matching import TokenMap
from models.text import calmed
from models.tokens import PASSAGE, QUERY, Prefix, Tokens
from models.weights import Weights
from models.windows import ASIDE_WEIGHT, parts_of, window_weights
from models.words import unpacked, unpacked_rows

if TYPE_CHECKING:
    import torch

    from models.network import Body
    from models.reader import Reader

Precision = Literal["bf16", "fp32"]

WINDOW: Final = 160
"""Tokens that are read together; the body was trained on so many."""
_WINDOWS: Final = 4
"""Of a longer text the first three windows and the last are read."""
_TOKENS_PER_PASS: Final = 768
"""Tokens of one forward pass; larger ones gain nothing and hold the thread longer."""
_FEW_KERNELS: Final = ("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "128")
"""oneDNN keeps a kernel for each size of its products, up to 1,024 of some 200 kB each where nobody says otherwise."""
_CPU_INFO: Final = Path("/proc/cpuinfo")
_BF16_FLAGS: Final = frozenset({"avx512_bf16", "amx_bf16"})


@dataclass(frozen=True, slots=True)
class Readings:
    """Of n texts: unit vectors (n, hidden) for comparing, features (n, shape.features) for the heads, and vectors of
    each one's tokens (its tokens, TOKEN_SIZE) for comparing closely."""

    vectors: Floats
    features: Floats
    tokens: list[NDArray[np.int8]]


class Window(NamedTuple):
    """A part of a message that is read at once: its token numbers, its share in the whole, and whether it is aside, as
    quotations and signatures are: articles are not looked for by their words."""

    ids: list[int]
    share: float
    is_aside: bool = False


class Encoder:
    """May be used by several threads at once. Each of them calls `enter` before."""

    def __init__(
        self, reader: "Reader", tokens: Tokens, matching: TokenMap, precision: Precision, threads: int = 1
    ) -> None:
        self._reader, self._tokens, self._matching = reader, tokens, matching
        self.precision, self._threads = precision, threads
        self.dimension, self.features = reader.hidden, reader.features

    @classmethod
    def load(cls, weights: Weights, threads: int = 1, precision: Precision | None = None) -> "Encoder":
        """In bf16 where the CPU has it. `threads` work on one pass together.

        Raises OSError or ValueError on unusable files.
        """
        os.environ.setdefault(*_FEW_KERNELS)
        import torch  # noqa: PLC0415

        torch.set_num_threads(threads)
        chosen = precision or best_precision()
        reader = _reader(weights, torch.bfloat16 if chosen == "bf16" else torch.float32)
        return cls(reader, Tokens.load(weights.tokenizer), TokenMap.load(weights.matching), chosen, threads)

    def enter(self) -> None:
        """Gives the calling thread its bound: OpenMP keeps one for each thread, and begins with all cores."""
        import torch  # noqa: PLC0415

        torch.set_num_threads(self._threads)

    def read(self, texts: Sequence[str]) -> Readings:
        """Raw messages, in order: long ones in windows, with quotations and signatures weighed down."""
        owned = [(owner, window) for owner, text in enumerate(texts) for window in self.windows(text)]
        pieces = self.read_tokens([window.ids for _, window in owned])
        matrix = np.zeros((len(texts), len(owned)), dtype=np.float32)
        matrix[[owner for owner, _ in owned], range(len(owned))] = [window.share for _, window in owned]
        vectors = matrix @ pieces.vectors
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        tokens: list[list[NDArray[np.int8]]] = [[] for _ in texts]
        for (owner, window), piece in zip(owned, pieces.tokens, strict=True):
            if not window.is_aside:
                tokens[owner].append(piece)
        return Readings(
            vectors / np.maximum(norms, 1e-9),
            matrix @ pieces.features,
            [np.concatenate(mine)[:MOST_TOKENS] for mine in tokens],
        )

    def embed(self, texts: Sequence[str], prefix: Prefix = PASSAGE) -> Readings:
        """Of cleaned passages or questions, each read as one window."""
        return self.read_tokens(self._tokens.numbers(texts, prefix), prefix)

    def tokens_of(self, text: str) -> list[int]:
        """Of one window of a cleaned message."""
        return self._tokens.numbers([calmed(text)], QUERY, WINDOW)[0]

    def units_of(self, text: str) -> list[tuple[str, tuple[int, ...]]]:
        """The words of a cleaned message, each with the places of its tokens among `tokens_of`."""
        return self._tokens.units(calmed(text), QUERY, WINDOW)

    def windows(self, text: str) -> list[Window]:
        """What is read of a raw message, what is said now first; shares add up to one."""
        said, aside = parts_of(text)
        ids = self._tokens.pieces(calmed(said))
        room = WINDOW - self._tokens.overhead(QUERY)
        cuts = [ids[start : start + room] for start in range(0, len(ids), room)] or [[]]
        if len(cuts) > _WINDOWS:
            cuts = [*cuts[: _WINDOWS - 1], ids[-room:]]
        parts = [Window(cut, weight) for cut, weight in zip(cuts, window_weights(len(cuts)), strict=True)]
        if aside:
            share = sum(part.share for part in parts) * ASIDE_WEIGHT
            parts.append(Window(self._tokens.pieces(calmed(aside))[:room], share, is_aside=True))
        total = sum(part.share for part in parts)
        return [Window(self._tokens.framed(one.ids, QUERY), one.share / total, one.is_aside) for one in parts]

    def read_tokens(self, rows: Sequence[list[int]], prefix: Prefix = QUERY) -> Readings:
        """Rows of token numbers in their frames, in order."""
        import torch  # noqa: PLC0415

        vectors = np.zeros((len(rows), self.dimension), dtype=np.float32)
        features = np.zeros((len(rows), self.features), dtype=np.float32)
        before = self._tokens.before(prefix)
        tokens: list[NDArray[np.int8]] = [np.zeros((0, TOKEN_SIZE), np.int8)] * len(rows)
        with torch.inference_mode():
            for chosen in _passes([len(row) for row in rows]):
                vector, feature, states = self._reader([rows[row] for row in chosen])
                vectors[chosen], features[chosen] = vector.numpy(), feature.numpy()
                ends = np.cumsum([len(rows[row]) for row in chosen])
                for row, mine in zip(chosen, np.split(self._matching(states.numpy()), ends[:-1]), strict=True):
                    tokens[row] = mine[before:-1]
        return Readings(vectors, features, tokens)


def _reader(weights: Weights, dtype: "torch.dtype") -> "Reader":
    from models.reader import Reader, Words  # noqa: PLC0415

    try:
        matrices, pairs, scales = _stored(weights)
        return Reader(matrices, Words(pairs, scales), dtype)
    except (KeyError, IndexError, ValueError) as error:
        raise ValueError(f"{weights.body.parent} does not hold a body of this program ({error})") from error


def read_body(weights: Weights) -> "Body":
    """The same as a module that can be trained, in single precision; raises OSError or ValueError as `Encoder.load`."""
    import torch  # noqa: PLC0415

    from models.network import WORDS, Body, Shape, layers_of  # noqa: PLC0415

    try:
        matrices, pairs, scales = _stored(weights)
        state = {name: torch.from_numpy(values) for name, values in matrices.items()}
        words = unpacked(pairs, scales)
        body = Body(Shape(layers_of(state), vocabulary=len(words), hidden=words.shape[1]))
        body.load_state_dict({**state, WORDS: torch.from_numpy(words)})
    except (KeyError, RuntimeError) as error:
        raise ValueError(f"{weights.body.parent} does not hold a body of this program ({error})") from error
    return body


def _stored(weights: Weights) -> "tuple[dict[str, Floats], NDArray[np.uint8], NDArray[np.float16]]":
    """The matrices of all layers, and the table of pieces in its halves and scales."""
    from safetensors import SafetensorError  # noqa: PLC0415
    from safetensors.numpy import load_file  # noqa: PLC0415

    try:
        table = load_file(str(weights.words))
        return unpacked_rows(load_file(str(weights.body))), table["pairs"], table["scales"]
    except SafetensorError as error:
        raise ValueError(str(error)) from error


def best_precision() -> Precision:
    """bf16 where the CPU multiplies it natively (three times as fast as fp32 there), else fp32."""
    try:
        flags = next(line for line in _CPU_INFO.read_text().splitlines() if line.startswith("flags"))
    except (OSError, StopIteration):
        return "fp32"
    return "bf16" if _BF16_FLAGS.intersection(flags.split()) else "fp32"


def _passes(lengths: list[int]) -> Iterator[list[int]]:
    """Row numbers grouped into forward passes: neighbours in length, at most _TOKENS_PER_PASS tokens."""
    group: list[int] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if group and lengths[row] * (len(group) + 1) > _TOKENS_PER_PASS:
            yield group
            group = []
        group.append(row)
    if group:
        yield group
