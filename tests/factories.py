"""Makes what tests need of each noun, through the engine's own doors."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

from core.articles import ArticleText
from core.bootstrap import Engine
from core.desk import TicketPatch
from core.domain.access import SYSTEM
from core.domain.analysis import Analysis
from core.domain.entities import Article, Ticket
from core.domain.enums import (
    AutomaticKind,
    Category,
    Channel,
    CustomerTier,
    Language,
    Priority,
    Sentiment,
    TicketStatus,
)
from core.domain.events import Event, EventType
from core.domain.macros import Macro
from core.domain.messages import InboundCustomer, InboundMessage, Receipt
from core.storage.transaction import Transaction
from core.views import TicketView
from tests.cast import KIM, KIM_EVERYWHERE

EngineBuilder = Callable[..., Awaitable[Engine]]

_numbers = count(1)


def a_message(
    text: str = "Is the blue one in stock?",
    *,
    channel: Channel = Channel.EMAIL,
    customer: InboundCustomer | None = None,
    **fields: Any,
) -> InboundMessage:
    """A message that nobody has sent before, from kim unless said otherwise."""
    sender = customer or (KIM if channel is Channel.EMAIL else KIM_EVERYWHERE)
    return InboundMessage(
        channel=channel,
        customer=sender,
        text=text,
        **{"external_id": f"external-{next(_numbers)}", "subject": "A question", **fields},
    )


def an_automatic_message(kind: AutomaticKind = AutomaticKind.AUTO_REPLY, **fields: Any) -> InboundMessage:
    return a_message("I am out of office", automatic=kind, automatic_reason="Auto-Submitted: auto-replied", **fields)


async def receive(engine: Engine, text: str = "Is the blue one in stock?", **fields: Any) -> Receipt:
    """A message accepted, and all that follows from it done."""
    receipt = await engine.intake.accept(a_message(text, **fields))
    await engine.orchestrator.drain()
    return receipt


async def a_ticket(engine: Engine, text: str = "Is the blue one in stock?", **fields: Any) -> Ticket:
    """A ticket that a message opened, as it is once the agents are through with it."""
    return await ticket_of(engine, (await receive(engine, text, **fields)).ticket_id)


async def ticket_of(engine: Engine, ticket_id: int) -> Ticket:
    return (await engine.views.many(SYSTEM, [ticket_id]))[ticket_id]


async def view_of(engine: Engine, ticket_id: int) -> TicketView:
    return await engine.views.ticket(SYSTEM, ticket_id)


async def an_article(
    engine: Engine,
    title: str = "Reset your password",
    body: str = "Open the sign-in page and choose Forgot password.",
    *,
    questions: Sequence[str] = (),
    used: int = 10,
    solved: int = 9,
    category: Category = Category.ACCOUNT,
) -> Article:
    """An article that is in the index already, with a record good enough to answer on its own."""
    number = next(_numbers)
    text = ArticleText(f"article-{number}", title, category, body, questions=tuple(questions))
    article = await engine.articles.save(SYSTEM, text, used=used, solved=solved)
    await engine.knowledge.refresh()
    return article


async def events_of(engine: Engine, ticket_id: int, *types: EventType) -> list[Event]:
    """The journal of one ticket, oldest first, narrowed to `types`."""
    async with engine.database.read() as tx:
        found = await tx.journal.of_ticket(ticket_id)
    return [event for event in found if not types or event.type in types]


async def kinds_of(engine: Engine, ticket_id: int) -> list[EventType]:
    return [event.type for event in await events_of(engine, ticket_id)]


async def resolve(engine: Engine, ticket_id: int) -> Ticket:
    """Resolve a ticket as somebody of the desk would, and let the agents follow."""
    await engine.desk.change(SYSTEM, ticket_id, TicketPatch(status=TicketStatus.RESOLVED))
    await engine.orchestrator.drain()
    return await ticket_of(engine, ticket_id)


async def plant_tickets(tx: Transaction, rows: Sequence[dict[str, Any]], at: datetime) -> list[int]:
    """Bare ticket rows of one customer, for what only reads them; returns their ids."""
    (customer_id,) = await tx.sequences.take("customers", 1)
    await tx.customers.add([{"id": customer_id, "name": "Kim Park", "tier": "standard", "created_at": at}])
    ids = await tx.sequences.take("tickets", len(rows))
    bare = {"customer_id": customer_id, "channel": "email", "subject": "Bare", "last_line": "", "last_message_at": at}
    times = {"created_at": at, "updated_at": at}
    for ticket_id, row in zip(ids, rows, strict=True):
        await tx.tickets.add([{"id": ticket_id, **bare, **times, **row}])
    return ids


def bare_ticket(**changes: Any) -> Ticket:
    """A ticket that is in no database, for pure functions."""
    moment = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    ticket = Ticket(
        id=1001,
        status=TicketStatus.NEW,
        priority=Priority.MEDIUM,
        channel=Channel.EMAIL,
        category=Category.ACCOUNT,
        intent="password_reset",
        sentiment=Sentiment.NEUTRAL,
        language="en",
        urgent=False,
        wants_human=False,
        subject="A question",
        customer_id=1,
        customer_name="Kim Park",
        tier=CustomerTier.STANDARD,
        queue_id="general_support",
        queue_name="General support",
        assignee_id=None,
        assignee_name=None,
        routing_rule="DEFAULT_001",
        routing_reasons=(),
        priority_reasons=(),
        sla_reasons=(),
        needs_senior=False,
        skills=(),
        follows_id=None,
        last_line="",
        customer_messages=1,
        answered_messages=0,
        trend=(),
        waiting_since=moment,
        last_message_at=moment,
        due_at=None,
        sla_state=None,
        escalated_at=None,
        resolved_at=None,
        closed_at=None,
        version=1,
        created_at=moment,
        updated_at=moment,
    )
    return replace(ticket, **changes)


def a_macro(**changes: Any) -> Macro:
    """A macro that is in no database, for pure functions."""
    macro = Macro(
        id=1,
        owner_id=None,
        title="First answer",
        category=Category.TECHNICAL,
        intents=(),
        bodies={Language.EN: "Hello {customer.first_name}"},
        status=None,
        priority=None,
        queue_id=None,
        used=0,
        version=1,
        updated_at=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
    )
    return replace(macro, **changes)


def an_analysis(**changes: Any) -> Analysis:
    """A neutral reading of a plain question about a parcel."""
    plain = Analysis(
        language="en",
        language_confidence=0.9,
        sentiment=Sentiment.NEUTRAL,
        sentiment_confidence=0.9,
        category=Category.SHIPPING,
        category_confidence=0.9,
        intent="track_order",
        intent_confidence=0.9,
        urgent=False,
        wants_human=False,
        thanks_only=False,
        keywords=(),
        embedding=b"",
        model="test",
    )
    return replace(plain, **changes)
