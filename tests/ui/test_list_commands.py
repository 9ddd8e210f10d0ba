"""The verbs on many tickets at once, and on the list: what they leave on the screen, and what they say."""

from typing import Any

import pytest

from core.bootstrap import Engine
from core.desk import TicketPatch
from core.domain.access import SYSTEM
from core.domain.entities import User
from core.domain.enums import Channel, Priority, Role
from core.domain.filters import TicketSort
from tests.ui.conftest import WrittenBrowser, add_user, heard, open_desk, receive, until
from ui.live import Feed
from ui.shell import Shell


@pytest.fixture
async def sam(engine: Engine) -> User:
    return await add_user(engine, Role.SUPERVISOR, "sam@desk.example")


@pytest.fixture
async def mei(engine: Engine) -> User:
    return await add_user(engine, email="mei@desk.example")


async def _run(shell: Shell, command: str, value: str | None, *targets: int) -> None:
    await shell.act({"act": "run", "command": command, "value": value, "targets": list(targets)})


def _said(browser: WrittenBrowser) -> tuple[str, str]:
    text, tone, _ = browser.named("toast")[-1]
    return text, tone


async def _told(engine: Engine, feed: Feed) -> None:
    await heard(engine)
    await feed.settled()


def _order(browser: WrittenBrowser) -> list[int]:
    """The rows as the last load brought them."""
    return [row["id"] for row in browser.named("list.reset")[-1][0]["rows"]]


async def test_many_are_given_to_somebody_and_taken_back(engine: Engine, feed: Feed, sam: User, mei: User) -> None:
    ids = [await receive(engine, f"message {number}") for number in range(3)]
    shell, browser = await open_desk(engine, feed, sam)
    await _run(shell, "assign", str(mei.id), *ids)
    assert _said(browser) == (f"3 tickets assigned to {mei.name}", "good")
    found = await engine.views.many(SYSTEM, ids)
    assert {ticket.assignee_id for ticket in found.values()} == {mei.id}
    await shell.act({"act": "undo_change"})
    found = await engine.views.many(SYSTEM, ids)
    assert {ticket.assignee_id for ticket in found.values()} == {None}
    assert {row["assignee"] for row in browser.rows().values()} == {None}


async def test_nobody_is_somebody_to_give_many_to(engine: Engine, feed: Feed, sam: User) -> None:
    ids = [await receive(engine, f"message {number}") for number in range(2)]
    shell, browser = await open_desk(engine, feed, sam)
    await _run(shell, "take", None, *ids)
    assert {row["assignee"] for row in browser.rows().values()} == {sam.name}
    await _run(shell, "assign", "nobody", *ids)
    assert {row["assignee"] for row in browser.rows().values()} == {None}
    assert _said(browser) == ("2 tickets given back", "good")


async def test_who_takes_many_is_told_which_are_a_colleagues_and_gets_the_rest(
    engine: Engine, feed: Feed, sam: User, mei: User
) -> None:
    his, free = await receive(engine, "one"), await receive(engine, "two")
    await engine.desk.assign(sam.actor, his, sam.id)
    shell, browser = await open_desk(engine, feed, mei)
    await _run(shell, "take", None, his, free)
    text, tone = _said(browser)
    assert tone == "bad"
    assert f"#{his} not changed" in text
    assert f"it is with {sam.name}" in text
    found = await engine.views.many(SYSTEM, [his, free])
    assert [found[each].assignee_id for each in (his, free)] == [sam.id, mei.id]


async def test_many_are_moved_to_a_queue(engine: Engine, feed: Feed, sam: User) -> None:
    ids = [await receive(engine, f"message {number}") for number in range(2)]
    shell, browser = await open_desk(engine, feed, sam)
    queue = (await engine.views.queues(SYSTEM))[0].queue
    await _run(shell, "queue", queue.id, *ids)
    assert {row["queue"] for row in browser.rows().values()} == {queue.name}
    assert _said(browser) == (f"2 tickets moved to {queue.name}", "good")


async def test_many_are_resolved_leave_the_list_and_come_back(engine: Engine, feed: Feed, sam: User) -> None:
    ids = [await receive(engine, f"message {number}") for number in range(3)]
    shell, browser = await open_desk(engine, feed, sam)
    await _run(shell, "resolve", None, *ids[:2])
    assert set(browser.rows()) == {ids[2]}
    assert _said(browser) == ("2 tickets resolved", "good")
    await shell.act({"act": "undo_change"})
    assert set(browser.rows()) == set(ids)
    _, fresh = await open_desk(engine, feed, sam)
    assert browser.rows() == fresh.rows()


