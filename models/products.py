"""A layer's product with a weight, and what follows it: nothing, GELU, or a sum with what was there before.

In half precision the weight is laid out once as the processor wants it, and what follows is done while a result is
still at hand, where this torch can do that and the numbers are the same but for rounding.
"""

import logging
from dataclasses import dataclass
from typing import Any, Final, Protocol

import torch
from torch import Tensor
from torch.nn import functional

log = logging.getLogger(__name__)

_USUAL_TOKENS: Final = 1024
"""For how many tokens at once weights are laid out; any other number works with them too."""
_NEAR: Final = 2**-6
"""How far two ways of rounding to half precision may be apart, as a share of the larger numbers."""


class Product(Protocol):
    """Of hidden (tokens, in) with a weight (out, in) and a bias."""

    def __call__(self, hidden: Tensor) -> Tensor: ...

    def gelu(self, hidden: Tensor) -> Tensor: ...

    def plus(self, hidden: Tensor, other: Tensor) -> Tensor: ...


@dataclass(frozen=True, slots=True)
class PlainProduct:
    weight: Tensor
    bias: Tensor

    def __call__(self, hidden: Tensor) -> Tensor:
        return functional.linear(hidden, self.weight, self.bias)

    def gelu(self, hidden: Tensor) -> Tensor:
        return functional.gelu(self(hidden))

    def plus(self, hidden: Tensor, other: Tensor) -> Tensor:
        return self(hidden) + other


class PackedProduct:
    """By oneDNN's own layout of the weight (what torch.compile uses when it freezes a model).

    Raises AttributeError, NotImplementedError or RuntimeError where torch has no such operators.
    """

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        operators: Any = torch.ops.mkldnn
        self._weight, self._bias = operators._reorder_linear_weight(weight, _USUAL_TOKENS), bias
        self._pointwise: Any = operators._linear_pointwise.default
        self._binary: Any = operators._linear_pointwise.binary

    def __call__(self, hidden: Tensor) -> Tensor:
        found: Tensor = self._pointwise(hidden, self._weight, self._bias, "none", [], "")
        return found

    def gelu(self, hidden: Tensor) -> Tensor:
        found: Tensor = self._pointwise(hidden, self._weight, self._bias, "gelu", [], "none")
        return found

    def plus(self, hidden: Tensor, other: Tensor) -> Tensor:
        found: Tensor = self._binary(hidden, other, self._weight, self._bias, "add")
        return found


def product(weight: Tensor, bias: Tensor) -> Product:
    """The quickest that this torch can do for the precision of the weight."""
    plain = PlainProduct(weight, bias)
    if weight.dtype is not torch.bfloat16:
        return plain
    try:
        packed = PackedProduct(weight, bias)
        if _agree(packed, plain):
            return packed
    except (AttributeError, NotImplementedError, RuntimeError) as error:
        log.info("this torch lays no weights out beforehand: %s", str(error).partition("\n")[0])
    return plain


def _agree(one: Product, other: PlainProduct) -> bool:
    sample = torch.linspace(-1, 1, 2 * other.weight.shape[1]).view(2, -1).to(other.weight.dtype)
    added = torch.linspace(-1, 1, 2 * len(other.weight)).view(2, -1).to(other.weight.dtype)
    pairs = (
        (one(sample), other(sample)),
        (one.gelu(sample), other.gelu(sample)),
        (one.plus(sample, added), other.plus(sample, added)),
    )
    return all(bool((a - b).abs().max() <= _NEAR * b.abs().max()) for a, b in pairs)
