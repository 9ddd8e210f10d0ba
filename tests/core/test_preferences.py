"""How a person wants the desk is theirs, is checked, and survives two screens at once."""

import asyncio
from typing import Any

import pytest

from core.bootstrap import Engine
from core.domain.enums import Language
from core.domain.errors import InvalidInput
from core.preferences import Density, Preferences, Theme
from tests.cast import ROBOT, ada, eve


async def test_who_never_said_anything_has_the_plain_desk(engine: Engine) -> None:
    who = await ada(engine.database)
    assert await engine.preferences.of(who.actor) == Preferences()


async def test_a_change_keeps_what_it_does_not_name_and_is_of_one_person(engine: Engine) -> None:
    one, other = await ada(engine.database), await eve(engine.database)
    await engine.preferences.change(one.actor, theme="dark", folded=["sla", "similar", "sla"])
    changed = await engine.preferences.change(one.actor, density="compact", language="ja", last_list="/queue/mine?x=1")
    assert changed == Preferences(Theme.DARK, Density.COMPACT, Language.JA, ("sla", "similar"), "/queue/mine?x=1")
    assert await engine.preferences.of(one.actor) == changed
    assert await engine.preferences.of(other.actor) == Preferences()


async def test_a_language_can_be_unsaid(engine: Engine) -> None:
    who = (await ada(engine.database)).actor
    await engine.preferences.change(who, language="de", theme="light")
    assert await engine.preferences.change(who, language=None) == Preferences(theme=Theme.LIGHT)
    assert await engine.preferences.of(who) == Preferences(theme=Theme.LIGHT)


async def test_a_list_of_closed_sections_is_replaced_and_not_joined(engine: Engine) -> None:
    who = (await ada(engine.database)).actor
    await engine.preferences.change(who, folded=["sla", "similar"])
    assert (await engine.preferences.change(who, folded=[])).folded == ()


async def test_two_screens_that_change_different_things_at_once_both_succeed(engine: Engine) -> None:
    who = (await ada(engine.database)).actor
    changes: list[dict[str, Any]] = [{"theme": "dark"}, {"density": "compact"}, {"folded": ["sla"]}]
    await asyncio.gather(*(engine.preferences.change(who, **change) for change in changes))
    assert await engine.preferences.of(who) == Preferences(Theme.DARK, Density.COMPACT, None, ("sla",))


@pytest.mark.parametrize(
    "change",
    [
        {"theme": "pink"},
        {"density": None},
        {"language": "tlh"},
        {"folded": "sla"},
        {"folded": [""]},
        {"folded": ["x" * 41]},
        {"folded": ["a\nb"]},
        {"folded": [1]},
        {"folded": [f"section-{number}" for number in range(31)]},
        {"last_list": "//evil.example"},
        {"last_list": "https://evil.example"},
        {"last_list": "/\\evil.example"},
        {"last_list": "/queue\x00"},
        {"last_list": "/" + "x" * 500},
        {"last_list": None},
        {"colour": "red"},
    ],
)
async def test_what_is_no_preference_is_refused_and_named(engine: Engine, change: dict[str, Any]) -> None:
    who = (await ada(engine.database)).actor
    with pytest.raises(InvalidInput) as refused:
        await engine.preferences.change(who, **{"theme": "dark", **change})
    assert refused.value.field in change
    assert await engine.preferences.of(who) == Preferences()


async def test_what_a_newer_desk_stored_does_not_keep_an_older_one_from_reading(engine: Engine) -> None:
    who = await ada(engine.database)
    async with engine.database.transaction() as tx:
        await tx.preferences.merge(who.id, {"theme": "sepia", "density": "compact", "font": "large"})
    assert await engine.preferences.of(who.actor) == Preferences(density=Density.COMPACT)


async def test_a_program_prefers_nothing(engine: Engine) -> None:
    with pytest.raises(InvalidInput):
        await engine.preferences.of(ROBOT)
    with pytest.raises(InvalidInput):
        await engine.preferences.change(ROBOT, theme="dark")
