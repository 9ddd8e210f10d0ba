"""What was cut for a text message can be read whole, and nothing else can."""

import pytest

from core.bootstrap import Engine
from core.domain.access import SYSTEM
from core.domain.enums import Channel
from core.domain.errors import NotFound
from core.links import Signed
from tests.cast import ada
from tests.conftest import MovableClock
from tests.factories import a_ticket, view_of
from tests.fakes import RecordingChannel

LONG = "Take the router off the mains and wait a minute. " * 12


async def _answered(engine: Engine, text: str = LONG) -> int:
    """The id of a reply to a ticket that came by SMS."""
    ticket = await a_ticket(engine, "something else", channel=Channel.SMS)
    agent = await ada(engine.database)
    return (await engine.desk.reply(agent.actor, ticket.id, text)).id


async def test_the_link_in_a_cut_reply_opens_the_whole(
    engine: Engine, channel: RecordingChannel, clock: MovableClock
) -> None:
    reply_id = await _answered(engine)
    clock.advance(minutes=1)
    await engine.dispatcher.drain()
    sent = channel.delivered[-1].text
    assert len(sent) <= 160
    assert sent.startswith("Take the router")
    token = sent.rpartition("/m/")[2]
    whole = await engine.public_messages.read(token)
    assert (whole.id, whole.text) == (reply_id, LONG.strip())


async def test_a_reply_that_fits_has_no_link(engine: Engine, channel: RecordingChannel, clock: MovableClock) -> None:
    await _answered(engine, "It is in stock.")
    clock.advance(minutes=1)
    await engine.dispatcher.drain()
    assert channel.delivered[-1].text == "It is in stock."


async def test_a_reply_that_was_taken_back_is_not_shown(engine: Engine) -> None:
    ticket = await a_ticket(engine, "something else", channel=Channel.SMS)
    agent = await ada(engine.database)
    reply = await engine.desk.reply(agent.actor, ticket.id, LONG)
    assert await engine.desk.undo_reply(agent.actor, reply.id)
    await _assert_hidden(engine, reply.id)


async def test_neither_notes_nor_what_customers_wrote_are_shown(engine: Engine) -> None:
    ticket = await a_ticket(engine, "something else", channel=Channel.SMS)
    note = await engine.desk.note(SYSTEM, ticket.id, "Never tell them")
    asked = (await view_of(engine, ticket.id)).messages[0].message
    for message_id in (note.id, asked.id, 999_999):
        await _assert_hidden(engine, message_id)


async def _assert_hidden(engine: Engine, message_id: int) -> None:
    with pytest.raises(NotFound):
        await engine.public_messages.read(engine.links.token(Signed.MESSAGE, message_id))


async def test_a_page_learns_the_language_of_its_ticket_and_nothing_of_one_that_is_not_there(engine: Engine) -> None:
    ticket = await a_ticket(engine, "[language=ja] 荷物が届きません")
    assert await engine.public_messages.language(ticket.id) == "ja"
    assert await engine.public_messages.language(ticket.id + 1) is None
