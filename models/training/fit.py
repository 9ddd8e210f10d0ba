"""Fits all heads together: multinomial and binary logistic regressions that share one input, full batch, fixed seed."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from core.domain.enums import Category
from models.features import BUCKETS, Floats, NGrams
from models.heads import FLAG_SPAN, INTENT_SPAN, OUTPUTS, SENTIMENT_SPAN, Heads
from models.labels import CATEGORIES, CATEGORY_OF, FLAGS, INTENTS, SENTIMENTS
from models.lexicon import LEXICON_SIZE
from models.training.corpus import Example
from models.training.inputs import Inputs, rarity_of

_UNKNOWN: Final = -1


@dataclass(frozen=True, slots=True)
class Recipe:
    """Settings of a run; a few values of each were compared by hand on the held-out part, as the model card says."""

    steps: int = 400
    learning_rate: float = 0.05
    decay_dense: float = 2e-4
    decay_ngram: float = 4e-5
    ngram_gain: float = 4.0
    dense_gain: float = 6.0
    category_share: float = 0.5
    neighbour_smoothing: float = 0.1
    flag_share: float = 6.0
    lexicon_dropout: float = 0.4
    use_ngrams: bool = True


def fit(examples: Sequence[Example], inputs: Inputs, recipe: Recipe, seed: int) -> Heads:
    """Heads with temperatures of 1 and thresholds of one half; calibration sets those."""
    torch.manual_seed(seed)
    targets = _Targets.of(examples)
    rarity = rarity_of(inputs.grams, len(examples))
    dense = torch.from_numpy(inputs.dense) * recipe.dense_gain
    sparse = _matrix(inputs.grams, rarity) * (recipe.ngram_gain if recipe.use_ngrams else 0.0)
    weight_dense = torch.zeros(dense.shape[1], OUTPUTS, requires_grad=True)
    weight_ngram = torch.zeros(BUCKETS, OUTPUTS, requires_grad=True)
    bias = torch.zeros(OUTPUTS, requires_grad=True)
    optimizer = torch.optim.Adam([weight_dense, weight_ngram, bias], lr=recipe.learning_rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, recipe.steps)
    for _ in range(recipe.steps):
        optimizer.zero_grad()
        logits = (
            _without_lexicon(dense, recipe.lexicon_dropout) @ weight_dense
            + torch.sparse.mm(sparse, weight_ngram)
            + bias
        )
        loss = _loss(logits, targets, recipe)
        loss = loss + recipe.decay_dense * weight_dense.square().sum()
        loss = loss + recipe.decay_ngram * weight_ngram.square().sum()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
    return Heads(
        dense=weight_dense.detach().numpy() * np.float32(recipe.dense_gain),
        ngram=weight_ngram.detach().numpy() * np.float32(recipe.ngram_gain if recipe.use_ngrams else 0.0),
        rarity=rarity,
        bias=bias.detach().numpy(),
        temperatures=np.ones((2, 2), dtype=np.float32),
        thresholds=np.full(len(FLAGS), 0.5, dtype=np.float32),
    )


def _without_lexicon(dense: torch.Tensor, share: float) -> torch.Tensor:
    """A copy with the lexicon's signs blanked in a random share of the rows.

    The lexicon was written by those who wrote the corpus, so it fits the corpus better than the messages to come;
    the other signs must learn to do without it.
    """
    thinned = dense.clone()
    thinned[torch.rand(len(dense)) < share, -LEXICON_SIZE:] = 0.0
    return thinned


def without_ngrams(recipe: Recipe) -> Recipe:
    return replace(recipe, use_ngrams=False)


@dataclass(frozen=True, slots=True)
class _Targets:
    intent: torch.Tensor
    category: torch.Tensor
    sentiment: torch.Tensor
    flags: torch.Tensor
    flags_known: torch.Tensor
    weight: torch.Tensor

    @classmethod
    def of(cls, examples: Sequence[Example]) -> "_Targets":
        flags = [[getattr(example, flag) for flag in FLAGS] for example in examples]
        return cls(
            intent=torch.tensor([INTENTS.index(e.intent) if e.intent else _UNKNOWN for e in examples]),
            category=torch.tensor([CATEGORIES.index(e.category) if e.category else _UNKNOWN for e in examples]),
            sentiment=torch.tensor([SENTIMENTS.index(e.sentiment) if e.sentiment else _UNKNOWN for e in examples]),
            flags=torch.tensor([[float(bool(value)) for value in row] for row in flags]),
            flags_known=torch.tensor([[float(value is not None) for value in row] for row in flags]),
            weight=torch.tensor([example.weight for example in examples]),
        )


def _loss(logits: torch.Tensor, targets: _Targets, recipe: Recipe) -> torch.Tensor:
    intents = torch.log_softmax(logits[:, INTENT_SPAN], dim=1)
    categories = torch.stack([torch.logsumexp(intents[:, members], dim=1) for members in _CATEGORY_MEMBERS], dim=1)
    loss = _picked(intents, targets.intent, targets.weight)
    loss = loss + recipe.category_share * _picked(categories, targets.category, targets.weight)
    loss = loss + _ordinal(logits[:, SENTIMENT_SPAN], targets, recipe.neighbour_smoothing)
    flag_losses = torch.nn.functional.binary_cross_entropy_with_logits(
        logits[:, FLAG_SPAN], targets.flags, reduction="none", pos_weight=torch.full((len(FLAGS),), 3.0)
    )
    known = targets.flags_known * targets.weight.unsqueeze(1)
    return loss + recipe.flag_share * (flag_losses * known).sum() / known.sum().clamp(min=1.0)


def _picked(log_probabilities: torch.Tensor, target: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    known = (target != _UNKNOWN).float() * weight
    picked = log_probabilities.gather(1, target.clamp(min=0).unsqueeze(1)).squeeze(1)
    return -(picked * known).sum() / known.sum().clamp(min=1.0)


def _ordinal(logits: torch.Tensor, targets: _Targets, smoothing: float) -> torch.Tensor:
    """Cross entropy whose target gives `smoothing` to the neighbouring levels: near misses cost less."""
    known = (targets.sentiment != _UNKNOWN).float() * targets.weight
    levels = torch.arange(len(SENTIMENTS))
    distance = (levels.unsqueeze(0) - targets.sentiment.clamp(min=0).unsqueeze(1)).abs()
    soft = (distance == 0).float() + smoothing * (distance == 1).float()
    soft = soft / soft.sum(dim=1, keepdim=True)
    losses = -(soft * torch.log_softmax(logits, dim=1)).sum(dim=1)
    return (losses * known).sum() / known.sum().clamp(min=1.0)


def _members(category: Category) -> list[int]:
    return [index for index, intent in enumerate(INTENTS) if CATEGORY_OF[intent] is category]


_CATEGORY_MEMBERS: Final = [_members(category) for category in CATEGORIES]


def _matrix(grams: NGrams, rarity: Floats) -> torch.Tensor:
    """Rows of unit length over buckets, weighted by rarity, as a sparse (n, BUCKETS) matrix."""
    values: NDArray[np.float32] = rarity[grams.buckets].copy()
    for row in range(len(grams.offsets) - 1):
        part = slice(grams.offsets[row], grams.offsets[row + 1])
        values[part] /= max(float(np.linalg.norm(values[part])), 1e-6)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Sparse CSR tensor support is in beta", category=UserWarning)
        return torch.sparse_csr_tensor(
            torch.from_numpy(grams.offsets),
            torch.from_numpy(grams.buckets),
            torch.from_numpy(values),
            size=(len(grams.offsets) - 1, BUCKETS),
            check_invariants=False,
        )
