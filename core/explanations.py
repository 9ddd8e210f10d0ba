"""Why a ticket has its labels: the words of the message that each one came from.

Category and intent came from the first message that the model read, mood and urgency from the last one.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from core.domain.access import Actor, Permission
from core.domain.analysis import Explained, Explanation
from core.domain.entities import Message
from core.domain.errors import Conflict, Unavailable
from core.domain.ports import Analyzer, AnalyzerState
from core.storage.database import Database

T = TypeVar("T")

MOST_KEPT = 256
"""Explanations that are kept, of the messages that were asked for last."""
PATIENCE_SECONDS = 20.0


class Label(StrEnum):
    CATEGORY = "category"
    INTENT = "intent"
    SENTIMENT = "sentiment"
    URGENT = "urgent"

    def source(self, read: Sequence[T]) -> T:
        """Of the messages that the model read, oldest first, the one that this label came from."""
        return read[0] if self in (Label.CATEGORY, Label.INTENT) else read[-1]


@dataclass(frozen=True, slots=True)
class LabelExplanation:
    """What the model says of one label, now; people and newer models may have made another of the ticket's own."""

    kind: Label
    message: Message
    found: Explained
    model: str


class Explanations:
    def __init__(self, database: Database, analyzer: Analyzer) -> None:
        self._database, self._analyzer = database, analyzer
        self._kept: OrderedDict[tuple[int, str], Explanation] = OrderedDict()

    async def of_ticket(
        self, actor: Actor, ticket_id: int, labels: Collection[Label] = tuple(Label)
    ) -> list[LabelExplanation]:
        """Raises NotFound, Conflict while the model has read no message of the ticket, Unavailable while there is no
        model that answers."""
        actor.require(Permission.TICKET_READ)
        read = await self._read(ticket_id)
        sources = {label: label.source(read) for label in labels}
        found = {message.id: await self._of_message(message) for message in {*sources.values()}}
        return [
            LabelExplanation(label, message, getattr(found[message.id], label), found[message.id].model)
            for label, message in sources.items()
        ]

    async def _read(self, ticket_id: int) -> list[Message]:
        async with self._database.read() as tx:
            await tx.tickets.get(ticket_id)
            asked = [message for message in await tx.messages.of_ticket(ticket_id) if message.is_from_customer]
            read = await tx.analyses.of_messages([message.id for message in asked])
        messages = [message for message in asked if message.id in read]
        if not messages:
            raise Conflict(f"The model has not read any message of ticket {ticket_id} yet.")
        return messages

    async def _of_message(self, message: Message) -> Explanation:
        key = (message.id, self._analyzer.detail)
        is_ready = self._analyzer.state is AnalyzerState.READY
        kept = self._kept.get(key) if is_ready else None
        if kept is not None:
            self._kept.move_to_end(key)
            return kept
        if self._analyzer.state is AnalyzerState.LOADING:
            raise Unavailable("The model is loading", 2.0)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                found = await self._analyzer.explain(message.readable)
        except TimeoutError as error:
            raise Unavailable("The model took too long to explain this") from error
        if self._analyzer.detail == key[1]:
            # Other heads may have come into force meanwhile; what the earlier ones said is not worth keeping.
            self._kept[key] = found
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return found
