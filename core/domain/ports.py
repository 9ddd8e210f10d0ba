"""What the engine needs of the outside. `main` alone chooses what fills each port."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from core.domain.analysis import Analysis, Candidate, Explanation
from core.domain.messages import DeliveryReceipt, OutboundMessage


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

    async def analyse(self, texts: Sequence[str], urgency: Urgency = Urgency.BULK) -> list[Analysis]:
        """One Analysis for each text, in order."""
        ...

    async def embed(self, passages: Sequence[str], questions: Sequence[str]) -> tuple[list[bytes], list[bytes]]:
        """Unit vectors (float32) of knowledge passages and of example questions, comparable with
        `Analysis.embedding`."""
        ...

    async def explain(self, text: str) -> Explanation:
        """Which words carried the labels of a text. Costs as much as some forty messages."""
        ...

    def answer_confidences(self, question: str, analysis: Analysis, candidates: Sequence[Candidate]) -> list[float]:
        """For each candidate the calibrated probability that it answers the question."""
        ...


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
