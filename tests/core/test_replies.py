"""Where replies go."""

import pytest

from core.bootstrap import Engine
from core.domain.enums import Channel, TicketStatus
from core.domain.errors import InvalidInput
from core.domain.messages import InboundCustomer
from tests.cast import sam
from tests.factories import receive, resolve, ticket_of, view_of
from tests.fakes import RecordingChannel

HOME = InboundCustomer(email="kim@home.example", phone="+442079460001", name="Kim")
WORK = InboundCustomer(email="kim@work.example", phone="+442079460001", name="Kim")


async def test_a_reply_goes_to_the_address_that_was_written_from(engine: Engine, channel: RecordingChannel) -> None:
    await receive(engine, channel=Channel.EMAIL, customer=HOME)
    receipt = await receive(engine, channel=Channel.EMAIL, customer=WORK)
    await engine.orchestrator.drain()
    await engine.dispatcher.drain()
    channel.delivered.clear()

    await engine.desk.reply((await sam(engine.database)).actor, receipt.ticket_id, "It is in stock.")
    engine.clock.advance(minutes=1)  # type: ignore[attr-defined]
    await engine.dispatcher.drain()

    assert [message.recipient for message in channel.delivered] == ["kim@work.example"]


async def test_acknowledgements_go_to_the_address_that_was_written_from(
    engine: Engine, channel: RecordingChannel
) -> None:
    await receive(engine, channel=Channel.EMAIL, customer=HOME)
    await receive(engine, channel=Channel.EMAIL, customer=WORK)
    await engine.orchestrator.drain()
    await engine.dispatcher.drain()

    assert sorted(message.recipient for message in channel.delivered) == ["kim@home.example", "kim@work.example"]


async def test_an_answer_follows_the_customer_to_another_channel(engine: Engine, channel: RecordingChannel) -> None:
    receipt = await receive(engine, channel=Channel.EMAIL, customer=HOME)
    await receive(engine, "Are you there?", channel=Channel.CHAT, customer=HOME, ticket_id=receipt.ticket_id)
    await engine.dispatcher.drain()
    channel.delivered.clear()
    supervisor = (await sam(engine.database)).actor
    assert (await view_of(engine, receipt.ticket_id)).reply_channel is Channel.CHAT

    # Nobody waits in a chat for what could be taken back.
    message = await engine.desk.reply(supervisor, receipt.ticket_id, "I am.")
    await engine.dispatcher.drain()

    assert message.channel is Channel.CHAT
    assert [(sent.channel, sent.text) for sent in channel.delivered] == [(Channel.CHAT, "I am.")]


async def test_what_is_written_after_a_call_goes_the_way_that_the_ticket_came(engine: Engine) -> None:
    receipt = await receive(engine, channel=Channel.EMAIL, customer=HOME)
    await receive(engine, "Kim: Hello?", channel=Channel.PHONE, customer=HOME, ticket_id=receipt.ticket_id)
    message = await engine.desk.reply((await sam(engine.database)).actor, receipt.ticket_id, "As we said.")
    assert message.channel is Channel.EMAIL


async def test_whoever_answers_may_choose_another_channel(engine: Engine, channel: RecordingChannel) -> None:
    receipt = await receive(engine, channel=Channel.CHAT, customer=HOME)
    await engine.dispatcher.drain()
    channel.delivered.clear()
    supervisor = (await sam(engine.database)).actor

    message = await engine.desk.reply(supervisor, receipt.ticket_id, "The whole list.", channel=Channel.EMAIL)
    engine.clock.advance(minutes=1)  # type: ignore[attr-defined]
    await engine.dispatcher.drain()

    assert message.channel is Channel.EMAIL
    assert [(sent.channel, sent.recipient) for sent in channel.delivered] == [(Channel.EMAIL, HOME.email)]


async def test_a_channel_on_which_a_customer_has_no_address_is_refused(engine: Engine) -> None:
    receipt = await receive(engine, channel=Channel.CHAT, customer=InboundCustomer(email="kim@home.example"))
    with pytest.raises(InvalidInput, match="has no phone"):
        await engine.desk.reply((await sam(engine.database)).actor, receipt.ticket_id, "Hello", channel=Channel.SMS)


async def test_a_last_word_on_a_resolved_ticket_leaves_it_resolved(engine: Engine) -> None:
    receipt = await receive(engine, channel=Channel.EMAIL, customer=HOME)
    await engine.orchestrator.drain()
    await resolve(engine, receipt.ticket_id)

    await engine.desk.reply((await sam(engine.database)).actor, receipt.ticket_id, "All the best.")

    assert (await ticket_of(engine, receipt.ticket_id)).status is TicketStatus.RESOLVED
