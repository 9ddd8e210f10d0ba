"""Turns the written conversations into a history: who did what, and when. Pure.

The conversations say what was said; this says what must have happened in between. All of it follows from the files and
the present moment alone, so that a planting that was interrupted goes on with the same history.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

from config.rules import BusinessRules
from core.demo.entities import DemoContent, DemoConversation, DemoMessage, DemoUser
from core.domain.enums import MessageKind, Role, TicketStatus

SHARE_RATED = 0.7
"""Share of the customers asked who answer the survey."""
MOST_BEFORE_TAKEN = timedelta(minutes=30)
_SETTLED = (TicketStatus.RESOLVED, TicketStatus.CLOSED)


@dataclass(frozen=True, slots=True)
class Pace:
    """How long after a resolution the customer is asked how it went, and the ticket closes."""

    asks_after: timedelta
    closes_after: timedelta

    @classmethod
    def of(cls, rules: BusinessRules) -> "Pace":
        return cls(
            asks_after=timedelta(minutes=rules.quality.csat.send_after_minutes),
            closes_after=timedelta(hours=rules.lifecycle.close_resolved_after_hours),
        )


@dataclass(frozen=True, slots=True)
class Receive:
    """The customer's message at `position` arrives."""

    position: int


@dataclass(frozen=True, slots=True)
class Write:
    """A reply leaves and takes the ticket to `then`; a note, without `then`, stays in the house."""

    position: int
    then: TicketStatus | None


@dataclass(frozen=True, slots=True)
class Give:
    """`by` gives the ticket to `to`; the same person takes it."""

    to: str
    by: str


@dataclass(frozen=True, slots=True)
class Move:
    to: TicketStatus
    by: str


@dataclass(frozen=True, slots=True)
class Rate:
    """The customer answers the survey, from 1 to 5."""

    score: int


Deed = Receive | Write | Give | Move | Rate


@dataclass(frozen=True, slots=True)
class Step:
    at: datetime
    conversation: DemoConversation
    deed: Deed


def tell(content: DemoContent, present: datetime, pace: Pace) -> list[Step]:
    """Every step before `present`, oldest first. Tickets resolved for long enough close without anybody's help."""
    users = {user.key: user for user in content.users}
    steps = [
        step for conversation in content.conversations for step in _Course(conversation, present, users, pace).steps()
    ]
    return sorted((step for step in steps if step.at < present), key=lambda step: step.at)


class _Course:
    """One conversation from its first message to the status that was written for it."""

    def __init__(
        self, conversation: DemoConversation, present: datetime, users: dict[str, DemoUser], pace: Pace
    ) -> None:
        self.conversation, self.present, self.users, self.pace = conversation, present, users, pace
        self.messages = conversation.messages
        # Not all on the same second of their minute.
        self.shift = timedelta(seconds=40 * self._share("second"))

    def steps(self) -> Iterator[Step]:
        for position, message in enumerate(self.messages):
            is_received = message.kind is MessageKind.CUSTOMER
            deed = Receive(position) if is_received else Write(position, self._then(position))
            yield self._step(self._at(message), deed)
        if self.conversation.assignee is not None:
            yield from self._ownership(self.conversation.assignee)
            yield from self._ending(self.conversation.assignee)

    def _ownership(self, assignee: str) -> Iterator[Step]:
        replies = (message for message in self.messages if message.kind is MessageKind.REPLY)
        first = next((message.author for message in replies if message.author), assignee)
        yield self._step(self._taken_at(first), Give(first, first))
        if first != assignee:
            last = max(place for place, message in enumerate(self.messages) if message.author == first)
            yield self._step(self._soon_after(last), Give(assignee, self._supervisor(assignee)))

    def _taken_at(self, owner: str) -> datetime:
        """Before the owner's first deed; after the note of a colleague who saw it first."""
        opened = self._at(self.messages[0])
        for position, message in enumerate(self.messages):
            if message.author == owner:
                return opened + (self._at(message) - opened) * (0.3 + 0.4 * self._share("taken"))
            if message.author is not None:
                return self._soon_after(position)
        waited = (self.present - opened) * (0.2 + 0.4 * self._share("taken"))
        return opened + min(waited, MOST_BEFORE_TAKEN)

    def _ending(self, assignee: str) -> Iterator[Step]:
        last, status = len(self.messages) - 1, self.conversation.status
        ended = self._at(self.messages[last])
        if status in _SETTLED:
            if self.messages[last].kind is not MessageKind.REPLY:
                ended = self._soon_after(last)
                yield self._step(ended, Move(TicketStatus.RESOLVED, assignee))
            yield from self._rating(ended)
            if status is TicketStatus.CLOSED and self.present - ended < self.pace.closes_after:
                yield self._step(ended + (self.present - ended) / 2, Move(TicketStatus.CLOSED, assignee))
        elif status in (TicketStatus.ESCALATED, TicketStatus.IN_PROGRESS):
            yield self._step(self._soon_after(last), Move(status, assignee))

    def _rating(self, resolved: datetime) -> Iterator[Step]:
        if self._share("rated") < SHARE_RATED:
            thought_about = timedelta(minutes=2 + 90 * self._share("rated at"))
            yield self._step(resolved + self.pace.asks_after + thought_about, Rate(self._score()))

    def _score(self) -> int:
        """Half by how the customer came, half by how they left; some are a point kinder than others."""
        moods = [message.analysis.sentiment.score for message in self.messages if message.analysis]
        kinder = self._share("score") < 0.5
        return max(1, min(5, round(3.6 + (moods[0] + moods[-1]) / 2 + (0.5 if kinder else -0.5))))

    def _then(self, position: int) -> TicketStatus | None:
        """Whoever replies waits for the customer, unless the customer has no further word in this story."""
        if self.messages[position].kind is MessageKind.NOTE:
            return None
        if any(message.kind is MessageKind.CUSTOMER for message in self.messages[position + 1 :]):
            return TicketStatus.PENDING_CUSTOMER
        if self.conversation.status in _SETTLED:
            is_last = position == len(self.messages) - 1
            return TicketStatus.RESOLVED if is_last else TicketStatus.IN_PROGRESS
        waits = self.conversation.status is TicketStatus.PENDING_CUSTOMER
        return TicketStatus.PENDING_CUSTOMER if waits else TicketStatus.IN_PROGRESS

    def _soon_after(self, position: int) -> datetime:
        """One to three minutes after a message, and well before the next one or the present."""
        at = self._at(self.messages[position])
        following = self.messages[position + 1 : position + 2]
        room = (self._at(following[0]) if following else self.present) - at
        return at + min(timedelta(minutes=1 + 2 * self._share(f"after {position}")), room / 2)

    def _supervisor(self, assignee: str) -> str:
        """Who may give the ticket to `assignee`: themselves when they may, else a supervisor."""
        if self.users[assignee].role is Role.SUPERVISOR:
            return assignee
        return next(user.key for user in self.users.values() if user.role is Role.SUPERVISOR)

    def _step(self, at: datetime, deed: Deed) -> Step:
        return Step(at, self.conversation, deed)

    def _at(self, message: DemoMessage) -> datetime:
        return self.present - timedelta(minutes=message.minutes_ago) - self.shift

    def _share(self, what: str) -> float:
        """A number in [0, 1) that looks random and is always the same."""
        return share(self.conversation.key, what)


def share(key: str, what: str) -> float:
    return crc32(f"{what}:{key}".encode()) / 2**32
