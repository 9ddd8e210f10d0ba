"""What was begun is found again at every screen, by its writer only, until it is sent."""

import pytest

from core.bootstrap import Engine
from core.domain.access import SYSTEM
from core.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from core.drafts import Draft, DraftKind
from tests.cast import ROBOT, ada, eve, sam
from tests.conftest import MovableClock
from tests.factories import a_ticket


async def test_a_draft_is_its_writers_alone_and_the_last_one_stays(engine: Engine, clock: MovableClock) -> None:
    ticket, one, other = await a_ticket(engine), await ada(engine.database), await sam(engine.database)
    await engine.drafts.save(one.actor, ticket.id, DraftKind.REPLY, "Dear Kim", 1)
    later = clock.advance(seconds=5)
    saved = await engine.drafts.save(one.actor, ticket.id, DraftKind.REPLY, " Dear Kim,\n", 2)
    assert saved == Draft(ticket.id, DraftKind.REPLY, " Dear Kim,\n", 2, later)
    note = await engine.drafts.save(one.actor, ticket.id, DraftKind.NOTE, "Ask Sam")
    found = await engine.drafts.of(one.actor, ticket.id)
    assert found == {DraftKind.REPLY: saved, DraftKind.NOTE: note}
    assert await engine.drafts.of(other.actor, ticket.id) == {}


async def test_a_draft_that_is_emptied_is_gone(engine: Engine) -> None:
    ticket, who = await a_ticket(engine), (await ada(engine.database)).actor
    await engine.drafts.save(who, ticket.id, DraftKind.REPLY, "Dear Kim")
    assert await engine.drafts.save(who, ticket.id, DraftKind.REPLY, " \n\x00") is None
    assert await engine.drafts.of(who, ticket.id) == {}


async def test_the_tickets_with_drafts_are_told_once_each_and_the_latest_first(
    engine: Engine, clock: MovableClock
) -> None:
    one, other, who = await a_ticket(engine), await a_ticket(engine), (await ada(engine.database)).actor
    for ticket, kind in ((one, DraftKind.REPLY), (other, DraftKind.NOTE), (one, DraftKind.NOTE)):
        clock.advance(seconds=1)
        await engine.drafts.save(who, ticket.id, kind, "Half a thought")
    assert await engine.drafts.mine(who) == [one.id, other.id]


async def test_what_is_sent_is_no_draft_any_more_and_the_other_kind_stays(engine: Engine) -> None:
    ticket, one, other = await a_ticket(engine), (await ada(engine.database)).actor, (await sam(engine.database)).actor
    for who in (one, other):
        for kind in DraftKind:
            await engine.drafts.save(who, ticket.id, kind, "Half a thought")
    await engine.desk.reply(one, ticket.id, "A whole thought")
    assert [*await engine.drafts.of(one, ticket.id)] == [DraftKind.NOTE]
    await engine.desk.note(one, ticket.id, "A whole note")
    assert await engine.drafts.of(one, ticket.id) == {}
    assert {*await engine.drafts.of(other, ticket.id)} == {*DraftKind}


async def test_a_reply_that_is_refused_leaves_its_draft(engine: Engine) -> None:
    ticket, who = await a_ticket(engine), (await ada(engine.database)).actor
    await engine.drafts.save(who, ticket.id, DraftKind.REPLY, "Half a thought", 0)
    with pytest.raises(Conflict):
        await engine.desk.reply(who, ticket.id, "Half a thought", seen_message_id=0)
    assert [*await engine.drafts.of(who, ticket.id)] == [DraftKind.REPLY]


async def test_a_draft_leaves_no_trace_in_the_journal(engine: Engine) -> None:
    ticket, who = await a_ticket(engine), (await ada(engine.database)).actor
    before = await engine.views.events(SYSTEM, 0)
    await engine.drafts.save(who, ticket.id, DraftKind.REPLY, "Half a thought")
    assert await engine.views.events(SYSTEM, 0) == before


async def test_a_draft_has_a_ticket_and_an_end(engine: Engine) -> None:
    ticket, who = await a_ticket(engine), (await ada(engine.database)).actor
    with pytest.raises(NotFound):
        await engine.drafts.save(who, 4711, DraftKind.REPLY, "Dear nobody")
    with pytest.raises(InvalidInput):
        await engine.drafts.save(who, ticket.id, DraftKind.REPLY, "x" * 100_001)
    longest = await engine.drafts.save(who, ticket.id, DraftKind.REPLY, "x" * 100_000)
    assert longest is not None
    assert len(longest.text) == 100_000


async def test_who_may_not_write_keeps_no_draft(engine: Engine) -> None:
    ticket, watcher = await a_ticket(engine), (await eve(engine.database)).actor
    for kind in DraftKind:
        with pytest.raises(NotAllowed):
            await engine.drafts.save(watcher, ticket.id, kind, "Hello")
    with pytest.raises(NotAllowed):
        await engine.drafts.of(watcher, ticket.id)
    with pytest.raises(InvalidInput):
        await engine.drafts.save(ROBOT, ticket.id, DraftKind.REPLY, "Hello")
