"""Whole desks on the feed: what patches leave on a screen is what a fresh load brings."""

import pytest

from core.bootstrap import Engine
from core.desk import TicketPatch
from core.domain.access import SYSTEM
from core.domain.enums import Priority, Role, TicketStatus
from core.domain.filters import TicketFilter
from tests.ui.conftest import add_user, heard, open_desk, receive, until
from ui.live import Feed
from ui.routing import queue_path
from ui.tickets.queue_views import QUEUE_VIEWS


async def test_a_new_ticket_reaches_every_screen(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    mei = await add_user(engine, email="mei@desk.example")
    _, first = await open_desk(engine, feed, ada)
    _, second = await open_desk(engine, feed, mei)
    ticket_id = await receive(engine, subject="Hub offline")
    await until(lambda: ticket_id in first.rows() and ticket_id in second.rows())
    assert first.rows()[ticket_id]["subject"] == "Hub offline"


async def test_patches_end_where_a_fresh_load_ends(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    screens = {view: (await open_desk(engine, feed, ada, queue_path(view)))[1] for view in QUEUE_VIEWS}
    first, second, third = [await receive(engine, f"message {number}") for number in range(3)]
    await engine.desk.take(ada.actor, first)
    await engine.desk.change(ada.actor, second, TicketPatch(priority=Priority.CRITICAL))
    await engine.desk.change(ada.actor, third, TicketPatch(status=TicketStatus.ESCALATED))
    await engine.desk.change(ada.actor, first, TicketPatch(status=TicketStatus.RESOLVED))
    await heard(engine)
    await feed.settled()
    for view, browser in screens.items():
        _, fresh = await open_desk(engine, feed, ada, queue_path(view))
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
    now = engine.clock.now()
    for view in QUEUE_VIEWS.values():
        wanted = view.wanted(ada.id)
        listed, _ = await engine.views.tickets(SYSTEM, wanted, limit=200)
        assert {ticket.id for ticket in listed} == {ticket.id for ticket in everything if wanted.holds(ticket, now)}


async def test_a_desk_that_was_away_ends_where_a_fresh_load_ends(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    first, second = await receive(engine, "before"), await receive(engine, "also before")
    shell, browser = await open_desk(engine, feed, ada)
    browser.connected = False
    third = await receive(engine, "came meanwhile")
    await engine.desk.change(ada.actor, first, TicketPatch(status=TicketStatus.RESOLVED))
    await engine.desk.change(ada.actor, second, TicketPatch(priority=Priority.CRITICAL))
    await heard(engine)
    await feed.settled()
    loads, browser.connected = len(browser.named("list.reset")), True
    await feed.catch_up(shell)
    _, fresh = await open_desk(engine, feed, ada)
    assert browser.rows() == fresh.rows()
    assert third in browser.rows()
    assert len(browser.named("list.reset")) == loads
    assert browser.named("caughtUp")


async def test_what_changes_during_a_load_is_not_lost(
    engine: Engine, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await add_user(engine)
    screen, browser = await open_desk(engine, feed, ada)
    _, other = await open_desk(engine, feed, ada)
    tickets = engine.views.tickets
    late: list[int] = []

    async def slow(*given: object, **named: object) -> object:
        page = await tickets(*given, **named)  # type: ignore[arg-type]
        late.append(await receive(engine, "came while the list was read"))
        await until(lambda: late[0] in other.rows())
        return page

    monkeypatch.setattr(engine.views, "tickets", slow)
    await screen.act({"act": "resync"})
    assert late[0] in browser.rows()


async def test_who_lost_the_right_to_read_gets_no_rows(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    screen, browser = await open_desk(engine, feed, ada)
    _, other = await open_desk(engine, feed, await add_user(engine, email="mei@desk.example"))
    async with engine.database.transaction() as tx:
        await tx.users.change(ada.id, role=Role.EXECUTIVE.value)
    await feed.check_sessions()
    assert browser.named("reload") == [()]
    ticket_id = await receive(engine)
    await until(lambda: ticket_id in other.rows())
    assert ticket_id not in browser.rows()
    assert not screen.may_read


async def test_signing_out_ends_every_screen_of_the_session_at_once(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    screen, browser = await open_desk(engine, feed, ada)
    feed.end_session(screen.visitor.secret)
    assert [arguments[0] for arguments in browser.named("leave")] == ["/login?next=%2Fqueue%2Fopen&ended=1"]


async def test_a_session_that_ran_out_is_noticed(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    screen, browser = await open_desk(engine, feed, ada)
    await engine.people.sign_out(screen.visitor.secret)
    await feed.check_sessions()
    assert screen.has_ended
    assert [arguments[0] for arguments in browser.named("leave")] == ["/login?next=%2Fqueue%2Fopen&ended=1"]
