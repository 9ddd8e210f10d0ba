"""What the demonstration consists of. Ages are minutes before the moment of planting."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from core.domain.enums import (
    Category,
    Channel,
    CustomerTier,
    Language,
    MessageKind,
    Priority,
    Role,
    Sentiment,
    TicketStatus,
)
from core.domain.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class DemoArticle:
    """`success_rate` is solved / used, rounded to two places; `questions` are ways in which customers ask for it."""

    id: str
    title: str
    category: Category
    intents: tuple[str, ...]
    language: Language
    questions: tuple[str, ...]
    body: str
    success_rate: float
    used: int
    solved: int


@dataclass(frozen=True, slots=True)
class DemoUser:
    """`capacity` is the number of open tickets that this person may hold."""

    key: str
    name: str
    email: str
    role: Role
    languages: tuple[Language, ...]
    skills: tuple[str, ...]
    senior: bool
    capacity: int
    queues: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DemoMacro:
    """`owner` is a user's key, or None for a macro that the desk shares; `used` is how often it was answered with."""

    title: str
    owner: str | None
    category: Category | None
    intents: tuple[str, ...]
    bodies: Mapping[Language, str]
    status: TicketStatus | None
    priority: Priority | None
    queue: str | None
    used: int


@dataclass(frozen=True, slots=True)
class DemoCustomer:
    """`phones` are E.164, `handles` are `network:name`; `annual_value_usd` is what they pay in a year."""

    key: str
    name: str
    tier: CustomerTier
    language: Language
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    handles: tuple[str, ...]
    company: str | None
    annual_value_usd: Decimal


@dataclass(frozen=True, slots=True)
class DemoAnalysis:
    """The labels of one customer message as a person gave them."""

    language: Language
    sentiment: Sentiment
    category: Category
    intent: str
    urgent: bool
    wants_human: bool


@dataclass(frozen=True, slots=True)
class DemoMessage:
    """`author` is a user's key for replies and notes; `analysis` and `channel` are set for customer messages only."""

    kind: MessageKind
    minutes_ago: int
    text: str
    author: str | None
    analysis: DemoAnalysis | None
    channel: Channel | None = None


@dataclass(frozen=True, slots=True)
class DemoConversation:
    """A ticket with its messages, oldest first. A resolved or closed one ended with its last message."""

    key: str
    channel: Channel
    customer: str
    subject: str
    minutes_ago: int
    status: TicketStatus
    assignee: str | None
    messages: tuple[DemoMessage, ...]

    def channel_of(self, position: int) -> Channel:
        """The way a customer's message came: that of the conversation, unless it says another."""
        return self.messages[position].channel or self.channel

    @property
    def last_minutes_ago(self) -> int:
        return self.messages[-1].minutes_ago

    @property
    def opening_analysis(self) -> DemoAnalysis:
        """The labels of the first message, which decided where the ticket went."""
        analysis = self.messages[0].analysis
        if analysis is None:
            raise InvalidInput("messages", f"{self.key} does not open with an analysed customer message")
        return analysis


@dataclass(frozen=True, slots=True)
class TrafficMessage:
    """One conversation for the simulator: `text` first, then each of `follow_up` from the same sender.

    `customer` is the key of the demo customer who must send it, since the text names them or their doors; a known
    sender without it is any demo customer of that tier and language, a new one is somebody the desk has never seen.
    """

    channel: Channel
    language: Language
    subject: str
    text: str
    is_known_customer: bool
    customer: str | None
    tier: CustomerTier
    follow_up: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DemoContent:
    """Everything that `plant` needs; references between the parts are checked."""

    articles: tuple[DemoArticle, ...]
    users: tuple[DemoUser, ...]
    macros: tuple[DemoMacro, ...]
    customers: tuple[DemoCustomer, ...]
    conversations: tuple[DemoConversation, ...]
