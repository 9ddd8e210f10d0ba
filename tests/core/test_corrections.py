"""What people changed of the model's labels is kept as rows to learn from, for as long as it stands."""

import pytest

from core.bootstrap import Engine
from core.desk import TicketPatch
from core.domain.access import Actor
from core.domain.corrections import Correction
from core.domain.entities import Ticket, User
from core.domain.enums import ActorKind, Category, Role, Sentiment
from core.domain.errors import NotAllowed
from tests.cast import IDA, ada
from tests.factories import a_ticket, receive, ticket_of, view_of


@pytest.fixture
async def agent(engine: Engine) -> User:
    return await ada(engine.database)


@pytest.fixture
async def ticket(engine: Engine, agent: User) -> Ticket:
    return await a_ticket(engine, "Where does my parcel stay?", subject="Order 4711")


async def corrections(engine: Engine) -> list[Correction]:
    return list(await engine.corrections.all(IDA))


async def test_a_corrected_intent_is_a_row_with_what_the_model_read_and_said(
    engine: Engine, ticket: Ticket, agent: User
) -> None:
    await engine.desk.change(agent.actor, ticket.id, TicketPatch(intent="track_order"))
    (one,) = await corrections(engine)
    message = (await view_of(engine, ticket.id)).messages[0].message
    assert (one.ticket_id, one.message_id, one.text) == (
        ticket.id,
        message.id,
        "Order 4711\nWhere does my parcel stay?",
    )
    assert (one.category, one.intent, one.sentiment) == (Category.SHIPPING, "track_order", None)
    assert one.said == {"category": "product_info", "intent": "product_question"}
    assert (one.by_name, one.at, one.language) == (agent.name, engine.clock.now(), "en")
    assert await engine.corrections.count(IDA) == 1


async def test_what_was_corrected_back_is_no_correction(engine: Engine, ticket: Ticket, agent: User) -> None:
    await engine.desk.change(agent.actor, ticket.id, TicketPatch(intent="track_order", sentiment=Sentiment.NEGATIVE))
    await engine.desk.change(agent.actor, ticket.id, TicketPatch(intent="product_question"))
    (one,) = await corrections(engine)
    assert one.said == {"sentiment": "neutral"}
    await engine.desk.change(agent.actor, ticket.id, TicketPatch(sentiment=Sentiment.NEUTRAL))
    assert await corrections(engine) == []


async def test_what_was_undone_is_no_correction(engine: Engine, ticket: Ticket, agent: User) -> None:
    patch = TicketPatch(category=Category.BILLING)
    outcome = await engine.desk.change_many(agent.actor, {ticket.id: ticket.version}, patch)
    assert [one.category for one in await corrections(engine)] == [Category.BILLING]
    await engine.desk.undo_many(agent.actor, outcome.undo)
    assert await corrections(engine) == []


async def test_a_category_that_dropped_its_intent_teaches_the_category_alone(
    engine: Engine, ticket: Ticket, agent: User
) -> None:
    await engine.desk.change(agent.actor, ticket.id, TicketPatch(category=Category.BILLING))
    (one,) = await corrections(engine)
    assert (one.category, one.intent) == (Category.BILLING, None)
    assert "intent" not in one.row()


async def test_the_last_of_several_corrections_counts(engine: Engine, ticket: Ticket, agent: User) -> None:
    for intent in ("track_order", "wrong_charge"):
        await engine.desk.change(agent.actor, ticket.id, TicketPatch(intent=intent))
    (one,) = await corrections(engine)
    assert (one.intent, one.said["intent"]) == ("wrong_charge", "product_question")


async def test_a_mood_belongs_to_the_message_that_was_last_read_and_stays_when_another_comes(
    engine: Engine, ticket: Ticket, agent: User
) -> None:
    second = await receive(engine, "Still nothing! [mood=positive]", ticket_id=ticket.id)
    await engine.desk.change(agent.actor, ticket.id, TicketPatch(intent="track_order", sentiment=Sentiment.NEGATIVE))
    await receive(engine, "Thanks [mood=very_positive]", ticket_id=ticket.id)
    assert (await ticket_of(engine, ticket.id)).sentiment is Sentiment.VERY_POSITIVE
    mood, kind = await corrections(engine)
    assert (mood.message_id, mood.sentiment, mood.said) == (
        second.message_id,
        Sentiment.NEGATIVE,
        {"sentiment": "positive"},
    )
    assert (kind.intent, kind.sentiment) == ("track_order", None)
    assert kind.message_id < mood.message_id


async def test_pages_show_every_correction_once_and_the_newest_first(engine: Engine, agent: User) -> None:
    tickets = [await a_ticket(engine, f"Question {number}") for number in range(5)]
    for ticket in tickets:
        await receive(engine, "More", ticket_id=ticket.id)
        patch = TicketPatch(intent="track_order", sentiment=Sentiment.NEGATIVE)
        await engine.desk.change(agent.actor, ticket.id, patch)
    await engine.desk.change(agent.actor, tickets[2].id, TicketPatch(intent="product_question"))
    seen: list[Correction] = []
    page = await engine.corrections.list(IDA, None, 2)
    while page.before:
        assert len(page.corrections) == 2
        seen += page.corrections
        page = await engine.corrections.list(IDA, page.before, 2)
    seen += page.corrections
    assert seen == await corrections(engine)
    assert [one.place for one in seen] == sorted((one.place for one in seen), reverse=True)
    assert len(seen) == 9


@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR, Role.EXECUTIVE])
async def test_only_an_administrator_reads_them(engine: Engine, role: Role) -> None:
    somebody = Actor(ActorKind.USER, "5", "Somebody", role)
    for ask in (engine.corrections.list, engine.corrections.all, engine.corrections.count):
        with pytest.raises(NotAllowed):
            await ask(somebody)
