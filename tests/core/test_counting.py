"""How much a customer wrote, how much of it was answered, and how their mood went, kept with the ticket."""

import asyncio

import pytest

from core.bootstrap import Engine
from core.desk import TicketPatch
from core.domain.entities import Ticket, User
from core.domain.enums import Channel, ClockKind, ClockState, Sentiment
from core.domain.errors import PermanentDeliveryError
from core.domain.events import EventType
from tests.cast import ada
from tests.conftest import MovableClock
from tests.factories import (
    EngineBuilder,
    a_message,
    a_ticket,
    an_article,
    an_automatic_message,
    events_of,
    receive,
    resolve,
    ticket_of,
    view_of,
)
from tests.fakes import RecordingChannel


@pytest.fixture
async def agent(engine: Engine) -> User:
    return await ada(engine.database, queues=())


async def _counts(engine: Engine, ticket: Ticket) -> tuple[int, int]:
    now = await ticket_of(engine, ticket.id)
    return now.customer_messages, now.answered_messages


async def test_each_message_of_the_customer_counts_and_an_answer_answers_all_of_them(
    engine: Engine, agent: User
) -> None:
    ticket = await a_ticket(engine)
    assert await _counts(engine, ticket) == (1, 0), "the acknowledgement is no answer"
    await receive(engine, "And the red one?", ticket_id=ticket.id)
    assert await _counts(engine, ticket) == (2, 0)
    await engine.desk.note(agent.actor, ticket.id, "In stock, both")
    assert await _counts(engine, ticket) == (2, 0)
    await engine.desk.reply(agent.actor, ticket.id, "Both are in stock")
    assert await _counts(engine, ticket) == (2, 2)
    await receive(engine, "Wonderful, send both", ticket_id=ticket.id)
    assert await _counts(engine, ticket) == (3, 2)


async def test_messages_that_open_and_continue_a_chat_in_one_commit_are_all_counted(
    build_engine: EngineBuilder,
) -> None:
    engine = await build_engine(intake_group_ms=30)
    texts = ("Hello", "Are you there?", "My lamp flickers")
    messages = [a_message(text, channel=Channel.CHAT) for text in texts]
    receipts = [await engine.intake.accept(messages[0])]
    receipts += await asyncio.gather(*(engine.intake.accept(message) for message in messages[1:]))
    await engine.orchestrator.drain()
    (ticket_id,) = {receipt.ticket_id for receipt in receipts}
    ticket = await ticket_of(engine, ticket_id)
    assert (ticket.customer_messages, len(ticket.trend)) == (3, 3)


async def test_a_message_that_comes_again_counts_once(engine: Engine) -> None:
    message = a_message("[mood=negative] Where is it?")
    receipts = [await engine.intake.accept(message) for _ in range(3)]
    await engine.orchestrator.drain()
    ticket = await ticket_of(engine, receipts[0].ticket_id)
    assert (ticket.customer_messages, ticket.trend) == (1, (2,))


async def test_what_a_machine_sends_is_nothing_the_customer_wrote(engine: Engine) -> None:
    ticket = await a_ticket(engine)
    await engine.intake.accept(an_automatic_message(ticket_id=ticket.id))
    await engine.orchestrator.drain()
    now = await ticket_of(engine, ticket.id)
    assert (now.customer_messages, now.trend) == (1, ticket.trend)


async def test_an_automatic_answer_answers_and_a_survey_does_not(engine: Engine, clock: MovableClock) -> None:
    await an_article(engine, questions=["how do I reset my password"])
    ticket = await a_ticket(engine, "how do I reset my password")
    assert await events_of(engine, ticket.id, EventType.TICKET_RESOLVED)
    assert (ticket.customer_messages, ticket.answered_messages) == (1, 1)
    other = await a_ticket(engine, "[intent=wrong_item] no article knows of this")
    await resolve(engine, other.id)
    clock.advance(hours=1)
    await engine.orchestrator.drain()
    assert await events_of(engine, other.id, EventType.SURVEY_SENT)
    assert await _counts(engine, other) == (1, 0)


