"""The list in one browser: what its address asks for, pages, who reads and who looks, changes with their undo."""

from typing import Any

import pytest

from core.bootstrap import Engine
from core.desk import TicketPatch
from core.domain.access import SYSTEM
from core.domain.entities import User
from core.domain.enums import Channel, Priority, Role, TicketStatus
from tests.ui.conftest import PASSWORD, WrittenBrowser, add_user, open_desk, receive, until
from ui.live import Feed
from ui.shell import Shell
from ui.tickets import ticket_list


@pytest.fixture
async def ada(engine: Engine) -> User:
    return await add_user(engine)


async def _run(shell: Shell, command: str, value: str | None, *targets: int) -> None:
    await shell.act({"act": "run", "command": command, "value": value, "targets": list(targets)})


async def _options(shell: Shell, browser: WrittenBrowser, command: str, text: str, *targets: int) -> list[Any]:
    await shell.act({"act": "options", "command": command, "text": text, "targets": list(targets), "ask": 1})
    return [option["value"] for option in browser.named("commands.options")[-1][1]]


def _notice(browser: WrittenBrowser) -> tuple[str, str, dict[str, str]]:
    text, tone, more = browser.named("toast")[-1]
    return text, tone, more


async def test_an_address_narrows_the_list(engine: Engine, feed: Feed, ada: User) -> None:
    await receive(engine)
    chat = await receive(engine, channel=Channel.CHAT)
    _, browser = await open_desk(engine, feed, ada, "/queue/open?channel=chat")
    assert set(browser.rows()) == {chat}
    assert "Channel is Chat" in browser.slot("filters")
    assert 'href="/queue/open"' in browser.slot("filters")


async def test_a_bad_value_is_named_and_the_list_comes(engine: Engine, feed: Feed, ada: User) -> None:
    ticket_id = await receive(engine)
    _, browser = await open_desk(engine, feed, ada, "/queue/open?status=lazy")
    assert set(browser.rows()) == {ticket_id}
    text, tone, _ = _notice(browser)
    assert (tone, "status=lazy" in text) == ("bad", True)


async def test_a_filtered_list_stays_true_to_its_filter(engine: Engine, feed: Feed, ada: User) -> None:
    _, browser = await open_desk(engine, feed, ada, "/queue/open?priority=critical")
    ticket_id = await receive(engine)
    await engine.desk.change(ada.actor, ticket_id, TicketPatch(priority=Priority.CRITICAL))
    await until(lambda: ticket_id in browser.rows())
    await engine.desk.change(ada.actor, ticket_id, TicketPatch(priority=Priority.LOW))
    await until(lambda: ticket_id not in browser.rows())


async def test_pages_follow_each_other_without_a_gap_or_a_double(
    engine: Engine, feed: Feed, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticket_list, "PAGE_SIZE", 2)
    ids = {await receive(engine, f"message {number}") for number in range(5)}
    shell, browser = await open_desk(engine, feed, ada)
    assert len(browser.rows()) == 2
    await shell.act({"act": "more"})
    assert len(browser.rows()) == 4
    await shell.act({"act": "more"})
    assert set(browser.rows()) == ids
    assert browser.named("list.patch")[-1][0]["hasMore"] is False


async def test_what_one_has_read_is_told_to_that_one_alone(engine: Engine, feed: Feed, ada: User) -> None:
    mei = await add_user(engine, email="mei@desk.example")
    ticket_id = await receive(engine)
    await engine.desk.mark_read(ada.actor, ticket_id, 1)
    _, hers = await open_desk(engine, feed, ada)
    _, others = await open_desk(engine, feed, mei)
    assert hers.named("list.reads") == [({str(ticket_id): 1},)]
    assert others.named("list.reads") == []
    assert hers.rows() == others.rows()


async def test_counts_of_the_views_and_queues_are_sent_when_they_change(engine: Engine, feed: Feed, ada: User) -> None:
    _, browser = await open_desk(engine, feed, ada)
    await receive(engine)
    await until(lambda: any(counts[0].get("open", [""])[0] == "1" for counts in browser.named("list.counts")))
    await feed.settled()
    told = len(browser.named("list.counts"))
    feed.count_soon()
    await feed.settled()
    assert len(browser.named("list.counts")) == told


async def test_many_are_changed_and_put_back(engine: Engine, feed: Feed, ada: User) -> None:
    ids = [await receive(engine, f"message {number}") for number in range(3)]
    shell, browser = await open_desk(engine, feed, ada)
    before = {each: row["priority"] for each, row in browser.rows().items()}
    await _run(shell, "priority", "critical", *ids)
    assert {row["priority"] for row in browser.rows().values()} == {"critical"}
    text, tone, more = _notice(browser)
    assert (text, tone) == ("3 tickets set to priority Critical", "good")
    assert more["undo"]
    await shell.act({"act": "undo_change"})
    assert {each: row["priority"] for each, row in browser.rows().items()} == before
    await shell.act({"act": "undo_change"})
    assert _notice(browser)[1] == "bad"


