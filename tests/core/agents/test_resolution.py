"""The desk answers on its own only what it knows, to whom it may, and says that a message has arrived once."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from core.bootstrap import Engine
from core.domain.access import SYSTEM
from core.domain.entities import Ticket
from core.domain.enums import AutomaticKind, Channel, TicketStatus
from core.domain.events import EventType
from core.domain.messages import InboundCustomer
from core.domain.ports import AnalyzerState
from tests.cast import KIM, VERA, ada
from tests.conftest import MovableClock
from tests.factories import (
    a_message,
    a_ticket,
    an_article,
    an_automatic_message,
    events_of,
    kinds_of,
    receive,
    resolve,
    ticket_of,
    view_of,
)
from tests.fakes import MarkAnalyzer, RecordingChannel

ASKED = "how do I reset my password please"


async def _article(engine: Engine, *, used: int = 10, solved: int = 9, asked: str = ASKED) -> int:
    """An article found with certainty, since one of its questions is the message itself."""
    return (await an_article(engine, questions=[f"A question\n{asked}"], used=used, solved=solved)).id


def _answers(channel: RecordingChannel) -> list[str]:
    return [message.effect_key for message in channel.delivered if message.effect_key.startswith("answer:")]


def _receipts(channel: RecordingChannel) -> list[str]:
    return [message.effect_key for message in channel.delivered if message.effect_key.startswith("ack:")]


async def _ask(engine: Engine, text: str = ASKED, **fields: object) -> Ticket:
    ticket = await a_ticket(engine, text, **fields)
    await engine.dispatcher.drain()
    return await ticket_of(engine, ticket.id)


# --- Answers ---


async def test_a_known_question_is_answered_and_resolved(engine: Engine, channel: RecordingChannel) -> None:
    article = await _article(engine)
    ticket = await _ask(engine)
    assert ticket.status is TicketStatus.RESOLVED
    (answer,) = channel.delivered
    assert "Open the sign-in page" in answer.text
    assert answer.text.startswith("Hello Kim Park,")
    assert (answer.recipient, answer.automatic, answer.subject) == (KIM.email, True, "Re: A question")
    (resolved,) = await events_of(engine, ticket.id, EventType.TICKET_RESOLVED)
    assert (resolved.data["automatic"], resolved.data["article_id"]) == (True, article)


async def test_suggestions_are_kept_for_the_human_who_answers(engine: Engine) -> None:
    article = await _article(engine, used=0, solved=0)
    ticket = await a_ticket(engine, ASKED)
    (suggestion,) = (await view_of(engine, ticket.id)).suggestions
    assert (suggestion.article_id, suggestion.success_rate) == (article, None)
    assert suggestion.confidence > 0.8
    assert EventType.ARTICLES_SUGGESTED in await kinds_of(engine, ticket.id)


@pytest.mark.parametrize(
    "speaks_against",
    [
        {"customer": VERA},
        {"text": f"{ASKED} [mood=negative]"},
        {"text": f"{ASKED} [mood=very_negative]"},
        {"text": f"{ASKED} [human]"},
        {"text": f"{ASKED} [urgent mood=very_negative intent=outage]"},
        {"channel": Channel.PHONE},
        {"text": "something else entirely about my parcel"},
    ],
    ids=["vip", "negative", "very negative", "human", "critical", "phone", "unknown"],
)
async def test_a_human_answers_where_anything_speaks_for_one(
    engine: Engine, channel: RecordingChannel, speaks_against: dict[str, object]
) -> None:
    fields = {"text": ASKED, **speaks_against}
    asked = fields["text"] if speaks_against.get("text") != "something else entirely about my parcel" else ASKED
    await _article(engine, asked=str(asked))
    ticket = await _ask(engine, **fields)  # type: ignore[arg-type]
    assert ticket.is_open
    assert _answers(channel) == []


async def test_automatic_mail_is_never_answered(engine: Engine, channel: RecordingChannel) -> None:
    await an_article(engine, questions=["A question\nI am out of office"])
    for kind in AutomaticKind:
        await engine.intake.accept(an_automatic_message(kind))
    await engine.orchestrator.drain()
    await engine.dispatcher.drain()
    assert channel.delivered == []


async def test_an_article_without_a_good_record_does_not_answer(engine: Engine, channel: RecordingChannel) -> None:
    await _article(engine, used=10, solved=7)
    assert (await _ask(engine)).is_open
    assert _answers(channel) == []


async def test_an_article_at_the_threshold_answers(engine: Engine) -> None:
    await _article(engine, used=4, solved=3)
    assert (await _ask(engine)).status is TicketStatus.RESOLVED


async def test_after_three_answers_a_human_is_asked(engine: Engine, channel: RecordingChannel) -> None:
    await _article(engine)
    ticket = await _ask(engine)
    for _ in range(4):
        ticket = await _ask(engine, ticket_id=ticket.id)
    assert len(_answers(channel)) == 3
    assert ticket.is_open


async def test_a_receipt_is_no_attempt(engine: Engine, channel: RecordingChannel) -> None:
    ticket = await _ask(engine, "something else entirely")
    await _article(engine)
    for _ in range(4):
        ticket = await _ask(engine, ticket_id=ticket.id)
    assert len(_answers(channel)) == 3


async def test_a_very_long_thread_is_left_to_a_human(engine: Engine, channel: RecordingChannel) -> None:
    channels = engine.rules.current.channels
    short = replace(channels, email=replace(channels.email, max_automatic_thread_messages=3))
    engine.rules._current = replace(engine.rules.current, channels=short)
    ticket = await _ask(engine, "something else")
    await _article(engine)
    await _ask(engine, ticket_id=ticket.id)
    assert _answers(channel) == []
    chat = await _ask(engine, channel=Channel.CHAT)
    assert chat.status is TicketStatus.RESOLVED


async def test_two_questions_of_one_chat_read_together_are_answered_once(
    engine: Engine, channel: RecordingChannel
) -> None:
    await _article(engine)
    receipts = await asyncio.gather(*(engine.intake.accept(a_message(ASKED, channel=Channel.CHAT)) for _ in range(2)))
    await engine.orchestrator.drain()
    await engine.dispatcher.drain()
    assert len(_answers(channel)) == 1
    assert len(await events_of(engine, receipts[0].ticket_id, EventType.TICKET_RESOLVED)) == 1


async def test_what_a_person_has_answered_is_not_answered_again(
    engine: Engine, channel: RecordingChannel, analyzer: MarkAnalyzer, clock: MovableClock
) -> None:
    await _article(engine)
    agent = await ada(engine.database)
    analyzer.state = AnalyzerState.FAILED
    ticket = await _ask(engine)
    await engine.desk.reply(agent.actor, ticket.id, "I have reset it for you.")
    analyzer.state = AnalyzerState.READY
    clock.advance(minutes=2)
    await engine.orchestrator.drain()
    await engine.dispatcher.drain()
    assert _answers(channel) == []
    assert (await ticket_of(engine, ticket.id)).status is TicketStatus.PENDING_CUSTOMER


async def test_an_answer_without_an_address_is_left_to_a_human(engine: Engine) -> None:
    await _article(engine)
    ticket = await _ask(engine, customer=InboundCustomer(handle="kimpark"), channel=Channel.EMAIL)
    assert ticket.is_open
    async with engine.database.read() as tx:
        assert await tx.work.counts() == {}


async def test_a_long_answer_by_sms_is_cut_and_links_to_the_rest(engine: Engine, channel: RecordingChannel) -> None:
    await an_article(engine, body="Press the button. " * 30, questions=[f"A question\n{ASKED}"])
    ticket = await _ask(engine, channel=Channel.SMS)
    (answer,) = channel.delivered
    assert len(answer.text) <= 160
    stored = (await view_of(engine, ticket.id)).messages[-1].message
    assert answer.text.endswith(engine.links.message(stored.id))
    assert len(stored.text) > 500


# --- Receipts ---


async def test_a_new_email_gets_one_receipt_with_its_number(engine: Engine, channel: RecordingChannel) -> None:
    ticket = await _ask(engine, "something else", message_id_header="<m1@customer.example>")
    await _ask(engine, "and this", ticket_id=ticket.id)
    (receipt,) = channel.delivered
    assert str(ticket.id) in receipt.text
    assert (receipt.effect_key, receipt.in_reply_to) == (f"ack:{ticket.id}", "<m1@customer.example>")
    assert (await ticket_of(engine, ticket.id)).waiting_since is not None


async def test_a_receipt_is_given_though_two_messages_were_read_together(
    engine: Engine, channel: RecordingChannel, clock: MovableClock
) -> None:
    ticket = await a_ticket(engine, "something else")
    await resolve(engine, ticket.id)
    clock.advance(hours=80)
    await engine.closing.close_resolved()
    await engine.orchestrator.drain()
    together = (a_message("one", ticket_id=ticket.id), a_message("two", ticket_id=ticket.id))
    receipts = await asyncio.gather(*(engine.intake.accept(message) for message in together))
    await engine.orchestrator.drain()
    await engine.dispatcher.drain()
    assert f"ack:{receipts[0].ticket_id}" in _receipts(channel)


@pytest.mark.parametrize("on", [channel for channel in Channel if channel is not Channel.EMAIL])
async def test_other_channels_get_no_receipt(engine: Engine, channel: RecordingChannel, on: Channel) -> None:
    await _ask(engine, "something else", channel=on)
    assert channel.delivered == []


async def test_one_address_gets_five_receipts_an_hour_and_then_more_later(
    engine: Engine, channel: RecordingChannel, clock: MovableClock
) -> None:
    for number in range(8):
        await _ask(engine, f"mail {number}")
    assert len(_receipts(channel)) == 5
    clock.advance(hours=1, seconds=1)
    await _ask(engine, "later")
    assert len(_receipts(channel)) == 6


async def test_many_mails_of_one_address_read_together_get_five_receipts(
    engine: Engine, channel: RecordingChannel
) -> None:
    await asyncio.gather(*(engine.intake.accept(a_message(f"mail {number}")) for number in range(20)))
    await engine.orchestrator.drain()
    await engine.dispatcher.drain()
    assert len(_receipts(channel)) == 5


async def test_the_receipt_speaks_the_customers_language(engine: Engine, channel: RecordingChannel) -> None:
    await _ask(engine, "Hallo [language=de]")
    assert channel.delivered[0].text.startswith("Guten Tag Kim Park,")


# --- Learning ---


async def test_an_answer_that_held_counts_for_its_article(engine: Engine, clock: MovableClock) -> None:
    article = await _article(engine, used=10, solved=9)
    await _ask(engine)
    clock.advance(hours=73)
    await engine.closing.close_resolved()
    await engine.orchestrator.drain()
    found = await engine.articles.get(SYSTEM, article)
    assert (found.used, found.solved) == (11, 10)


async def test_an_answer_that_did_not_hold_counts_against_it(engine: Engine) -> None:
    article = await _article(engine, used=10, solved=9)
    ticket = await _ask(engine)
    await receive(engine, "That did not work", ticket_id=ticket.id)
    found = await engine.articles.get(SYSTEM, article)
    assert (found.used, found.solved) == (11, 9)


async def test_what_a_human_resolved_counts_for_no_article(engine: Engine, clock: MovableClock) -> None:
    article = await _article(engine, used=10, solved=9)
    ticket = await _ask(engine)
    await receive(engine, "That did not work", ticket_id=ticket.id)
    await resolve(engine, ticket.id)
    clock.moment += timedelta(hours=73)
    await engine.closing.close_resolved()
    await engine.orchestrator.drain()
    assert (await ticket_of(engine, ticket.id)).status is TicketStatus.CLOSED
    assert (await engine.articles.get(SYSTEM, article)).used == 11
