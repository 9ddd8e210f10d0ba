"""What will be sent, and when: decided before the first request, so that a slow server changes nothing about it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from core.demo.entities import DemoCustomer, TrafficMessage
from core.domain.enums import Channel
from integrations.simulator.senders import Sender, Senders

MEAN_PAUSE_SECONDS = 12.0
"""Between two messages of one conversation, in a run that is long enough."""


@dataclass(frozen=True, slots=True)
class PlannedMessage:
    """`after` is how long after the conversation's first message it is due, in seconds."""

    external_id: str
    text: str
    after: float


@dataclass(frozen=True, slots=True)
class Conversation:
    """`at` is in seconds from the start of the run; the messages are in order, the first with `after` 0."""

    at: float
    channel: Channel
    sender: Sender
    subject: str
    messages: tuple[PlannedMessage, ...]

    @property
    def continues_by_sender(self) -> bool:
        """Whether the desk finds the conversation by its sender; on other channels a further message names it."""
        return self.channel.continues_conversation


def plan_traffic(
    rows: Sequence[TrafficMessage],
    customers: Sequence[DemoCustomer],
    *,
    rate: float,
    seconds: float,
    seed: int | None,
    run: str,
) -> list[Conversation]:
    """Conversations whose messages arrive like a Poisson process of `rate` a second, for `seconds`.

    Every row has its turn before one comes again. The same seed gives the same messages at the same moments; their
    ids and the new customers' addresses carry `run`, since the same ids would be repeats.
    """
    random = Random(seed)
    planner = _Planner(random, Senders(customers, random, run), seconds, run)
    deck = _deck(rows, random)
    opens_per_second = rate * len(rows) / sum(1 + len(row.follow_up) for row in rows)
    planned: list[Conversation] = []
    at = random.expovariate(opens_per_second)
    while at < seconds:
        planned.append(planner.conversation(next(deck), at, len(planned)))
        at += random.expovariate(opens_per_second)
    return planned


def _deck(rows: Sequence[TrafficMessage], random: Random) -> Iterator[TrafficMessage]:
    while True:
        yield from random.sample(rows, len(rows))


@dataclass(frozen=True, slots=True)
class _Planner:
    random: Random
    senders: Senders
    seconds: float
    run: str

    def conversation(self, row: TrafficMessage, at: float, number: int) -> Conversation:
        """The row, opened at `at`; what would be said after the end of the run stays unsaid."""
        messages = tuple(
            PlannedMessage(f"sim-{self.run}-{number}-{position}", text, after)
            for position, (text, after) in enumerate(zip((row.text, *row.follow_up), self._pauses(), strict=False))
            if at + after < self.seconds
        )
        return Conversation(at, row.channel, self.senders.of(row), row.subject, messages)

    def _pauses(self) -> Iterator[float]:
        """When each message of a conversation is due: a third of the mean pause at least, then at random."""
        mean = min(MEAN_PAUSE_SECONDS, self.seconds / 5)
        after = 0.0
        while True:
            yield after
            after += mean / 3 + self.random.expovariate(1.5 / mean)
