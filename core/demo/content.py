"""The demonstration content, read from the files beside this module and checked in full.

Every reader raises ConfigurationError that lists each wrong row as `file:line: what is wrong`. Ages are minutes before
the moment of planting, so the same files make a desk that looks alive on any day.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from core.demo.rows import Row, parse_lines, parse_people
from core.domain.enums import Category, Channel, CustomerTier, Language, MessageKind, Role, Sentiment, TicketStatus
from core.domain.errors import ConfigurationError, InvalidInput
from core.domain.intents import CATEGORY_OF_INTENT

Item = TypeVar("Item")

_KIND_OF_SENDER = {"customer": MessageKind.CUSTOMER, "agent": MessageKind.REPLY, "note": MessageKind.NOTE}


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
    """`author` is a user's key for replies and notes; `analysis` is set for customer messages only."""

    kind: MessageKind
    minutes_ago: int
    text: str
    author: str | None
    analysis: DemoAnalysis | None


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
    """One conversation for the simulator: `text` first, then each of `follow_up` from the same customer."""

    channel: Channel
    language: Language
    subject: str
    text: str
    is_known_customer: bool
    tier: CustomerTier
    follow_up: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DemoContent:
    """Everything that `plant` needs; references between the parts are checked."""

    articles: tuple[DemoArticle, ...]
    users: tuple[DemoUser, ...]
    customers: tuple[DemoCustomer, ...]
    conversations: tuple[DemoConversation, ...]


def load_articles() -> tuple[DemoArticle, ...]:
    return parse_lines("articles.jsonl", _article)


def load_users() -> tuple[DemoUser, ...]:
    return parse_people("people.yaml", _user)


def load_customers() -> tuple[DemoCustomer, ...]:
    return parse_lines("customers.jsonl", _customer)


def load_conversations() -> tuple[DemoConversation, ...]:
    return parse_lines("conversations.jsonl", _conversation)


def load_traffic() -> tuple[TrafficMessage, ...]:
    return parse_lines("traffic.jsonl", _traffic)


def load_content() -> DemoContent:
    """All that is planted on the first start. Raises ConfigurationError for a bad row or a dangling reference."""
    content = DemoContent(load_articles(), load_users(), load_customers(), load_conversations())
    problems = [*_repeated_keys(content), *_dangling_references(content)]
    if problems:
        raise ConfigurationError(problems)
    return content


def _article(row: Row) -> DemoArticle:
    return DemoArticle(
        id=row.text("id"),
        title=row.text("title"),
        category=row.member("category", Category),
        intents=tuple(_known_intent(row, intent) for intent in row.texts("intents")),
        language=row.member("language", Language),
        questions=row.texts("questions"),
        body=row.text("body"),
        success_rate=row.number("success_rate"),
        used=row.whole("used"),
        solved=row.whole("solved"),
    )


def _user(row: Row) -> DemoUser:
    return DemoUser(
        key=row.text("key"),
        name=row.text("name"),
        email=row.text("email"),
        role=row.member("role", Role),
        languages=row.members("languages", Language),
        skills=row.texts("skills"),
        senior=row.flag("senior"),
        capacity=row.whole("capacity"),
        queues=row.texts("queues"),
    )


def _customer(row: Row) -> DemoCustomer:
    return DemoCustomer(
        key=row.text("key"),
        name=row.text("name"),
        tier=row.member("tier", CustomerTier),
        language=row.member("language", Language),
        emails=row.texts("emails"),
        phones=row.texts("phones"),
        handles=row.texts("handles"),
        company=row.optional_text("company"),
        annual_value_usd=row.money("annual_value_usd"),
    )


def _conversation(row: Row) -> DemoConversation:
    conversation = DemoConversation(
        key=row.text("key"),
        channel=row.member("channel", Channel),
        customer=row.child("customer").text("key"),
        subject=row.text("subject"),
        minutes_ago=row.whole("minutes_ago"),
        status=row.member("status", TicketStatus),
        assignee=row.optional_text("assignee"),
        messages=tuple(_message(child) for child in row.children("messages")),
    )
    _check_course(row, conversation)
    return conversation


