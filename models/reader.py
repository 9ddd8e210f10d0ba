"""The network for reading alone: the numbers of `models.network.Body`, without the library that training needs.

It is quicker to load, since transformers is not imported, and takes less memory, since the word pieces stay in 4 bits
until they are read. Query, key and value are one product, and weights lie as the processor wants them; neither changes
a bit of the result.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from models.words import unpacked

log = logging.getLogger(__name__)

HEAD_SIZE: Final = 32
_EPSILON: Final = 1e-12
_LAYER: Final = "bert.encoder.layer."

Matrices = Mapping[str, NDArray[np.float32]]
Pair = tuple[Tensor, Tensor]
"""Weight and bias."""
Linear = Callable[[Tensor], Tensor]
_USUAL_TOKENS: Final = 1024
"""For how many tokens at once weights are laid out; any other number works with them too."""


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


@dataclass(frozen=True, slots=True)
class _Layer:
    asked: Linear
    """Query, key and value one below the other."""
    said: Linear
    said_norm: Pair
    wide: Linear
    narrow: Linear
    norm: Pair


class Reader:
    """Raises KeyError or ValueError on matrices that are none of a body. Not safe for use by two threads at once."""

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
        self._gaze = _plain(taken.pair("gaze", gazes, self.hidden))

    def __call__(self, ids: NDArray[np.int64], present: NDArray[np.bool_]) -> tuple[Tensor, Tensor]:
        """`ids` and `present` (n, tokens) → unit vectors (n, hidden) and features (n, features), both float32."""
        heard = torch.from_numpy(present)
        hidden = self._read(ids, heard)
        scores = self._gaze(hidden).float()
        hidden, share = hidden.float(), heard.unsqueeze(-1).float()
        mean = (hidden * share).sum(1) / share.sum(1)
        weights = torch.softmax(scores.masked_fill(share == 0, -1e4), dim=1)
        looks = torch.einsum("ntg,nth->ngh", weights, hidden)
        return functional.normalize(mean, dim=1), torch.cat([mean, looks.flatten(1)], dim=1)

    def _read(self, ids: NDArray[np.int64], heard: Tensor) -> Tensor:
        pieces = torch.from_numpy(self._words.rows(ids)).to(self._dtype)
        hidden = self._normed(pieces + self._kind + self._places[: ids.shape[1]], self._norm)
        mask = heard[:, None, None, :]
        for layer in self._layers:
            said = layer.said(self._looked(hidden, mask, layer))
            hidden = self._normed(said + hidden, layer.said_norm)
            wide = functional.gelu(layer.wide(hidden))
            hidden = self._normed(layer.narrow(wide) + hidden, layer.norm)
        return hidden

    def _looked(self, hidden: Tensor, mask: Tensor, layer: _Layer) -> Tensor:
        n, tokens, size = hidden.shape
        asked = layer.asked(hidden).view(n, tokens, 3, size // HEAD_SIZE, HEAD_SIZE)
        query, key, value = asked.permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        return seen.transpose(1, 2).reshape(n, tokens, size)

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
            asked=linear(asked),
            said=linear(self.pair(f"{name}attention.output.dense", size, size)),
            said_norm=self.norm(f"{name}attention.output.LayerNorm"),
            wide=linear(wide),
            narrow=linear(narrow),
            norm=self.norm(f"{name}output.LayerNorm"),
        )


def linear(pair: Pair) -> Linear:
    """The product with a weight; in half precision the weight is laid out once instead of at every call, where this
    torch can do that and the numbers stay the same."""
    plain = _plain(pair)
    if pair[0].dtype is not torch.bfloat16:
        return plain
    try:
        packed = _packed(pair)
        sample = torch.linspace(-1, 1, 2 * pair[0].shape[1]).view(2, -1).to(torch.bfloat16)
        is_same = torch.equal(packed(sample), plain(sample))
    except (AttributeError, NotImplementedError, RuntimeError) as error:
        log.info("this torch lays no weights out beforehand: %s", str(error).partition("\n")[0])
        return plain
    return packed if is_same else plain


def _plain(pair: Pair) -> Linear:
    weight, bias = pair
    return lambda hidden: functional.linear(hidden, weight, bias)


def _packed(pair: Pair) -> Linear:
    """oneDNN's own layout of the weight (what torch.compile uses when it freezes a model)."""
    weight, bias = torch.ops.mkldnn._reorder_linear_weight(pair[0], _USUAL_TOKENS), pair[1]

    def product(hidden: Tensor) -> Tensor:
        found: Tensor = torch.ops.mkldnn._linear_pointwise(hidden, weight, bias, "none", [], "")
        return found

    return product