async def test_a_reply_taken_back_answered_nothing(engine: Engine, agent: User) -> None:
    ticket = await a_ticket(engine)
    first = await engine.desk.reply(agent.actor, ticket.id, "Yes")
    await receive(engine, "And the red one?", ticket_id=ticket.id)
    second = await engine.desk.reply(agent.actor, ticket.id, "That one too")
    assert await _counts(engine, ticket) == (2, 2)
    await engine.desk.undo_reply(agent.actor, second.id)
    assert await _counts(engine, ticket) == (2, 1)
    await engine.desk.undo_reply(agent.actor, first.id)
    assert await _counts(engine, ticket) == (2, 0)


async def test_a_later_answer_stands_when_an_earlier_one_is_taken_back(engine: Engine, agent: User) -> None:
    ticket = await a_ticket(engine)
    first = await engine.desk.reply(agent.actor, ticket.id, "Yes")
    await engine.desk.reply(agent.actor, ticket.id, "The blue one, I mean")
    await engine.desk.undo_reply(agent.actor, first.id)
    assert await _counts(engine, ticket) == (1, 1)
    view = await view_of(engine, ticket.id)
    assert view.ticket.waiting_since is None
    assert view.clocks[ClockKind.FIRST_RESPONSE].state is ClockState.MET


async def test_an_answer_that_does_not_arrive_answered_nothing(
    engine: Engine, agent: User, channel: RecordingChannel, clock: MovableClock
) -> None:
    ticket = await a_ticket(engine)
    await engine.dispatcher.drain()
    await engine.desk.reply(agent.actor, ticket.id, "Yes")
    channel.failures = [PermanentDeliveryError("no such mailbox")]
    clock.advance(minutes=1)
    await engine.dispatcher.drain()
    await engine.orchestrator.drain()
    assert await events_of(engine, ticket.id, EventType.REPLY_FAILED)
    assert await _counts(engine, ticket) == (1, 0)


# --- Mood ---


async def test_the_trend_holds_the_last_twelve_moods_oldest_first(engine: Engine, agent: User) -> None:
    moods = [Sentiment.VERY_NEGATIVE, Sentiment.NEUTRAL, *[Sentiment.NEGATIVE] * 5, *[Sentiment.VERY_POSITIVE] * 7]
    ticket = await a_ticket(engine, f"[mood={moods[0]}] first")
    assert ticket.trend == (1,)
    for mood in moods[1:]:
        await receive(engine, f"[mood={mood}] another", ticket_id=ticket.id)
        await engine.desk.reply(agent.actor, ticket.id, "I see")
    now = await ticket_of(engine, ticket.id)
    assert now.trend == (2,) * 5 + (5,) * 7
    assert now.sentiment is Sentiment.VERY_POSITIVE


async def test_a_corrected_sentiment_leaves_the_trend_as_the_model_read_it(engine: Engine, agent: User) -> None:
    ticket = await a_ticket(engine, "[mood=negative] first")
    await engine.desk.change(agent.actor, ticket.id, TicketPatch(sentiment=Sentiment.VERY_POSITIVE))
    assert (await ticket_of(engine, ticket.id)).trend == (2,)


async def test_work_that_is_done_again_counts_nothing_twice(engine: Engine) -> None:
    ticket = await a_ticket(engine, "[mood=negative] first")
    await receive(engine, "[mood=positive] second", ticket_id=ticket.id)
    before = await ticket_of(engine, ticket.id)
    async with engine.database.transaction() as tx:
        again = await tx.journal.of_ticket(ticket.id)
        read = [event for event in again if event.type is EventType.MESSAGE_RECEIVED]
        await tx.work.add([(event, "ManageCustomerInquiries.analyse", 0.0, None) for event in read])
        told = [event for event in again if event.type is EventType.MESSAGE_ANALYSED]
        await tx.work.add([(event, "ManageCustomerInquiries.classify", 0.0, None) for event in told])
    await engine.orchestrator.drain()
    after = await ticket_of(engine, ticket.id)
    assert after.trend == before.trend == (2, 4)
    assert (after.customer_messages, after.answered_messages) == (2, 0)
