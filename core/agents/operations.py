"""MeasureEvaluateOperations (APQC 6.3): counts what happens, hour by hour, from the journal alone."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from core.domain.events import Event, EventType
from core.storage.database import Database
from core.storage.rollups import RollupKey

NAME = "MeasureEvaluateOperations"
BATCH = 1_000
COUNTED: dict[EventType, str | None] = {
    EventType.MESSAGE_RECEIVED: "channel",
    EventType.TICKET_CREATED: "channel",
    EventType.MESSAGE_ANALYSED: "category",
    EventType.ANALYSIS_UNKNOWN: None,
    EventType.TICKET_ROUTED: "queue",
    EventType.TICKET_RESOLVED: "automatic",
    EventType.TICKET_REOPENED: None,
    EventType.TICKET_ESCALATED: "cause",
    EventType.TICKET_CLOSED: None,
    EventType.REPLY_QUEUED: "automatic",
    EventType.REPLY_SENT: "channel",
    EventType.REPLY_FAILED: "channel",
    EventType.SLA_MET: "in_time",
    EventType.SLA_BREACHED: "clock",
    EventType.SURVEY_ANSWERED: "score",
}
"""Counted events, and the field of each that they are told apart by."""


class Operations:
    """A durable reader: its bookmark moves in the transaction that adds what it counted, so nothing counts twice."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def catch_up(self) -> int:
        """Count every event since the last time; returns how many there were."""
        done = 0
        while count := await self._batch():
            done += count
        return done

    async def _batch(self) -> int:
        async with self._database.transaction() as tx:
            bookmark = await tx.rollups.bookmark(NAME)
            events = await tx.journal.after(bookmark, BATCH)
            if not events:
                return 0
            await tx.rollups.add(counted(events))
            await tx.rollups.move_bookmark(NAME, events[-1].seq)
        return len(events)


def counted(events: Sequence[Event]) -> dict[RollupKey, tuple[int, float]]:
    """(hour, name, dimension) → (count, sum of the value that the event carries)."""
    sums: defaultdict[RollupKey, tuple[int, float]] = defaultdict(lambda: (0, 0.0))
    for event in events:
        for key, value in _counts_of(event):
            count, total = sums[key]
            sums[key] = (count + 1, total + value)
    return dict(sums)


def _counts_of(event: Event) -> Iterator[tuple[RollupKey, float]]:
    if event.type not in COUNTED:
        return
    field = COUNTED[event.type]
    dimension = str(event.data.get(field, "")).lower() if field else ""
    hour = event.at.replace(minute=0, second=0, microsecond=0)
    yield (hour, event.type.value, dimension), float(event.data.get("score", 0))