async def test_what_others_changed_since_is_not_put_back_and_that_is_said(
    engine: Engine, feed: Feed, sam: User, mei: User
) -> None:
    first, second = await receive(engine, "one"), await receive(engine, "two")
    shell, browser = await open_desk(engine, feed, sam)
    await _run(shell, "priority", "critical", first, second)
    await engine.desk.change(mei.actor, first, TicketPatch(priority=Priority.LOW))
    await _told(engine, feed)
    await shell.act({"act": "undo_change"})
    text, tone = _said(browser)
    assert tone == "bad"
    assert f"The priority of ticket {first} was changed again" in text
    found = await engine.views.many(SYSTEM, [first, second])
    assert found[first].priority is Priority.LOW
    assert found[second].priority is not Priority.CRITICAL


@pytest.mark.parametrize("sort", TicketSort)
async def test_in_every_order_patches_leave_what_a_fresh_load_brings(
    engine: Engine, feed: Feed, sam: User, sort: TicketSort
) -> None:
    ids = [await receive(engine, f"message {number}") for number in range(4)]
    shell, browser = await open_desk(engine, feed, sam)
    await _run(shell, "sort", sort)
    path = browser.named("go")[-1][0]
    await shell.act({"act": "go", "path": path})
    await engine.desk.change(sam.actor, ids[2], TicketPatch(priority=Priority.CRITICAL))
    await engine.desk.reply(sam.actor, ids[1], "Done.")
    await receive(engine, "And one more")
    await _told(engine, feed)
    _, fresh = await open_desk(engine, feed, sam, path)
    assert browser.rows() == fresh.rows()
    assert browser.named("list.reset")[-1][0]["sort"] == sort
    places = {ticket.id: ticket for ticket in (await engine.views.many(SYSTEM, _order(fresh))).values()}
    wanted: dict[TicketSort, list[int]] = {
        TicketSort.NEWEST: sorted(places, reverse=True),
        TicketSort.OLDEST: sorted(places),
        TicketSort.PRIORITY: sorted(places, key=lambda one: (places[one].priority.order, one)),
    }
    assert _order(fresh) == wanted.get(sort, _order(fresh))


async def test_a_search_finds_in_every_view_and_its_rows_live_on(engine: Engine, feed: Feed, sam: User) -> None:
    found = await receive(engine, "My zylophonic lock squeaks")
    await receive(engine, "Something else entirely")
    await engine.orchestrator.drain()
    _, browser = await open_desk(engine, feed, sam, "/queue/mine?q=zylophonic")
    assert set(browser.rows()) == {found}
    await engine.desk.change(sam.actor, found, TicketPatch(priority=Priority.CRITICAL))
    await receive(engine, "Another zylophonic one")
    await _told(engine, feed)
    assert {each: row["priority"] for each, row in browser.rows().items()} == {found: "critical"}


async def test_a_search_keeps_the_filters(engine: Engine, feed: Feed, sam: User) -> None:
    chat = await receive(engine, "zylophonic by chat", channel=Channel.CHAT)
    await receive(engine, "zylophonic by mail")
    await engine.orchestrator.drain()
    _, browser = await open_desk(engine, feed, sam, "/queue/open?channel=chat&q=zylophonic")
    assert set(browser.rows()) == {chat}


async def test_colleagues_on_a_ticket_are_told_of_and_oneself_is_not(
    engine: Engine, feed: Feed, sam: User, mei: User
) -> None:
    ticket_id = await receive(engine)
    engine.presence.look(mei.id, "Mei Takeda", "her tab", ticket_id)
    engine.presence.look(sam.id, sam.name, "another tab", ticket_id)
    await _told(engine, feed)
    _, browser = await open_desk(engine, feed, sam)
    assert _people(browser)[str(ticket_id)] == [["Mei Takeda", False]]
    engine.presence.typing("her tab", "reply")
    await until(lambda: _people(browser)[str(ticket_id)] == [["Mei Takeda", True]])
    engine.presence.leave("her tab")
    await until(lambda: _people(browser)[str(ticket_id)] == [])


def _people(browser: WrittenBrowser) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for (people,) in browser.named("list.people"):
        told |= people
    return told


async def test_a_view_of_a_colleague_is_not_mine_to_remove(engine: Engine, feed: Feed, sam: User, mei: User) -> None:
    view = await engine.saved_views.save(sam.actor, "Ours", "/queue/breached", shared=True)
    shell, browser = await open_desk(engine, feed, mei)
    await _run(shell, "remove_view", str(view.id))
    assert _said(browser)[1] == "bad"
    assert "Ours" in browser.slot("views")
    assert [one.id for one in await engine.saved_views.all(sam.actor)] == [view.id]
