"""What the live feed pushes reaches those who may read tickets, and nobody else, from one moment to the next."""

import pytest

from core.bootstrap import Engine
from core.domain.access import PERMISSIONS, SYSTEM
from core.domain.enums import Role
from tests.access.conftest import World, person
from tests.access.table import EVERYBODY_WHO_ANSWERS
from tests.ui.conftest import WrittenBrowser, heard, open_desk
from ui.live import Feed
from ui.shell import Shell

SECRET = "The parcel stands behind the blue bin"


async def _watching(engine: Engine, feed: Feed, world: World, role: Role, name: str) -> tuple[Shell, WrittenBrowser]:
    shell, browser = await open_desk(
        engine, feed, await person(engine, role, name), f"/tickets/{world.ids['ticket_id']}"
    )
    await feed.settled()
    browser.calls.clear()
    return shell, browser


async def _something_happens(engine: Engine, feed: Feed, world: World) -> None:
    await engine.desk.note(SYSTEM, world.ids["ticket_id"], SECRET)
    await engine.desk.reply(SYSTEM, world.ids["ticket_id"], f"{SECRET}.")
    await heard(engine)
    await feed.settled()


def _was_told(browser: WrittenBrowser) -> bool:
    return SECRET in repr(browser.calls)


@pytest.mark.parametrize("role", Role)
async def test_news_reach_whoever_may_read_tickets(engine: Engine, feed: Feed, world: World, role: Role) -> None:
    _, browser = await _watching(engine, feed, world, role, "ada")
    await _something_happens(engine, feed, world)
    assert _was_told(browser) == (role in EVERYBODY_WHO_ANSWERS)
    if role not in EVERYBODY_WHO_ANSWERS:
        assert browser.calls == []


async def test_who_has_signed_out_is_told_nothing_more(engine: Engine, feed: Feed, world: World) -> None:
    shell, browser = await _watching(engine, feed, world, Role.ADMIN, "ida")
    await engine.people.sign_out(shell.visitor.secret)
    feed.end_session(shell.visitor.secret)
    await _something_happens(engine, feed, world)
    assert not _was_told(browser)
    assert [function for function, _ in browser.calls] == ["leave"]


async def test_a_session_that_ended_elsewhere_is_noticed_at_the_next_look(
    engine: Engine, feed: Feed, world: World
) -> None:
    shell, browser = await _watching(engine, feed, world, Role.ADMIN, "ida")
    await engine.people.sign_out(shell.visitor.secret)
    await feed.check_sessions()
    await _something_happens(engine, feed, world)
    assert not _was_told(browser)
    assert shell.has_ended


async def test_who_may_read_no_longer_is_told_nothing_more(
    engine: Engine, feed: Feed, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, browser = await _watching(engine, feed, world, Role.AGENT, "ada")
    monkeypatch.setitem(PERMISSIONS, Role.AGENT, frozenset())
    await _something_happens(engine, feed, world)
    assert browser.calls == []


async def test_who_comes_back_after_the_session_ended_catches_up_on_nothing(
    engine: Engine, feed: Feed, world: World
) -> None:
    shell, browser = await _watching(engine, feed, world, Role.ADMIN, "ida")
    browser.connected = False
    await _something_happens(engine, feed, world)
    await engine.people.sign_out(shell.visitor.secret)
    browser.connected = True
    await feed.catch_up(shell)
    await feed.settled()
    assert not _was_told(browser)
    assert shell.has_ended


async def test_who_was_away_and_may_still_read_is_told_what_they_missed(
    engine: Engine, feed: Feed, world: World
) -> None:
    shell, browser = await _watching(engine, feed, world, Role.AGENT, "ada")
    browser.connected = False
    await _something_happens(engine, feed, world)
    assert browser.calls == []
    browser.connected = True
    await feed.catch_up(shell)
    assert _was_told(browser)
