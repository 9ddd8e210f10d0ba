"""The feed tells each viewer what changed: once, in order, and only what it may see."""

import asyncio

import pytest

from core.bootstrap import Engine
from core.domain.access import SYSTEM
from core.domain.enums import Role
from core.domain.errors import Unavailable
from tests.ui.conftest import add_user, receive, until
from tests.ui.live.viewers import join
from ui.live import Feed, Pace


async def test_news_says_up_to_which_event_it_was_read(engine: Engine, feed: Feed) -> None:
    viewer = await join(engine, feed, await add_user(engine))
    ticket_id = await receive(engine)
    last = await engine.views.last_seq(SYSTEM)
    await until(lambda: viewer.seq >= last)
    await feed.settled()
    assert viewer.seq == last
    assert [news.seq for news in viewer.news if news.rows][-1] == last
    assert viewer.told_of() == {ticket_id}


async def test_many_events_are_read_once(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    feed = Feed(engine, Pace(coalesce=0.1, count=0))
    await engine.bus.start()
    viewer = await join(engine, feed, await add_user(engine))
    asked: list[int] = []
    many = engine.views.many

    async def counting(actor: object, ids: list[int]) -> object:
        asked.append(len(ids))
        return await many(SYSTEM, ids)

    monkeypatch.setattr(engine.views, "many", counting)
    await asyncio.gather(*(receive(engine, f"burst {number}") for number in range(10)))
    await until(lambda: len(viewer.told_of()) == 10)
    await feed.settled()
    assert len(asked) <= 3


async def test_only_who_watches_a_ticket_makes_it_be_read_in_full(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    first, second = await receive(engine), await receive(engine)
    viewer = await join(engine, feed, ada)
    viewer.ticket_id = second
    await engine.desk.take(ada.actor, first)
    await engine.desk.take(ada.actor, second)
    await until(lambda: viewer.told_of() == {first, second})
    assert {ticket_id for news in viewer.news for ticket_id in news.watched} == {second}


async def test_a_viewer_that_left_gets_nothing(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    gone, other = await join(engine, feed, ada), await join(engine, feed, ada)
    feed.leave(gone)
    ticket_id = await receive(engine)
    await until(lambda: ticket_id in other.told_of())
    assert gone.news == []
    assert feed.size == 1


async def test_a_disconnected_viewer_gets_nothing(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    away, other = await join(engine, feed, ada), await join(engine, feed, ada)
    away.browser.connected = False
    ticket_id = await receive(engine)
    await until(lambda: ticket_id in other.told_of())
    assert away.news == []


async def test_who_may_not_read_gets_nothing(engine: Engine, feed: Feed) -> None:
    ada = await join(engine, feed, await add_user(engine))
    boss = await join(engine, feed, await add_user(engine, Role.EXECUTIVE, "boss@desk.example"))
    ticket_id = await receive(engine)
    engine.presence.look(7, "Mei", "tab", ticket_id)
    await until(lambda: ticket_id in ada.told_of())
    await feed.settled()
    assert boss.news == []


async def test_who_lost_the_right_to_read_gets_nothing_from_then_on(engine: Engine, feed: Feed) -> None:
    user = await add_user(engine)
    viewer, other = (
        await join(engine, feed, user),
        await join(engine, feed, await add_user(engine, email="m@d.example")),
    )
    async with engine.database.transaction() as tx:
        await tx.users.change(user.id, role=Role.EXECUTIVE.value)
    await feed.check_sessions()
    ticket_id = await receive(engine)
    await until(lambda: ticket_id in other.told_of())
    assert viewer.news == []


async def test_a_viewer_that_fails_is_loaded_anew_and_others_go_on(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    broken, other = await join(engine, feed, ada), await join(engine, feed, ada)
    broken.fails = RuntimeError("a patch that can't be applied")
    ticket_id = await receive(engine)
    await until(lambda: ticket_id in other.told_of())
    await until(lambda: broken.resyncs == 1)
    assert other.resyncs == 0


async def test_news_that_could_not_be_read_is_read_later(
    engine: Engine, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = await join(engine, feed, await add_user(engine))
    failures = [Unavailable("The database is away"), Unavailable("The database is away")]
    many = engine.views.many

    async def failing(actor: object, ids: list[int]) -> object:
        if failures:
            raise failures.pop()
        return await many(SYSTEM, ids)

    monkeypatch.setattr(engine.views, "many", failing)
    ticket_id = await receive(engine)
    await until(lambda: ticket_id in viewer.told_of())
    assert not failures
    assert viewer.seq == await engine.views.last_seq(SYSTEM)


async def test_who_looks_at_a_ticket_is_told_with_the_next_news(engine: Engine, feed: Feed) -> None:
    viewer = await join(engine, feed, await add_user(engine))
    seq = viewer.seq
    for ticket_id in (1, 2):
        engine.presence.look(7, "Mei", f"tab{ticket_id}", ticket_id)
    engine.presence.typing("tab2", "reply")
    await until(lambda: bool(viewer.news))
    (news,) = viewer.news
    assert {ticket_id: [one.typing for one in people] for ticket_id, people in news.presence.items()} == {
        1: [None],
        2: ["reply"],
    }
    assert viewer.seq == seq


async def test_the_views_are_counted_once_for_many_changes(engine: Engine, feed: Feed) -> None:
    viewer = await join(engine, feed, await add_user(engine))
    await receive(engine)
    await until(lambda: any(news.counts for news in viewer.news))
    await feed.settled()
    assert viewer.news[-1].counts == feed.counts


async def test_whoever_has_the_ticket_is_alerted_and_nobody_else(engine: Engine, feed: Feed) -> None:
    ada, mei = await add_user(engine), await add_user(engine, email="mei@desk.example")
    hers, others = await join(engine, feed, ada), await join(engine, feed, mei)
    ticket_id = await receive(engine)
    await engine.desk.assign(SYSTEM, ticket_id, ada.id)
    await until(lambda: hers.alerts > 0)
    await feed.settled()
    assert others.alerts == 0


async def test_what_concerns_nobody_alerts_nobody(engine: Engine, feed: Feed) -> None:
    viewer = await join(engine, feed, await add_user(engine))
    ticket_id = await receive(engine)
    await until(lambda: ticket_id in viewer.told_of())
    await feed.settled()
    assert viewer.alerts == 0
