"""What a bulk change hands back: what was done, what was refused and why, and how to undo it."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.domain.entities import SlaClock, Ticket
from core.domain.enums import ClockKind

MOST_TICKETS = 200


@dataclass(frozen=True, slots=True)
class Assignee:
    """Who a ticket is given to; a `user_id` of None is nobody, which differs from leaving it with whom it is."""

    user_id: int | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A ticket with its clocks, at one version."""

    ticket: Ticket
    clocks: Mapping[ClockKind, SlaClock]


@dataclass(frozen=True, slots=True)
class Undoable:
    """One ticket of a bulk change: as it was, and as the change left it."""

    before: Snapshot
    after: Snapshot

    @property
    def ticket_id(self) -> int:
        return self.after.ticket.id


@dataclass(frozen=True, slots=True)
class BulkUndo:
    """Only `actor`, who made the change, may undo it. Holds the tickets that really changed."""

    actor: str
    tickets: tuple[Undoable, ...]

    @property
    def is_empty(self) -> bool:
        return not self.tickets


@dataclass(frozen=True, slots=True)
class BulkOutcome:
    """`done` are the tickets as they are now, in id order; `refused` says for each of the others why, in a sentence."""

    done: tuple[Ticket, ...]
    refused: Mapping[int, str]
    undo: BulkUndo
