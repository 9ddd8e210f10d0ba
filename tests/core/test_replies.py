"""Where replies go."""

from core.bootstrap import Engine
from core.domain.enums import Channel, TicketStatus
from core.domain.messages import InboundCustomer
from tests.cast import sam
from tests.factories import receive, resolve, ticket_of
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


async def test_a_last_word_on_a_resolved_ticket_leaves_it_resolved(engine: Engine) -> None:
    receipt = await receive(engine, channel=Channel.EMAIL, customer=HOME)
    await engine.orchestrator.drain()
    await resolve(engine, receipt.ticket_id)

    await engine.desk.reply((await sam(engine.database)).actor, receipt.ticket_id, "All the best.")

    assert (await ticket_of(engine, receipt.ticket_id)).status is TicketStatus.RESOLVED
