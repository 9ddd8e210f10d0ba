"""A product gives the same numbers however its weight lies."""

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from models import products
from models.products import PlainProduct, product


@pytest.fixture
def plain() -> PlainProduct:
    made = torch.Generator().manual_seed(7)
    weight, bias = torch.randn(64, 32, generator=made) / 6, torch.randn(64, generator=made)
    return PlainProduct(weight.to(torch.bfloat16), bias.to(torch.bfloat16))


def hidden(tokens: int, size: int = 32) -> Tensor:
    return torch.randn(tokens, size, generator=torch.Generator().manual_seed(tokens)).to(torch.bfloat16)


@pytest.mark.parametrize("tokens", [1, 7, 1024])
def test_weights_that_are_laid_out_beforehand_give_the_same_numbers(plain: PlainProduct, tokens: int) -> None:
    found, before = product(plain.weight, plain.bias), hidden(tokens, 64)
    taken = hidden(tokens)
    assert torch.equal(found(taken), plain(taken))
    # What is not rounded in between is nearer to the truth than what is.
    exact = functional.linear(taken.float(), plain.weight.float(), plain.bias.float())
    assert torch.allclose(found.gelu(taken).float(), functional.gelu(exact), rtol=0.01, atol=0.01)
    assert torch.allclose(found.plus(taken, before).float(), exact + before.float(), rtol=0.01, atol=0.02)


def test_single_precision_is_left_as_it_is() -> None:
    assert isinstance(product(torch.ones(2, 2), torch.ones(2)), PlainProduct)


def test_a_torch_that_cannot_lay_out_weights_reads_all_the_same(
    plain: PlainProduct, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def missing(weight: Tensor, bias: Tensor) -> None:
        raise NotImplementedError("no such operator")

    monkeypatch.setattr(products, "PackedProduct", missing)
    with caplog.at_level("INFO"):
        found = product(plain.weight, plain.bias)
    assert isinstance(found, PlainProduct)
    assert "no such operator" in caplog.text


def test_a_layout_that_changes_numbers_is_not_used(plain: PlainProduct, monkeypatch: pytest.MonkeyPatch) -> None:
    class Wrong(PlainProduct):
        def gelu(self, hidden: Tensor) -> Tensor:
            return self(hidden)

    monkeypatch.setattr(products, "PackedProduct", Wrong)
    assert type(product(plain.weight, plain.bias)) is PlainProduct