async def test_a_ticket_that_moved_on_is_refused_and_the_others_are_changed(
    engine: Engine, feed: Feed, ada: User
) -> None:
    first, second = await receive(engine, "one"), await receive(engine, "two")
    shell, browser = await open_desk(engine, feed, ada)
    browser.connected = False
    mei = await engine.people.add_user(
        SYSTEM, email="mei@desk.example", name="Mei Takeda", role=Role.AGENT, password=PASSWORD
    )
    await engine.desk.change(mei.actor, first, TicketPatch(status=TicketStatus.PENDING_CUSTOMER))
    await feed.settled()
    await _run(shell, "status", "in_progress", first, second)
    text, tone, more = _notice(browser)
    assert tone == "bad"
    assert f"#{first} not changed. Mei Takeda changed this ticket" in text
    assert more["undo"]
    found = await engine.views.many(SYSTEM, [first, second])
    assert [found[each].status for each in (first, second)] == ["pending_customer", "in_progress"]
    assert [browser.rows()[each]["status"] for each in (first, second)] == ["pending_customer", "in_progress"]


async def test_only_statuses_that_can_follow_are_offered(engine: Engine, feed: Feed, ada: User) -> None:
    first, second = await receive(engine, "one"), await receive(engine, "two")
    await engine.desk.change(ada.actor, first, TicketPatch(status=TicketStatus.RESOLVED))
    shell, browser = await open_desk(engine, feed, ada)
    assert await _options(shell, browser, "status", "", first, second) == ["new", "assigned", "in_progress", "resolved"]


async def test_a_ticket_is_offered_to_oneself_first_and_by_an_agent_to_nobody_else(
    engine: Engine, feed: Feed, ada: User
) -> None:
    sam = await add_user(engine, Role.SUPERVISOR, "sam@desk.example")
    ticket_id = await receive(engine)
    shell, browser = await open_desk(engine, feed, ada)
    assert await _options(shell, browser, "assign", "", ticket_id) == [str(ada.id), "nobody"]
    shell, browser = await open_desk(engine, feed, sam)
    assert await _options(shell, browser, "assign", "", ticket_id) == [str(sam.id), str(ada.id), "nobody"]


@pytest.mark.parametrize("value", ["", "0x1", "lazy", "99999"])
@pytest.mark.parametrize("command", ["assign", "status", "priority", "queue"])
async def test_a_forged_choice_changes_nothing(engine: Engine, feed: Feed, ada: User, command: str, value: str) -> None:
    ticket_id = await receive(engine)
    shell, browser = await open_desk(engine, feed, ada)
    was = (await engine.views.many(SYSTEM, [ticket_id]))[ticket_id]
    await _run(shell, command, value, ticket_id)
    assert _notice(browser)[1] == "bad"
    assert (await engine.views.many(SYSTEM, [ticket_id]))[ticket_id] == was


async def test_a_view_that_is_saved_stands_beside_the_list_until_it_is_removed(
    engine: Engine, feed: Feed, ada: User
) -> None:
    shell, browser = await open_desk(engine, feed, ada, "/queue/open?channel=sms")
    assert await _options(shell, browser, "save_view", "Texts") == ["Texts"]
    await _run(shell, "save_view", "Texts")
    assert "Texts" in browser.slot("views")
    [view] = await engine.saved_views.all(ada.actor)
    assert (view.query, view.shared) == ("/queue/open?channel=sms", False)
    await _run(shell, "remove_view", str(view.id))
    assert "Texts" not in browser.slot("views")


async def test_an_agent_can_not_share_a_view_and_a_supervisor_can(engine: Engine, feed: Feed, ada: User) -> None:
    sam = await add_user(engine, Role.SUPERVISOR, "sam@desk.example")
    shell, browser = await open_desk(engine, feed, ada, "/queue/mine")
    await _run(shell, "save_view", "shared:Ours")
    assert _notice(browser)[1] == "bad"
    shell, browser = await open_desk(engine, feed, sam, "/queue/breached")
    assert await _options(shell, browser, "save_view", "Ours") == ["Ours", "shared:Ours"]
    await _run(shell, "save_view", "shared:Ours")
    _, hers = await open_desk(engine, feed, ada)
    assert "Ours" in hers.slot("views")


async def test_a_filter_is_set_and_taken_by_choosing_it(engine: Engine, feed: Feed, ada: User) -> None:
    shell, browser = await open_desk(engine, feed, ada)
    assert "channel=chat" in await _options(shell, browser, "filter", "")
    await _run(shell, "filter", "channel=chat")
    assert browser.named("go")[-1] == ("/queue/open?channel=chat",)
    await shell.act({"act": "go", "path": "/queue/open?channel=chat"})
    await _run(shell, "filter", "channel=chat")
    assert browser.named("go")[-1] == ("/queue/open",)
