"""The network: a BERT body that reads a text once, and what is pooled from its reading. torch is imported with it."""

import warnings
from dataclasses import dataclass
from typing import Any, Final

import torch
from torch import Tensor, nn

from models.reader import HEAD_SIZE

with warnings.catch_warnings():
    # Its lazy importer touches deprecated names of other libraries; nothing here can act on that.
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    warnings.filterwarnings("ignore", category=FutureWarning)
    from transformers import BertConfig, BertModel

GAZES: Final = 3
"""Ways of looking at a message, each a weighting of its tokens that is learned; the mean is one more."""


@dataclass(frozen=True, slots=True)
class Shape:
    layers: int
    vocabulary: int
    hidden: int = 384
    intermediate: int = 1536

    @property
    def features(self) -> int:
        """Numbers that the heads see of a message."""
        return self.hidden * (GAZES + 1)


class Body(nn.Module):
    """Token numbers in; out the unit vector that texts are compared by, and the features that the heads judge by."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        config = BertConfig(
            vocab_size=shape.vocabulary,
            hidden_size=shape.hidden,
            num_hidden_layers=shape.layers,
            num_attention_heads=shape.hidden // HEAD_SIZE,
            intermediate_size=shape.intermediate,
            max_position_embeddings=512,
            type_vocab_size=2,
            pad_token_id=1,
            hidden_dropout_prob=0.1,
            attention_probs_dropout_prob=0.0,
        )
        self.shape = shape
        self.bert: Any = BertModel(config, add_pooling_layer=False)
        self.gaze = nn.Linear(shape.hidden, GAZES)
        nn.init.zeros_(self.gaze.weight)
        nn.init.zeros_(self.gaze.bias)

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """`ids` and `mask` (n, tokens) → unit vectors (n, hidden) and features (n, shape.features), both float32."""
        return self.pooled(self.states(ids, mask), mask)

    def states(self, ids: Tensor, mask: Tensor) -> Tensor:
        """What the last layer says of each token (n, tokens, hidden)."""
        states: Tensor = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        return states

    def pooled(self, hidden: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """The same as `forward`, of states that are there already."""
        scores = self.gaze(hidden).float()
        hidden = hidden.float()
        present = mask.unsqueeze(-1).float()
        mean = (hidden * present).sum(1) / present.sum(1)
        weights = torch.softmax(scores.masked_fill(present == 0, -1e4), dim=1)
        looks = torch.einsum("ntg,nth->ngh", weights, hidden)
        features = torch.cat([mean, looks.flatten(1)], dim=1)
        return nn.functional.normalize(mean, dim=1), features


WORDS: Final = "bert.embeddings.word_embeddings.weight"
"""The one tensor that is stored apart, in fewer bits."""


def layers_of(state: dict[str, Tensor]) -> int:
    """How many layers a stored body has."""
    return 1 + max(int(name.split(".")[3]) for name in state if name.startswith("bert.encoder.layer."))
