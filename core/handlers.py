"""What the orchestrator runs: one thing that one agent does when events happen."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from core.domain.events import Event
from core.storage.transaction import Transaction


class NotYet(Exception):
    """What the handler needs will be there soon; the attempt does not count."""

    def __init__(self, seconds: float, reason: str) -> None:
        self.seconds = seconds
        super().__init__(reason)


class Handler(Protocol):
    """One thing that one agent does when events happen. Must be safe to repeat: a crash may undo any call."""

    async def prepare(self, events: Sequence[Event]) -> Any:
        """What takes long (the model, a vendor), done outside the transaction. May raise NotYet."""
        ...

    async def apply(self, tx: Transaction, events: Sequence[Event], prepared: Any) -> None:
        """The change itself, in the transaction that also ends the work."""
        ...


@dataclass(frozen=True, slots=True)
class Immediate:
    """A handler with nothing to prepare."""

    change: Callable[[Transaction, Sequence[Event]], Awaitable[None]]

    async def prepare(self, events: Sequence[Event]) -> None:
        return None

    async def apply(self, tx: Transaction, events: Sequence[Event], prepared: None) -> None:
        await self.change(tx, events)
