"""Views are kept by name, seen by their owner or by all, and journaled."""

import asyncio

import pytest

from core import saved_views
from core.bootstrap import Engine
from core.domain.access import SYSTEM
from core.domain.entities import User
from core.domain.enums import Role
from core.domain.errors import InvalidInput, NotAllowed, NotFound
from core.domain.events import EventType
from tests.cast import ROBOT, ada, eve, sam, someone


async def _told(engine: Engine) -> list[tuple[str, str]]:
    events = await engine.views.events(SYSTEM, 0, types=[EventType.VIEW_SAVED])
    return [(event.data["change"], event.data["name"]) for event in events]


async def _names(engine: Engine, user: User) -> list[str]:
    return [view.name for view in await engine.saved_views.all(user.actor)]


async def test_ones_own_come_first_and_each_group_is_by_name(engine: Engine) -> None:
    one, chief = await ada(engine.database), await sam(engine.database)
    for name in ("zebra", "Apple"):
        await engine.saved_views.save(one.actor, name, "status=new")
    for name in ("boat", "Anchor"):
        await engine.saved_views.save(chief.actor, name, "status=new", shared=True)
    await engine.saved_views.save(chief.actor, "Secret", "status=new")
    assert await _names(engine, one) == ["Apple", "zebra", "Anchor", "boat"]
    assert await _names(engine, chief) == ["Anchor", "boat", "Secret"]
    assert {view.owner_name for view in await engine.saved_views.all(one.actor)} == {"Ada", "Sam"}


async def test_the_same_name_replaces_and_tells_what_it_was(engine: Engine) -> None:
    chief = (await sam(engine.database)).actor
    first = await engine.saved_views.save(chief, " My   VIPs ", "?tier=gold")
    again = await engine.saved_views.save(chief, "My VIPs", "tier=platinum", shared=True)
    assert (again.id, again.name, again.query, again.shared) == (first.id, "My VIPs", "tier=platinum", True)
    assert await engine.saved_views.all(chief) == [again]
    assert await _told(engine) == [("added", "My VIPs"), ("changed", "My VIPs")]
    changed = (await engine.views.events(SYSTEM, 0, types=[EventType.VIEW_SAVED]))[-1]
    assert changed.data["was"] == {"query": "tier=gold", "shared": False}


async def test_saving_what_is_there_already_tells_nothing(engine: Engine) -> None:
    who = (await ada(engine.database)).actor
    assert await engine.saved_views.save(who, "New", "status=new") == await engine.saved_views.save(
        who, "New", "status=new"
    )
    assert await _told(engine) == [("added", "New")]


async def test_two_people_may_use_one_name(engine: Engine) -> None:
    one, chief = await ada(engine.database), await sam(engine.database)
    await engine.saved_views.save(one.actor, "Urgent", "urgent=1")
    await engine.saved_views.save(chief.actor, "Urgent", "urgent=0", shared=True)
    assert [(view.owner_name, view.query) for view in await engine.saved_views.all(one.actor)] == [
        ("Ada", "urgent=1"),
        ("Sam", "urgent=0"),
    ]


async def test_sharing_is_a_supervisors_right(engine: Engine) -> None:
    one = (await ada(engine.database)).actor
    with pytest.raises(NotAllowed):
        await engine.saved_views.save(one, "Ours", "status=new", shared=True)
    assert await engine.saved_views.all(one) == []


async def test_what_others_share_only_a_supervisor_removes(engine: Engine) -> None:
    one, chief = await ada(engine.database), await sam(engine.database)
    ours = await engine.saved_views.save(chief.actor, "Ours", "status=new", shared=True)
    with pytest.raises(NotAllowed):
        await engine.saved_views.remove(one.actor, ours.id)
    mine = await engine.saved_views.save(one.actor, "Mine", "status=new")
    with pytest.raises(NotFound):
        await engine.saved_views.remove(chief.actor, mine.id)
    await engine.saved_views.remove(one.actor, mine.id)
    with pytest.raises(NotFound):
        await engine.saved_views.remove(one.actor, mine.id)
    assert await _names(engine, one) == ["Ours"]
    assert await _told(engine) == [("added", "Ours"), ("added", "Mine"), ("removed", "Mine")]


async def test_a_supervisor_removes_what_another_shares(engine: Engine) -> None:
    chief = await sam(engine.database)
    other = await someone(engine.database, name="Noor", role=Role.SUPERVISOR)
    view = await engine.saved_views.save(other.actor, "Old", "a=1", shared=True)
    await engine.saved_views.remove(chief.actor, view.id)
    assert await _names(engine, other) == []


@pytest.mark.parametrize(
    ("name", "query"), [(" ", "a=1"), ("x" * 81, "a=1"), ("Fine", "x" * 2001), ("Fine", "a=1\nb=2"), ("Fine", "a\x00")]
)
async def test_what_can_be_no_view_is_refused(engine: Engine, name: str, query: str) -> None:
    who = (await ada(engine.database)).actor
    with pytest.raises(InvalidInput):
        await engine.saved_views.save(who, name, query)
    assert await engine.saved_views.all(who) == []


async def test_there_is_room_for_so_many_also_when_two_come_at_once(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved_views, "MOST_VIEWS", 3)
    who = (await ada(engine.database)).actor
    saved = await asyncio.gather(
        *(engine.saved_views.save(who, f"View {number}", "a=1") for number in range(6)), return_exceptions=True
    )
    assert len([each for each in saved if isinstance(each, InvalidInput)]) == 3
    kept = await engine.saved_views.all(who)
    assert len(kept) == 3
    assert (await engine.saved_views.save(who, kept[0].name, "a=2")).query == "a=2"


async def test_who_sees_no_tickets_keeps_no_views(engine: Engine) -> None:
    watcher = (await eve(engine.database)).actor
    with pytest.raises(NotAllowed):
        await engine.saved_views.save(watcher, "Mine", "a=1")
    with pytest.raises(NotAllowed):
        await engine.saved_views.all(watcher)
    with pytest.raises(InvalidInput):
        await engine.saved_views.save(ROBOT, "Mine", "a=1")
