"""One ticket on a screen: patched to where a fresh page stands, and honest about what it refused."""

from typing import cast

from nicegui import Client
from nicegui.page import page

from core.bootstrap import Engine
from core.desk import TicketPatch
from core.domain.access import SYSTEM
from core.domain.entities import User
from core.domain.enums import Priority, Role, TicketStatus
from tests.ui.conftest import PASSWORD, WrittenBrowser, add_user, receive, until
from ui.components.conversation import entries_of
from ui.live import Feed
from ui.pages.ticket import TicketScreen
from ui.session import Visitor
from ui.texts import say


async def _open(engine: Engine, feed: Feed, user: User, ticket_id: int) -> tuple[TicketScreen, WrittenBrowser]:
    browser = WrittenBrowser()
    browser.client = Client(page(f"/tickets/{ticket_id}"))
    secret = await engine.people.sign_in(user.email, PASSWORD, "test")
    screen = TicketScreen(engine, Visitor(user, secret), browser, await engine.views.ticket(SYSTEM, ticket_id))
    with browser.client:
        screen.build()
    feed.join(screen)
    return screen, browser


def _thread(screen: TicketScreen) -> list[str]:
    return [str(cast("object", element.content)) for element in screen._thread._box.default_slot.children]  # type: ignore[attr-defined]


async def test_the_patched_thread_is_the_thread_of_a_fresh_page(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    ticket_id = await receive(engine)
    screen, _ = await _open(engine, feed, ada, ticket_id)
    await engine.orchestrator.drain()
    await engine.desk.take(ada.actor, ticket_id)
    await engine.desk.note(ada.actor, ticket_id, "She called twice.")
    await engine.desk.reply(ada.actor, ticket_id, "Try the master card.")
    await engine.desk.change(ada.actor, ticket_id, TicketPatch(priority=Priority.CRITICAL))
    await receive(engine, "It works", ticket_id=ticket_id)
    await engine.orchestrator.drain()
    last = await engine.views.last_seq(SYSTEM)
    await until(lambda: engine.bus.seq >= last)
    await feed.settled()
    fresh = [str(entry.markup) for entry in entries_of(await engine.views.ticket(SYSTEM, ticket_id))]
    assert _thread(screen) == fresh
    assert len(fresh) > 5


async def test_a_change_on_an_outdated_page_is_refused_explained_and_shown(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    ticket_id = await receive(engine)
    screen, browser = await _open(engine, feed, ada, ticket_id)
    feed.leave(screen)
    await engine.desk.change(SYSTEM, ticket_id, TicketPatch(priority=Priority.HIGH))
    await screen.act({"act": "priority", "value": "critical"})
    assert (say("ticket.conflict"), "bad") in browser.named("toast")
    assert (await engine.views.ticket(SYSTEM, ticket_id)).ticket.priority is Priority.HIGH
    assert '<option value="high" selected>' in browser.named("ticket.redraw")[-1][1]
    await screen.act({"act": "priority", "value": "critical"})
    assert (await engine.views.ticket(SYSTEM, ticket_id)).ticket.priority is Priority.CRITICAL


async def test_a_newer_message_stops_the_reply_until_it_was_seen(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    ticket_id = await receive(engine)
    seen = (await engine.views.ticket(SYSTEM, ticket_id)).messages[-1].message.id
    screen, browser = await _open(engine, feed, ada, ticket_id)
    await receive(engine, "It works again", ticket_id=ticket_id)
    reply = {"act": "send", "mode": "reply", "text": "Send it back.", "then": "pending_customer"}
    await screen.act({**reply, "seen": seen})
    stopped = browser.named("ticket.stopped")
    assert len(stopped) == 1
    assert not browser.named("ticket.sent")
    await screen.act({**reply, "seen": stopped[0][1]})
    assert len(browser.named("ticket.sent")) == 1
    assert len(browser.named("ticket.done")) == 2


async def test_a_refused_reply_frees_the_composer_and_says_why(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    ticket_id = await receive(engine)
    screen, browser = await _open(engine, feed, ada, ticket_id)
    for status in (TicketStatus.RESOLVED, TicketStatus.CLOSED):
        await engine.desk.change(SYSTEM, ticket_id, TicketPatch(status=status))
    await screen.act({"act": "send", "mode": "reply", "text": "Too late", "seen": 0, "then": "resolved"})
    assert "closed" in browser.named("toast")[0][0]
    assert not browser.named("ticket.sent")
    assert browser.named("ticket.done") == [()]


async def test_only_who_may_reassign_is_offered_the_ticket_of_another(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    sam = await add_user(engine, Role.SUPERVISOR, "sam@desk.example")
    mei = await add_user(engine, email="mei@desk.example")
    ticket_id = await receive(engine)
    await engine.desk.take(ada.actor, ticket_id)
    offers = [
        'data-act="take"' in (await _open(engine, feed, user, ticket_id))[0]._head.content for user in (ada, mei, sam)
    ]
    assert offers == [False, False, True]
