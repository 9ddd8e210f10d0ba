"""The corrections that stand: what people changed of the model's labels and nobody changed back.

Category and intent come from the first message of a ticket that the model read; its sentiment from the last one that it
had read when it was corrected. What the model said is told by the journal, as it was then.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from core.domain.access import Actor, Permission
from core.domain.corrections import CorrectedLabel, Correction, CorrectionPage
from core.domain.events import Event, EventType
from core.storage.database import Database
from core.storage.transaction import Transaction

MOST_ITEMS = 200
_TICKETS_AT_ONCE = 200
_OF_FIRST_MESSAGE = frozenset({"category", "intent"})
_OF_MESSAGE = ("category", "intent", "sentiment")


class Corrections:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(self, actor: Actor, before: tuple[int, int] | None = None, limit: int = 50) -> CorrectionPage:
        """Newest tickets first; `before` is the `before` of the page that came earlier."""
        actor.require(Permission.ADMINISTER)
        limit = max(1, min(limit, MOST_ITEMS))
        found: list[Correction] = []
        async with self._database.read() as tx:
            async for one in _standing(tx, before, limit):
                found.append(one)
                if len(found) > limit:
                    break
        return CorrectionPage(tuple(found[:limit]), found[limit - 1].place if len(found) > limit else None)

    async def all(self, actor: Actor) -> Sequence[Correction]:
        """Every one, the newest tickets first."""
        actor.require(Permission.ADMINISTER)
        async with self._database.read() as tx:
            return [one async for one in _standing(tx, None, _TICKETS_AT_ONCE)]

    async def count(self, actor: Actor) -> int:
        """How many messages have labels that a person put right."""
        return len(await self.all(actor))


async def _standing(tx: Transaction, before: tuple[int, int] | None, tickets: int) -> AsyncIterator[Correction]:
    up_to = before[0] if before else None
    while ids := await tx.corrections.tickets(up_to, tickets):
        told = _told(await tx.corrections.story(ids))
        messages = await tx.messages.get_many([one.message_id for one in told])
        for one in sorted(told, key=lambda one: (one.ticket_id, one.message_id), reverse=True):
            message, labels = messages.get(one.message_id), one.standing()
            if message and labels and (before is None or (one.ticket_id, one.message_id) < before):
                yield Correction(
                    ticket_id=one.ticket_id,
                    message_id=one.message_id,
                    text=message.readable,
                    language=one.language,
                    channel=message.channel.value,
                    labels=labels,
                )
        up_to = ids[-1] - 1


@dataclass(slots=True)
class _Told:
    """One message: what the model said of it, and what people made of that, the last word of each label."""

    ticket_id: int
    message_id: int
    language: str
    said: dict[str, str | None]
    changed: dict[str, Event] = field(default_factory=dict)

    def standing(self) -> tuple[CorrectedLabel, ...]:
        return tuple(
            CorrectedLabel(label, event.data["is"], self.said[label], event.actor, event.actor_name, event.at)
            for label in _OF_MESSAGE
            if (event := self.changed.get(label)) and event.data["is"] != self.said[label]
        )


def _told(story: Sequence[Event]) -> list[_Told]:
    by_ticket = groupby(sorted(story, key=lambda event: (event.ticket_id or 0, event.seq)), lambda one: one.ticket_id)
    return [told for _, events in by_ticket for told in _told_of_ticket(list(events))]


def _told_of_ticket(events: Sequence[Event]) -> list[_Told]:
    """A label that was changed before the model read anything is about the first message that it read later."""
    read = [event for event in events if event.type is EventType.MESSAGE_ANALYSED]
    if not read:
        return []
    found: dict[int, _Told] = {}
    for event in events:
        if event.type is EventType.MESSAGE_ANALYSED:
            continue
        label = str(event.data["label"])
        earlier = [one for one in read if one.seq < event.seq]
        source = read[0] if label in _OF_FIRST_MESSAGE or not earlier else earlier[-1]
        assert source.message_id is not None
        told = found.setdefault(source.message_id, _message(source))
        told.changed[label] = event
    return list(found.values())


def _message(event: Event) -> _Told:
    said = {label: event.data.get(label) for label in _OF_MESSAGE}
    return _Told(event.ticket_id or 0, event.message_id or 0, str(event.data.get("language", "")), said)
