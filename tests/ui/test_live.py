"""The feed tells each screen what changed: once, in order, and only what it may see."""

import asyncio

import pytest

from core.bootstrap import Engine
from core.desk import TicketPatch
from core.domain.access import SYSTEM
from core.domain.enums import Priority, Role, TicketStatus
from core.domain.errors import Unavailable
from core.domain.filters import TicketFilter
from tests.ui.conftest import add_user, open_queue, receive, until
from ui.live import Feed
from ui.queue_views import QUEUE_VIEWS, matches


async def test_a_new_ticket_reaches_every_screen(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    mei = await add_user(engine, email="mei@desk.example")
    _, first = await open_queue(engine, feed, ada)
    _, second = await open_queue(engine, feed, mei)
    ticket_id = await receive(engine, subject="Hub offline")
    await until(lambda: ticket_id in first.rows() and ticket_id in second.rows())
    assert first.rows()[ticket_id]["subject"] == "Hub offline"


async def test_patches_end_where_a_fresh_load_ends(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    screens = {view: (await open_queue(engine, feed, ada, view))[1] for view in QUEUE_VIEWS}
    first, second, third = [await receive(engine, f"message {number}") for number in range(3)]
    await engine.desk.take(ada.actor, first)
    await engine.desk.change(ada.actor, second, TicketPatch(priority=Priority.CRITICAL))
    await engine.desk.change(ada.actor, third, TicketPatch(status=TicketStatus.ESCALATED))
    await engine.desk.change(ada.actor, first, TicketPatch(status=TicketStatus.RESOLVED))
    last = await engine.views.last_seq(SYSTEM)
    await until(lambda: engine.bus.seq >= last)
    await feed.settled()
    for view, browser in screens.items():
        _, fresh = await open_queue(engine, feed, ada, view)
        assert browser.rows() == fresh.rows(), view
    assert set(screens["mine"].rows()) == set()
    assert set(screens["escalated"].rows()) == {third}


async def test_views_in_memory_agree_with_the_database(engine: Engine) -> None:
    ada = await add_user(engine)
    ids = [await receive(engine, f"message {number}") for number in range(4)]
    await engine.desk.take(ada.actor, ids[0])
    await engine.desk.change(ada.actor, ids[1], TicketPatch(status=TicketStatus.ESCALATED))
    await engine.desk.change(ada.actor, ids[2], TicketPatch(status=TicketStatus.RESOLVED))
    everything, _ = await engine.views.tickets(SYSTEM, TicketFilter(), limit=200)
    for view in QUEUE_VIEWS.values():
        wanted = view.wanted(ada.id)
        listed, _ = await engine.views.tickets(SYSTEM, wanted, limit=200)
        assert {ticket.id for ticket in listed} == {ticket.id for ticket in everything if matches(wanted, ticket)}


async def test_many_events_are_read_once(engine: Engine, feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = await add_user(engine)
    _, browser = await open_queue(engine, feed, ada)
    await feed.settled()
    asked: list[int] = []
    many = engine.views.many

    async def counting(actor: object, ids: list[int]) -> object:
        asked.append(len(ids))
        return await many(SYSTEM, ids)

    monkeypatch.setattr(engine.views, "many", counting)
    monkeypatch.setattr("ui.live.COALESCE_SECONDS", 0.1)
    await asyncio.gather(*(receive(engine, f"burst {number}") for number in range(10)))
    await until(lambda: len(browser.rows()) == 10)
    await feed.settled()
    assert len(asked) <= 3


async def test_a_disconnected_screen_gets_nothing_and_loads_when_it_is_back(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    screen, browser = await open_queue(engine, feed, ada)
    _, other = await open_queue(engine, feed, ada)
    browser.connected = False
    told = len(browser.calls)
    ticket_id = await receive(engine)
    await until(lambda: ticket_id in other.rows())
    assert len(browser.calls) == told
    browser.connected = True
    await screen.resync()
    assert ticket_id in browser.rows()


async def test_a_screen_that_left_gets_nothing(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    screen, browser = await open_queue(engine, feed, ada)
    _, other = await open_queue(engine, feed, ada)
    feed.leave(screen)
    await feed.settled()
    told = len(browser.calls)
    ticket_id = await receive(engine)
    await until(lambda: ticket_id in other.rows())
    assert len(browser.calls) == told
    assert feed.size == 1


async def test_who_lost_the_right_to_read_gets_no_rows(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    screen, browser = await open_queue(engine, feed, ada)
    _, other = await open_queue(engine, feed, await add_user(engine, email="mei@desk.example"))
    async with engine.database.transaction() as tx:
        await tx.users.change(ada.id, role=Role.EXECUTIVE.value)
    await feed.check_sessions()
    assert ("/queue",) in browser.named("go")
    ticket_id = await receive(engine)
    await until(lambda: ticket_id in other.rows())
    assert ticket_id not in browser.rows()
    assert not screen.may_read


async def test_news_that_could_not_be_read_is_read_later(
    engine: Engine, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await add_user(engine)
    _, browser = await open_queue(engine, feed, ada)
    failures = [Unavailable("The database is away"), Unavailable("The database is away")]
    many = engine.views.many

    async def failing(actor: object, ids: list[int]) -> object:
        if failures:
            raise failures.pop()
        return await many(SYSTEM, ids)

    monkeypatch.setattr(engine.views, "many", failing)
    ticket_id = await receive(engine)
    await until(lambda: ticket_id in browser.rows())
    assert not failures


async def test_what_changes_during_a_load_is_not_lost(
    engine: Engine, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await add_user(engine)
    screen, browser = await open_queue(engine, feed, ada)
    _, other = await open_queue(engine, feed, ada)
    tickets = engine.views.tickets
    late: list[int] = []

    async def slow(*given: object, **named: object) -> object:
        page = await tickets(*given, **named)  # type: ignore[arg-type]
        late.append(await receive(engine, "came while the list was read"))
        await until(lambda: late[0] in other.rows())
        return page

    monkeypatch.setattr(engine.views, "tickets", slow)
    await screen.act({"act": "view", "view": "open"})
    assert late[0] in browser.rows()


async def test_signing_out_ends_every_screen_of_the_session_at_once(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    screen, browser = await open_queue(engine, feed, ada)
    feed.end_session(screen.visitor.secret)
    assert browser.named("go") == [("/login?next=%2Fqueue&ended=1",)]


async def test_a_session_that_ran_out_is_noticed(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    screen, browser = await open_queue(engine, feed, ada)
    await engine.people.sign_out(screen.visitor.secret)
    await feed.check_sessions()
    assert screen.has_ended
    assert browser.named("go") == [("/login?next=%2Fqueue&ended=1",)]


async def test_counts_follow_and_are_each_persons_own(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    mei = await add_user(engine, email="mei@desk.example")
    _, hers = await open_queue(engine, feed, ada)
    _, others = await open_queue(engine, feed, mei)
    ticket_id = await receive(engine)
    await engine.desk.take(ada.actor, ticket_id)
    await until(lambda: hers.named("queue.counts")[-1:] != [] and hers.named("queue.counts")[-1][0]["mine"][0] == "1")
    await feed.settled()
    assert others.named("queue.counts")[-1][0]["mine"][0] == "0"
    assert others.named("queue.counts")[-1][0]["open"][0] == "1"
