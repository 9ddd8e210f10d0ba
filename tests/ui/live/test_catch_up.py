"""A viewer that was away is told what it missed; one that missed too much, or has lost its place, loads anew."""

import pytest

from core.bootstrap import Engine
from core.domain.access import SYSTEM
from core.domain.errors import Unavailable
from tests.ui.conftest import add_user, receive, until
from tests.ui.live.viewers import WrittenViewer, join
from ui.live import Feed


async def away_while_a_ticket_comes(engine: Engine, feed: Feed) -> tuple[WrittenViewer, int]:
    """A viewer that has just come back, and the ticket that it missed."""
    ada = await add_user(engine)
    viewer, other = await join(engine, feed, ada), await join(engine, feed, ada)
    viewer.browser.connected = False
    ticket_id = await receive(engine)
    await until(lambda: ticket_id in other.told_of())
    await feed.settled()
    viewer.browser.connected = True
    return viewer, ticket_id


async def test_what_was_missed_is_replayed_for_it_alone(engine: Engine, feed: Feed) -> None:
    viewer, ticket_id = await away_while_a_ticket_comes(engine, feed)
    viewer.ticket_id = ticket_id
    await feed.catch_up(viewer)
    (news,) = viewer.news
    assert set(news.rows) == set(news.watched) == {ticket_id}
    assert news.counts == feed.counts
    assert viewer.seq == await engine.views.last_seq(SYSTEM)
    assert viewer.browser.named("caughtUp") == [()]
    assert viewer.resyncs == 0


async def test_who_missed_nothing_is_told_so(engine: Engine, feed: Feed) -> None:
    await receive(engine)
    viewer = await join(engine, feed, await add_user(engine))
    await feed.catch_up(viewer)
    assert viewer.told_of() == set()
    assert viewer.browser.named("caughtUp") == [()]
    assert viewer.resyncs == 0


async def test_news_that_comes_before_the_replay_does_not_hide_what_was_missed(
    engine: Engine, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer, missed = await away_while_a_ticket_comes(engine, feed)
    events = engine.views.events
    late: list[int] = []

    async def slow(actor: object, after: int, limit: int) -> object:
        if not late:
            late.append(await receive(engine, "while the journal was read"))
            await until(lambda: late[0] in viewer.told_of())
        return await events(SYSTEM, after, limit)

    monkeypatch.setattr(engine.views, "events", slow)
    await feed.catch_up(viewer)
    assert viewer.told_of() == {missed, late[0]}
    assert viewer.seq == await engine.views.last_seq(SYSTEM)


async def test_a_gap_that_is_too_wide_is_loaded_anew(
    engine: Engine, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.live.feed.REPLAY_LIMIT", 2)
    viewer, _ = await away_while_a_ticket_comes(engine, feed)
    await feed.catch_up(viewer)
    assert viewer.resyncs == 1
    assert viewer.news == []
    assert viewer.seq == await engine.views.last_seq(SYSTEM)


async def test_a_viewer_without_a_place_is_loaded_anew(engine: Engine, feed: Feed) -> None:
    viewer = await join(engine, feed, await add_user(engine))
    viewer.seq = 0
    await feed.catch_up(viewer)
    assert viewer.resyncs == 1


async def test_people_who_came_and_went_meanwhile_are_told_too(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    engine.presence.look(7, "Mei", "her tab", 1)
    viewer, other = await join(engine, feed, ada), await join(engine, feed, ada)
    viewer.browser.connected = False
    engine.presence.look(7, "Mei", "her tab", 2)
    await until(lambda: bool(other.news))
    await feed.settled()
    viewer.browser.connected = True
    await feed.catch_up(viewer)
    assert {ticket: [one.name for one in people] for ticket, people in viewer.news[0].presence.items()} == {
        1: [],
        2: ["Mei"],
    }


async def test_whose_session_ended_meanwhile_is_led_away_and_told_nothing(engine: Engine, feed: Feed) -> None:
    viewer, _ = await away_while_a_ticket_comes(engine, feed)
    await engine.people.sign_out(viewer.visitor.secret)
    await feed.catch_up(viewer)
    assert viewer.has_ended
    assert viewer.news == []


async def test_a_database_that_is_away_delays_the_replay(
    engine: Engine, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer, missed = await away_while_a_ticket_comes(engine, feed)
    failures = [Unavailable("The database is away"), Unavailable("The database is away")]
    events = engine.views.events

    async def failing(actor: object, after: int, limit: int) -> object:
        if failures:
            raise failures.pop()
        return await events(SYSTEM, after, limit)

    monkeypatch.setattr(engine.views, "events", failing)
    await feed.catch_up(viewer)
    assert viewer.told_of() == {missed}


async def test_after_the_replay_news_comes_as_ever(engine: Engine, feed: Feed) -> None:
    viewer, _ = await away_while_a_ticket_comes(engine, feed)
    await feed.catch_up(viewer)
    ticket_id = await receive(engine)
    await until(lambda: ticket_id in viewer.told_of())
    await feed.settled()
    assert viewer.seq == await engine.views.last_seq(SYSTEM)
