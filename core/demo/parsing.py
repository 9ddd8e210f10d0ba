"""From a row of a packaged file to what it describes. Each function raises InvalidInput that names the field."""

from core.demo.entities import (
    DemoAnalysis,
    DemoArticle,
    DemoConversation,
    DemoCustomer,
    DemoMacro,
    DemoMessage,
    DemoUser,
    TrafficMessage,
)
from core.demo.rows import Row
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
from core.domain.intents import CATEGORY_OF_INTENT

_KIND_OF_SENDER = {"customer": MessageKind.CUSTOMER, "agent": MessageKind.REPLY, "note": MessageKind.NOTE}


def article(row: Row) -> DemoArticle:
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


def user(row: Row) -> DemoUser:
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


def macro(row: Row) -> DemoMacro:
    return DemoMacro(
        title=row.text("title"),
        owner=row.optional_text("owner"),
        category=row.optional_member("category", Category),
        intents=tuple(_known_intent(row, intent) for intent in row.texts("intents")),
        bodies=row.texts_by("bodies", Language),
        status=row.optional_member("status", TicketStatus),
        priority=row.optional_member("priority", Priority),
        queue=row.optional_text("queue"),
        used=row.whole("used"),
    )


def customer(row: Row) -> DemoCustomer:
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


def conversation(row: Row) -> DemoConversation:
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
        channel=row.optional_member("channel", Channel),
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


def traffic(row: Row) -> TrafficMessage:
    kind = row.text("customer_kind")
    if kind not in ("new", "known"):
        raise row.wrong("customer_kind", f"is {kind!r}", "Allowed are new, known")
    return TrafficMessage(
        channel=row.member("channel", Channel),
        language=row.member("language", Language),
        subject=row.text("subject", may_be_empty=True),
        text=row.text("text"),
        is_known_customer=kind == "known",
        customer=row.optional_text("customer"),
        tier=row.member("tier", CustomerTier),
        follow_up=row.texts("follow_up", may_be_absent=True),
    )


def _known_intent(row: Row, intent: str) -> str:
    if intent not in CATEGORY_OF_INTENT:
        raise row.wrong("intent", f"is {intent!r}, which is no intent")
    return intent
