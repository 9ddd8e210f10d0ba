"""Actions of a page: checked each time, and every error is said."""

import pytest

from core.bootstrap import Engine
from tests.ui.conftest import add_user, open_queue, receive
from ui.live import Feed
from ui.pages import queue


async def test_an_action_after_the_session_ended_leads_to_sign_in_and_does_nothing(engine: Engine, feed: Feed) -> None:
    screen, browser = await open_queue(engine, feed, await add_user(engine))
    await engine.people.sign_out(screen.visitor.secret)
    told = len(browser.named("queue.reset"))
    await screen.act({"act": "view", "view": "mine"})
    assert browser.named("go") == [("/login?next=%2Fqueue&ended=1",)]
    assert len(browser.named("queue.reset")) == told


@pytest.mark.parametrize(
    "payload",
    [{"act": "nothing"}, {"act": "view"}, {"act": "view", "view": 5}, {"act": "view", "view": "x"}, {"act": "search"}],
)
async def test_what_makes_no_sense_is_refused_with_a_sentence(
    engine: Engine, feed: Feed, payload: dict[str, object]
) -> None:
    screen, browser = await open_queue(engine, feed, await add_user(engine))
    await screen.act(payload)
    assert browser.named("toast")[0][1] == "bad"


async def test_an_unexpected_failure_has_a_reference_and_is_logged(
    engine: Engine, feed: Feed, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    screen, browser = await open_queue(engine, feed, await add_user(engine))

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(engine.views, "search", broken)
    await screen.act({"act": "search", "text": "lock"})
    said = browser.named("toast")[0][0]
    reference = said.rpartition(" ")[2].rstrip(".")
    assert reference in caplog.text
    assert "a bug" not in said


async def test_more_rows_come_on_demand_until_there_are_none(
    engine: Engine, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "PAGE_SIZE", 2)
    ids = {await receive(engine, f"message {number}") for number in range(5)}
    screen, browser = await open_queue(engine, feed, await add_user(engine))
    assert len(browser.rows()) == 2
    for shown in (4, 5):
        await screen.act({"act": "more"})
        assert len(browser.rows()) == shown
    assert set(browser.rows()) == ids
    assert browser.named("queue.patch")[-1][0]["hasMore"] is False


async def test_a_search_shows_what_it_finds_and_an_empty_one_the_view(engine: Engine, feed: Feed) -> None:
    found = await receive(engine, "a zylophonic squeak")
    other = await receive(engine, "something else")
    await engine.orchestrator.drain()
    screen, browser = await open_queue(engine, feed, await add_user(engine))
    await screen.act({"act": "search", "text": " zylophonic "})
    assert set(browser.rows()) == {found}
    await screen.act({"act": "search", "text": ""})
    assert set(browser.rows()) == {found, other}
