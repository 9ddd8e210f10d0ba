"""New heads for the model, made from corrections, which a person takes or leaves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class ProposalState(StrEnum):
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    """In force; at most one."""
    REJECTED = "rejected"
    SUPERSEDED = "superseded"
    """A newer one took its place; if it was in force before, a roll back brings it again."""
    ROLLED_BACK = "rolled_back"


@dataclass(frozen=True, slots=True)
class Retrained:
    """What a training run hands back: heads for one encoder, and figures of the heads in force and of these.

    `before` and `after` hold {"held_out": {…}, "corrections": {…}}, each with "messages" and the shares that were right
    of "category", "intent" and "sentiment" where these were measured. Corrections are judged by heads that did not see
    them.
    """

    encoder: str
    heads: bytes
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Proposal:
    """`heads_hash` is the SHA-256 of its heads; `decided_at` stays None when nobody judged it."""

    id: int
    created_at: datetime
    made_by: str
    made_by_name: str
    encoder: str
    heads_hash: str
    corrections: int
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    state: ProposalState
    decided_by: str | None
    decided_by_name: str | None
    decided_at: datetime | None

    @property
    def model(self) -> str:
        """As `Analysis.model` names it while it is in force."""
        return f"{self.encoder}+{self.heads_hash[:6]}"


@dataclass(frozen=True, slots=True)
class RetrainingState:
    """What the training run of this process is doing, or how the last one ended. `share` goes from 0 to 1."""

    is_running: bool = False
    step: str = ""
    share: float = 0.0
    problem: str = ""
    proposal_id: int | None = None
