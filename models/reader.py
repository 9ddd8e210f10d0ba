"""The network for reading alone: the numbers of `models.network.Body`, without the library that training needs.

It is quicker to load, since transformers is not imported, and takes less memory, since the word pieces stay in 4 bits
until they are read. It is quicker to read, since texts lie one behind the other without padding, and query, key and
value are one product.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from models.products import PlainProduct, Product, product
from models.words import unpacked

HEAD_SIZE: Final = 32
_EPSILON: Final = 1e-12
_ABSENT: Final = -1e4
_EVEN_WIDTH: Final = 8
_EVEN_TOKENS: Final = 32
_LAYER: Final = "bert.encoder.layer."

Matrices = Mapping[str, NDArray[np.float32]]
Pair = tuple[Tensor, Tensor]
"""Weight and bias."""


@dataclass(frozen=True, slots=True)
class Words:
    """The table of word pieces as it is stored."""

    pairs: NDArray[np.uint8]
    scales: NDArray[np.float16]

    @property
    def hidden(self) -> int:
        return int(self.pairs.shape[-1] * self.pairs.shape[-2] * 2)

    def rows(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """Vectors of the pieces with these numbers, in their shape."""
        different, places = np.unique(ids, return_inverse=True)
        found: NDArray[np.float32] = unpacked(self.pairs[different], self.scales[different])[places.reshape(ids.shape)]
        return found


class _Rows:
    """How texts lie one behind the other, and beside each other where they must not see their neighbours.

    Both are filled up to even numbers, since for every new number of tokens oneDNN makes and keeps a kernel."""

    def __init__(self, lengths: Sequence[int]) -> None:
        self.count, self.width = len(lengths), _filled(max(lengths), _EVEN_WIDTH)
        present = torch.arange(self.width) < torch.tensor(lengths)[:, None]
        self.present = present.unsqueeze(-1)
        self._away = torch.zeros(present.shape).masked_fill(~present, _ABSENT)
        self.tokens = tokens = sum(lengths)
        self.fill = _filled(tokens, _EVEN_TOKENS) - tokens
        self._flat = functional.pad(present.view(-1).nonzero().squeeze(1), (0, self.fill))
        """Of each token its place beside the others."""
        self._grid = torch.zeros(self.count * self.width, dtype=torch.int64)
        self._grid[self._flat[:tokens]] = torch.arange(tokens)
        self.places = self._flat % self.width

    def mask(self, heads: int, dtype: torch.dtype) -> Tensor:
        """What is added to scores of each text's heads (texts * heads, 1, width), so that absent tokens aren't seen."""
        return self._away.to(dtype).repeat_interleave(heads, 0).unsqueeze(1)

    def beside(self, hidden: Tensor) -> Tensor:
        """(tokens, size) → (texts, width, size); what a text is too short for holds the first token of all."""
        return hidden.index_select(0, self._grid).view(self.count, self.width, -1)

    def behind(self, spread: Tensor) -> Tensor:
        """The other way round."""
        return spread.reshape(self.count * self.width, -1).index_select(0, self._flat)


def _filled(size: int, step: int) -> int:
    return -(-size // step) * step


@dataclass(frozen=True, slots=True)
class _Layer:
    asked: Product
    """Query, key and value one below the other."""
    said: Product
    said_norm: Pair
    wide: Product
    narrow: Product
    norm: Pair


class Reader:
    """Raises KeyError or ValueError on matrices that are none of a body. May be used by several threads at once."""

    def __init__(self, matrices: Matrices, words: Words, dtype: torch.dtype) -> None:
        self._words, self._dtype = words, dtype
        self.hidden = words.hidden
        gazes = len(matrices["gaze.weight"])
        self.features = self.hidden * (gazes + 1)
        taken = _Taken(matrices, dtype, self.hidden)
        self._kind = taken.tensor("bert.embeddings.token_type_embeddings.weight", 2, self.hidden)[0]
        self._places = taken.tensor("bert.embeddings.position_embeddings.weight", None, self.hidden)
        self._norm = taken.norm("bert.embeddings.LayerNorm")
        layers = 1 + max(int(name.split(".")[3]) for name in matrices if name.startswith(_LAYER))
        self._layers = [taken.layer(f"{_LAYER}{number}.") for number in range(layers)]
        self._gaze = PlainProduct(*taken.pair("gaze", gazes, self.hidden))

    def __call__(self, ids: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor, Tensor]:
        """Token numbers of n texts, none empty → unit vectors (n, hidden), features (n, features), and what is said of
        each token, those of one text behind those of the one before (tokens, hidden); all float32."""
        rows = _Rows([len(row) for row in ids])
        states = self._read(np.array([one for row in ids for one in row] + [0] * rows.fill, dtype=np.int64), rows)
        scores, hidden = rows.beside(self._gaze(states)).float(), rows.beside(states).float()
        share = rows.present.float()
        mean = (hidden * share).sum(1) / share.sum(1)
        weights = torch.softmax(scores.masked_fill(share == 0, _ABSENT), dim=1)
        looks = torch.einsum("ntg,nth->ngh", weights, hidden)
        features = torch.cat([mean, looks.flatten(1)], dim=1)
        return functional.normalize(mean, dim=1), features, states[: rows.tokens].float()

    def _read(self, ids: NDArray[np.int64], rows: _Rows) -> Tensor:
        pieces = torch.from_numpy(self._words.rows(ids)).to(self._dtype)
        hidden = self._normed(pieces + self._kind + self._places[rows.places], self._norm)
        for layer in self._layers:
            hidden = self._normed(layer.said.plus(self._looked(hidden, rows, layer), hidden), layer.said_norm)
            hidden = self._normed(layer.narrow.plus(layer.wide.gelu(hidden), hidden), layer.norm)
        return hidden

    def _looked(self, hidden: Tensor, rows: _Rows, layer: _Layer) -> Tensor:
        """Attention in three plain steps: on texts of some forty tokens that is twice as quick as the fused one."""
        heads, size = self.hidden // HEAD_SIZE, rows.count * (self.hidden // HEAD_SIZE)
        asked = rows.beside(layer.asked(hidden)).view(rows.count, rows.width, 3, heads, HEAD_SIZE)
        query, key, value = asked.permute(2, 0, 3, 1, 4).reshape(3, size, rows.width, HEAD_SIZE)
        scores = torch.baddbmm(rows.mask(heads, self._dtype), query, key.transpose(1, 2), alpha=HEAD_SIZE**-0.5)
        seen = torch.bmm(torch.softmax(scores, 2, torch.float32).to(self._dtype), value)
        return rows.behind(seen.view(rows.count, heads, rows.width, HEAD_SIZE).transpose(1, 2))

    def _normed(self, hidden: Tensor, norm: Pair) -> Tensor:
        return functional.layer_norm(hidden, (self.hidden,), *norm, _EPSILON)


@dataclass(frozen=True, slots=True)
class _Taken:
    """Takes matrices by name, in the precision of the reader, when they have the size that they must have."""

    matrices: Matrices
    dtype: torch.dtype
    hidden: int

    def tensor(self, name: str, *shape: int | None) -> Tensor:
        values = self.matrices[name]
        if len(values.shape) != len(shape) or any(
            wanted not in (None, size) for wanted, size in zip(shape, values.shape, strict=True)
        ):
            raise ValueError(f"{name} has the shape {values.shape}")
        return torch.tensor(values, dtype=self.dtype)

    def pair(self, name: str, out: int | None, into: int | None) -> Pair:
        return self.tensor(f"{name}.weight", out, into), self.tensor(f"{name}.bias", out)

    def norm(self, name: str) -> Pair:
        return self.tensor(f"{name}.weight", self.hidden), self.tensor(f"{name}.bias", self.hidden)

    def layer(self, name: str) -> _Layer:
        size = self.hidden
        parts = [self.pair(f"{name}attention.self.{part}", size, size) for part in ("query", "key", "value")]
        asked = torch.cat([weight for weight, _ in parts]), torch.cat([bias for _, bias in parts])
        wide = self.pair(f"{name}intermediate.dense", None, size)
        narrow = (
            self.tensor(f"{name}output.dense.weight", size, len(wide[1])),
            self.tensor(f"{name}output.dense.bias", size),
        )
        return _Layer(
            asked=product(*asked),
            said=product(*self.pair(f"{name}attention.output.dense", size, size)),
            said_norm=self.norm(f"{name}attention.output.LayerNorm"),
            wide=product(*wide),
            narrow=product(*narrow),
            norm=self.norm(f"{name}output.LayerNorm"),
        )
