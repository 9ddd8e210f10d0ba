"""What one change costs on the wire."""

from core.bootstrap import Engine
from core.desk import TicketPatch
from core.domain.enums import Priority
from tests.ui.conftest import WrittenBrowser, add_user, open_desk, receive, until
from ui.live import Feed

MOST_PER_CHANGE = 700


async def settled(feed: Feed, *browsers: WrittenBrowser) -> None:
    await feed.settled()
    for browser in browsers:
        browser.bytes = 0
        browser.calls.clear()


async def test_a_changed_row_costs_one_desk_a_few_hundred_bytes(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    text = "The hub has been offline since this morning and none of the doors opens, not even with the key. " * 3
    ticket_id = await receive(engine, text, subject="The hub in the hall has been offline since this morning")
    for _ in range(20):
        await receive(engine)
    _, browser = await open_desk(engine, feed, ada)
    await settled(feed, browser)
    await engine.desk.change(ada.actor, ticket_id, TicketPatch(priority=Priority.CRITICAL))
    await until(lambda: bool(browser.named("list.patch")))
    await feed.settled()
    assert 0 < browser.bytes <= MOST_PER_CHANGE, browser.calls


async def test_a_desk_that_does_not_show_the_row_gets_nothing(engine: Engine, feed: Feed) -> None:
    ada, mei = await add_user(engine), await add_user(engine, email="mei@desk.example")
    ticket_id = await receive(engine)
    await engine.desk.take(ada.actor, ticket_id)
    _, sees = await open_desk(engine, feed, ada, "/queue/open")
    _, does_not = await open_desk(engine, feed, mei, "/queue/mine")
    await settled(feed, sees, does_not)
    await engine.desk.change(ada.actor, ticket_id, TicketPatch(priority=Priority.CRITICAL))
    await until(lambda: bool(sees.named("list.patch")))
    await feed.settled()
    assert does_not.calls == []
    assert does_not.bytes == 0
