"""A trained network that a smaller one is taught by: it reads every batch too, so that what it says fits what the pupil
saw, slips of the hand and all."""

from typing import TYPE_CHECKING, Final

import torch
from torch import Tensor
from torch.nn import functional

from models.heads import FLAG_SPAN, INTENT_SPAN, SENTIMENT_SPAN

if TYPE_CHECKING:
    from models.training.joint import Trained

_STATES: Final = 3.0
_VECTOR: Final = 6.0
_OPINION: Final = 1.0
"""What each kind of disagreement weighs in the loss."""


class Guide:
    def __init__(self, trained: "Trained") -> None:
        self._trained = trained.eval()

    def disagreement(self, ids: Tensor, mask: Tensor, states: Tensor, vector: Tensor, logits: Tensor) -> Tensor:
        """How far a pupil's states of tokens, vectors and opinions of a batch are from the guide's."""
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            wanted = self._trained.body.states(ids, mask)
            wanted_vector, advice = self._trained.judged(wanted, mask)
        distance = ((states.float() - wanted.float()) ** 2).sum(2) / (wanted.float() ** 2).sum(2)
        return (
            _STATES * (distance * mask).sum() / mask.sum()
            + _VECTOR * (1 - (vector * wanted_vector).sum(1)).mean()
            + _OPINION * opinion_gap(logits, advice.float())
        )


def opinion_gap(logits: Tensor, advice: Tensor) -> Tensor:
    """Kullback-Leibler divergence from the guide's opinion, softened by a temperature of two."""
    total = logits.new_zeros(())
    for span in (INTENT_SPAN, SENTIMENT_SPAN):
        total = total + 4 * functional.kl_div(
            functional.log_softmax(logits[:, span] / 2, 1),
            functional.log_softmax(advice[:, span] / 2, 1),
            reduction="batchmean",
            log_target=True,
        )
    return total + functional.binary_cross_entropy_with_logits(logits[:, FLAG_SPAN], advice[:, FLAG_SPAN].sigmoid())
