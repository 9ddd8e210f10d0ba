"""A customer is asked once how it went, and what they answer is kept."""

from dataclasses import replace

import pytest

from core.bootstrap import Engine
from core.domain.enums import Channel
from core.domain.errors import InvalidInput, NotFound
from core.domain.events import EventType
from core.domain.messages import InboundCustomer
from core.links import Signed
from tests.cast import KIM_EVERYWHERE
from tests.conftest import MovableClock
from tests.factories import a_ticket, an_automatic_message, events_of, kinds_of, receive, resolve
from tests.fakes import RecordingChannel


async def _surveys(engine: Engine, channel: RecordingChannel) -> list[str]:
    await engine.orchestrator.drain()
    await engine.dispatcher.drain()
    return [message.text for message in channel.delivered if message.effect_key.startswith("survey:")]


async def _resolved(engine: Engine, **fields: object) -> int:
    ticket = await a_ticket(engine, **fields)  # type: ignore[arg-type]
    await resolve(engine, ticket.id)
    return ticket.id


async def test_five_minutes_after_the_resolution_one_survey_leaves(
    engine: Engine, channel: RecordingChannel, clock: MovableClock
) -> None:
    ticket = await _resolved(engine)
    clock.advance(minutes=4, seconds=59)
    assert await _surveys(engine, channel) == []
    clock.advance(seconds=2)
    (text,) = await _surveys(engine, channel)
    assert engine.links.token(Signed.SURVEY, ticket) in text
    assert EventType.SURVEY_SENT in await kinds_of(engine, ticket)


async def test_a_ticket_that_is_open_again_is_not_surveyed(
    engine: Engine, channel: RecordingChannel, clock: MovableClock
) -> None:
    ticket = await _resolved(engine)
    clock.advance(minutes=2)
    await receive(engine, "Not yet", ticket_id=ticket)
    clock.advance(minutes=4)
    assert await _surveys(engine, channel) == []


async def test_a_second_resolution_asks_no_second_time(
    engine: Engine, channel: RecordingChannel, clock: MovableClock
) -> None:
    ticket = await _resolved(engine)
    clock.advance(minutes=6)
    await _surveys(engine, channel)
    await receive(engine, "Not yet", ticket_id=ticket)
    await resolve(engine, ticket)
    clock.advance(minutes=6)
    assert len(await _surveys(engine, channel)) == 1


@pytest.mark.parametrize("on", list(Channel))
async def test_it_leaves_the_way_the_customer_came_where_that_can_carry_a_link_and_else_by_e_mail(
    engine: Engine, channel: RecordingChannel, clock: MovableClock, on: Channel
) -> None:
    await _resolved(engine, channel=on)
    clock.advance(minutes=6)
    assert len(await _surveys(engine, channel)) == 1
    sent = channel.delivered[-1]
    by_itself = on in (Channel.EMAIL, Channel.CHAT, Channel.SMS)
    assert sent.channel is (on if by_itself else Channel.EMAIL)
    if not by_itself:
        assert sent.recipient == KIM_EVERYWHERE.email


async def test_a_caller_without_an_address_is_not_asked(
    engine: Engine, channel: RecordingChannel, clock: MovableClock
) -> None:
    await _resolved(engine, channel=Channel.PHONE, customer=InboundCustomer(phone="+442079460001"))
    clock.advance(minutes=6)
    assert await _surveys(engine, channel) == []


async def test_the_rules_say_when_and_on_which_channels(
    engine: Engine, channel: RecordingChannel, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = engine.rules.current
    csat = replace(rules.quality.csat, send_after_minutes=30, channels=(Channel.EMAIL,))
    monkeypatch.setattr(engine.rules, "_current", replace(rules, quality=replace(rules.quality, csat=csat)))
    await _resolved(engine, channel=Channel.CHAT)
    clock.advance(minutes=29)
    assert await _surveys(engine, channel) == []
    clock.advance(minutes=2)
    assert len(await _surveys(engine, channel)) == 1
    assert channel.delivered[-1].channel is Channel.EMAIL


async def test_a_machine_is_not_asked(engine: Engine, channel: RecordingChannel, clock: MovableClock) -> None:
    receipt = await engine.intake.accept(an_automatic_message())
    await engine.orchestrator.drain()
    await resolve(engine, receipt.ticket_id)
    clock.advance(minutes=6)
    assert await _surveys(engine, channel) == []


async def test_who_can_not_be_reached_is_not_asked_and_nothing_is_stuck(
    engine: Engine, channel: RecordingChannel, clock: MovableClock
) -> None:
    await _resolved(engine, channel=Channel.SMS, customer=InboundCustomer(email="kim@customer.example"))
    clock.advance(minutes=6)
    assert await _surveys(engine, channel) == []
    async with engine.database.read() as tx:
        assert await tx.work.counts() == {}


async def test_an_answer_is_kept_and_a_later_one_replaces_it(engine: Engine, clock: MovableClock) -> None:
    ticket = await _resolved(engine)
    clock.advance(minutes=6)
    await engine.orchestrator.drain()
    token = engine.links.token(Signed.SURVEY, ticket)
    await engine.satisfaction.answer(token, 2, "Slow")
    await engine.satisfaction.answer(token, 5, "Better now")
    answered = await events_of(engine, ticket, EventType.SURVEY_ANSWERED)
    assert [(event.data["score"], event.data["was"]) for event in answered] == [(2, None), (5, 2)]
    assert answered[0].actor.startswith("customer:")


async def test_a_link_that_was_never_sent_is_not_found(engine: Engine) -> None:
    ticket = await _resolved(engine)
    for token in (engine.links.token(Signed.SURVEY, ticket), f"{ticket}-guess", "", "9999-0"):
        with pytest.raises(NotFound):
            await engine.satisfaction.answer(token, 5)


@pytest.mark.parametrize(("score", "comment"), [(0, ""), (6, ""), (-1, ""), (3, "x" * 2_001)])
async def test_an_answer_off_the_scale_is_refused(engine: Engine, score: int, comment: str) -> None:
    with pytest.raises(InvalidInput):
        await engine.satisfaction.answer("1001-x", score, comment)
