"""What the engine needs of the outside. `main` alone chooses what fills each port."""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from core.domain.access import Actor
from core.domain.analysis import Analysis, Candidate, Explanation
from core.domain.corrections import Correction
from core.domain.drift import Drift
from core.domain.messages import DeliveryReceipt, OutboundMessage
from core.domain.proposals import Retrained


class Clock(Protocol):
    def now(self) -> datetime:
        """The current time, aware, in UTC."""
        ...


class AnalyzerState(StrEnum):
    LOADING = "loading"
    READY = "ready"
    FAILED = "failed"


class Urgency(StrEnum):
    """Which queue of the model a request joins: a person waiting, or the pipeline."""

    INTERACTIVE = "interactive"
    BULK = "bulk"


class Analyzer(Protocol):
    """The local model. Both calls raise Unavailable when the model can't answer (loading, broken, overloaded)."""

    @property
    def state(self) -> AnalyzerState: ...

    @property
    def detail(self) -> str:
        """One line on the state: the model's name, or why it failed."""
        ...

    @property
    def encoder(self) -> str:
        """What makes the vectors and what heads are made for; empty when the model's files can't be read."""
        ...

    @property
    def precision(self) -> str:
        """In which numbers it counts, such as bf16; empty until it is loaded."""
        ...

    @property
    def folder(self) -> Path:
        """Where its files lie, whether they can be read or not."""
        ...

    async def analyse(self, texts: Sequence[str], urgency: Urgency = Urgency.BULK) -> list[Analysis]:
        """One Analysis for each text, in order."""
        ...

    async def embed(self, passages: Sequence[str], questions: Sequence[str]) -> tuple[list[bytes], list[bytes]]:
        """Unit vectors (float32) of knowledge passages and of example questions, comparable with
        `Analysis.embedding`."""
        ...

    async def tokens(self, passages: Sequence[str], questions: Sequence[str]) -> tuple[list[bytes], list[bytes]]:
        """Of each knowledge passage and of each question the unit vectors of its tokens, TOKEN_SIZE signed bytes each:
        the search compares its last candidates by them. Cheap for a question that was analysed just now."""
        ...

    async def explain(self, text: str) -> Explanation:
        """Which words carried the labels of a text. Costs as much as sixty messages at most."""
        ...

    def answer_confidences(self, question: str, analysis: Analysis, candidates: Sequence[Candidate]) -> list[float]:
        """For each candidate the calibrated probability that it answers the question."""
        ...

    async def use_heads(self, heads: bytes | None) -> None:
        """From the next batch on, judge with these heads; None means those that came with the program.

        Raises Conflict for heads of another encoder or for other labels.
        """
        ...


class Trainer(Protocol):
    """Makes new heads for the model."""

    async def retrain(
        self, corrections: Sequence[Correction], heads: bytes | None, report: Callable[[str, float], None]
    ) -> Retrained:
        """Heads that learned from corrections, beginning with `heads` (None: those of the program).

        Takes minutes beside the event loop; `report` is told the step and the share that is done, and cancelling ends
        it. Raises Unavailable when it fails.
        """
        ...


class DriftReader(Protocol):
    """Tells how inputs and confidences move; needs Permission.ADMINISTER."""

    async def read(self, actor: Actor) -> Drift: ...


class Channel(Protocol):
    """Delivers outbound messages to one kind of address."""

    @property
    def name(self) -> str: ...

    @property
    def is_idempotent(self) -> bool:
        """Whether delivering the same effect key again is harmless, so that a crashed attempt may be repeated."""
        ...

    async def deliver(self, message: OutboundMessage) -> DeliveryReceipt:
        """Hand over one message; raises TemporaryDeliveryError or PermanentDeliveryError."""
        ...