def _check_course(row: Row, conversation: DemoConversation) -> None:
    ages = [message.minutes_ago for message in conversation.messages]
    if not ages or conversation.messages[0].kind is not MessageKind.CUSTOMER:
        raise row.wrong("messages", "must begin with a customer message")
    if ages != sorted(set(ages), reverse=True) or ages[0] != conversation.minutes_ago:
        raise row.wrong("messages", "must start at minutes_ago of the ticket and come nearer to now with each message")
    if (conversation.status is TicketStatus.NEW) != (conversation.assignee is None):
        raise row.wrong("assignee", "must be null for a new ticket and a user's key for any other")


def _message(row: Row) -> DemoMessage:
    sender = row.text("from")
    if sender not in _KIND_OF_SENDER:
        raise row.wrong("from", f"is {sender!r}", f"Allowed are {', '.join(_KIND_OF_SENDER)}")
    from_customer = sender == "customer"
    return DemoMessage(
        kind=_KIND_OF_SENDER[sender],
        minutes_ago=row.whole("minutes_ago"),
        text=row.text("text"),
        author=None if from_customer else row.text("author"),
        analysis=_analysis(row.child("analysis")) if from_customer else None,
    )


def _analysis(row: Row) -> DemoAnalysis:
    category, intent = row.member("category", Category), _known_intent(row, row.text("intent"))
    if CATEGORY_OF_INTENT[intent] is not category:
        raise row.wrong("category", f"is {category}, but {intent} belongs to {CATEGORY_OF_INTENT[intent]}")
    return DemoAnalysis(
        language=row.member("language", Language),
        sentiment=row.member("sentiment", Sentiment),
        category=category,
        intent=intent,
        urgent=row.flag("urgent"),
        wants_human=row.flag("wants_human"),
    )


def _traffic(row: Row) -> TrafficMessage:
    kind = row.text("customer_kind")
    if kind not in ("new", "known"):
        raise row.wrong("customer_kind", f"is {kind!r}", "Allowed are new, known")
    return TrafficMessage(
        channel=row.member("channel", Channel),
        language=row.member("language", Language),
        subject=row.text("subject", may_be_empty=True),
        text=row.text("text"),
        is_known_customer=kind == "known",
        tier=row.member("tier", CustomerTier),
        follow_up=row.texts("follow_up", may_be_absent=True),
    )


def _known_intent(row: Row, intent: str) -> str:
    if intent not in CATEGORY_OF_INTENT:
        raise row.wrong("intent", f"is {intent!r}, which is no intent")
    return intent


def _repeated_keys(content: DemoContent) -> Iterable[str]:
    yield from _repeated("articles.jsonl", content.articles, lambda article: article.id)
    yield from _repeated("people.yaml", content.users, lambda user: user.key)
    yield from _repeated("customers.jsonl", content.customers, lambda customer: customer.key)
    yield from _repeated("conversations.jsonl", content.conversations, lambda conversation: conversation.key)


def _repeated(file: str, items: Iterable[Item], key: Callable[[Item], str]) -> Iterable[str]:
    seen: set[str] = set()
    for item in items:
        if key(item) in seen:
            yield f"{file}: {key(item)} occurs twice"
        seen.add(key(item))


def _dangling_references(content: DemoContent) -> Iterable[str]:
    users, customers = {user.key for user in content.users}, {customer.key for customer in content.customers}
    for conversation in content.conversations:
        named = {conversation.assignee, *(message.author for message in conversation.messages)} - {None}
        for author in sorted(str(name) for name in named if name not in users):
            yield f"conversations.jsonl: {conversation.key} names the user {author}, who is not in people.yaml"
        if conversation.customer not in customers:
            yield f"conversations.jsonl: {conversation.key} is from {conversation.customer}, who is not a customer"
