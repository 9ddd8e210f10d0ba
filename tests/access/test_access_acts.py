"""Every page of the shell, every act of its scripts and every command: as each role, as somebody who may only read,
and with a session that has ended."""

from collections.abc import Mapping
from typing import Any

import pytest

from core.bootstrap import Engine
from core.domain.access import PERMISSIONS, SYSTEM, Permission
from core.domain.enums import Priority, Role
from tests.access.conftest import World, person
from tests.access.table import ACTS, COMMANDS, MODEL_ACTS, PLACES, WHO
from tests.factories import ticket_of
from tests.ui.conftest import WrittenBrowser, open_desk
from ui.app import COMMANDS as REGISTRY
from ui.live import Feed
from ui.routing import PATTERNS
from ui.shell import Shell
from ui.texts import say

READER = frozenset({Permission.TICKET_READ})


async def _desk(
    engine: Engine, feed: Feed, world: World, role: Role, path: str = "/tickets/{ticket_id}"
) -> tuple[Shell, WrittenBrowser]:
    shell, browser = await open_desk(engine, feed, await person(engine, role, "ada"), world.filled(path))
    await feed.settled()
    return shell, browser


async def _journal(engine: Engine) -> int:
    return await engine.views.last_seq(SYSTEM)


async def _did(shell: Shell, browser: WrittenBrowser, name: str, payload: Mapping[str, Any]) -> list[str]:
    """What the browser was told when it asked for an act: complaints as they read, other calls by their names."""
    await shell.feed.settled()
    told = len(browser.calls)
    await shell.act({"act": name, **payload})
    return [
        str(arguments[0]) if function == "toast" and arguments[1] == "bad" else function
        for function, arguments in browser.calls[told:]
    ]


# --- Pages ---


def test_every_address_of_the_shell_is_in_the_table() -> None:
    assert {path.split("/")[1] for path in PLACES} == {pattern.split("/")[1] for pattern in PATTERNS}


@pytest.mark.parametrize("role", Role)
async def test_a_page_is_built_for_those_who_may_see_it(engine: Engine, feed: Feed, world: World, role: Role) -> None:
    shell, browser = await _desk(engine, feed, world, role, "/nowhere")
    for path, roles in PLACES.items():
        told = len(browser.calls)
        await _did(shell, browser, "go", {"path": world.filled(path)})
        assert (shell.page is not None) == (role in roles), path
        if shell.page is None:
            assert not _shown(browser, told), path


@pytest.mark.parametrize("role", Role)
async def test_a_page_that_is_loaded_is_checked_like_one_that_is_walked_to(
    engine: Engine, feed: Feed, world: World, role: Role
) -> None:
    user = await person(engine, role, "ada")
    for path, roles in PLACES.items():
        shell, browser = await open_desk(engine, feed, user, world.filled(path))
        assert (shell.page is not None) == (role in roles), path
        if shell.page is None:
            assert not _shown(browser), path


def _shown(browser: WrittenBrowser, after: int = 0) -> list[str]:
    """What of tickets a browser was told."""
    return [function for function, _ in browser.calls[after:] if function.startswith(("list.", "ticket."))]


# --- Acts ---


async def test_every_act_is_in_the_table(engine: Engine, feed: Feed, world: World) -> None:
    shell, _ = await _desk(engine, feed, world, Role.ADMIN)
    assert set(shell.actions()) == set(ACTS)
    nobody, _ = await open_desk(engine, feed, await person(engine, Role.EXECUTIVE, "eve"), "/queue")
    assert set(nobody.actions()) == {name for name, act in ACTS.items() if not act.of_page}


@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR, Role.ADMIN])
async def test_who_answers_may_do_every_act(engine: Engine, feed: Feed, world: World, role: Role) -> None:
    shell, browser = await _desk(engine, feed, world, role)
    for name, act in ACTS.items():
        assert say("error.forbidden") not in await _did(shell, browser, name, world.filled(dict(act.payload))), name


async def test_who_may_only_read_does_nothing_that_needs_more(
    engine: Engine, feed: Feed, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell, browser = await _desk(engine, feed, world, Role.AGENT)
    monkeypatch.setitem(PERMISSIONS, Role.AGENT, READER)
    for name, act in ACTS.items():
        before = await _journal(engine)
        await _did(shell, browser, "go", {"path": world.filled("/tickets/{ticket_id}")})
        told = await _did(shell, browser, name, world.filled(dict(act.payload)))
        assert (say("error.forbidden") in told) == (act.needs is not None and act.needs not in READER), name
        assert await _journal(engine) == before, name


async def test_who_sees_no_page_does_nothing_on_it(engine: Engine, feed: Feed, world: World) -> None:
    shell, browser = await _desk(engine, feed, world, Role.EXECUTIVE)
    before = await _journal(engine)
    for name, act in ACTS.items():
        told = await _did(shell, browser, name, world.filled(dict(act.payload)))
        if act.of_page:
            assert len(told) == 1, name
            assert f"no '{name}' on this page" in told[0]
        elif act.needs is not None:
            assert told == [say("error.forbidden")], name
    assert not _shown(browser)
    assert await _journal(engine) == before


async def test_after_the_session_ended_every_act_only_leads_away(engine: Engine, feed: Feed, world: World) -> None:
    shell, browser = await _desk(engine, feed, world, Role.ADMIN)
    before = await _journal(engine)
    await engine.people.sign_out(shell.visitor.secret)
    for name, act in ACTS.items():
        shell.has_ended = False
        assert await _did(shell, browser, name, world.filled(dict(act.payload))) == ["leave"], name
    assert await _did(shell, browser, "send", world.filled(dict(ACTS["send"].payload))) == []
    assert await _journal(engine) == before


async def test_who_lost_the_right_to_the_page_does_nothing_on_it(
    engine: Engine, feed: Feed, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell, browser = await _desk(engine, feed, world, Role.AGENT)
    before, told = await _journal(engine), len(browser.calls)
    monkeypatch.setitem(PERMISSIONS, Role.AGENT, frozenset())
    for name, act in ACTS.items():
        await _did(shell, browser, name, world.filled(dict(act.payload)))
    assert not _shown(browser, told)
    assert await _journal(engine) == before


async def test_every_act_of_the_page_of_the_model_is_in_the_table(engine: Engine, feed: Feed, world: World) -> None:
    shell, _ = await _desk(engine, feed, world, Role.ADMIN, "/model")
    everywhere = {name for name, act in ACTS.items() if not act.of_page}
    assert set(shell.actions()) == everywhere | set(MODEL_ACTS)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
async def test_only_administrators_do_what_the_page_of_the_model_offers(
    engine: Engine, feed: Feed, world: World, role: Role
) -> None:
    shell, browser = await _desk(engine, feed, world, role, "/model")
    before = await _journal(engine)
    for name, payload in MODEL_ACTS.items():
        (told,) = await _did(shell, browser, name, payload)
        assert f"no '{name}' on this page" in told
    assert await _journal(engine) == before


async def test_who_is_no_administrator_any_more_does_nothing_on_the_page_of_the_model(
    engine: Engine, feed: Feed, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell, browser = await _desk(engine, feed, world, Role.ADMIN, "/model")
    before, shown = await _journal(engine), len(browser.named("put"))
    monkeypatch.setitem(PERMISSIONS, Role.ADMIN, READER)
    for name, payload in MODEL_ACTS.items():
        await _did(shell, browser, name, payload)
    assert len(browser.named("put")) == shown
    assert await _journal(engine) == before


# --- Commands ---


def test_every_command_is_in_the_table_with_what_it_needs() -> None:
    assert {command.id: command.permission for command in REGISTRY} == dict(COMMANDS)


@pytest.mark.parametrize("role", Role)
async def test_each_role_is_offered_what_it_may_run_and_refused_the_rest(
    engine: Engine, feed: Feed, world: World, role: Role
) -> None:
    shell, browser = await _desk(engine, feed, world, role)
    may = {name for name, needs in COMMANDS.items() if needs is None or role in WHO[needs]}
    assert {command.id for command in REGISTRY.of(shell.actor)} == may
    before = await _journal(engine)
    for name in sorted(set(COMMANDS) - may):
        asked = {"command": name, "targets": [world.ids["ticket_id"]], "value": "1", "text": ""}
        assert await _did(shell, browser, "options", asked) == [say("error.forbidden")], name
        assert say("error.forbidden") in await _did(shell, browser, "run", asked), name
    assert await _journal(engine) == before


async def test_no_command_runs_after_the_session_ended(engine: Engine, feed: Feed, world: World) -> None:
    shell, browser = await _desk(engine, feed, world, Role.ADMIN)
    before = await _journal(engine)
    await engine.people.sign_out(shell.visitor.secret)
    for name in COMMANDS:
        asked = {"command": name, "targets": [world.ids["ticket_id"]], "value": "1", "text": ""}
        for act in ("run", "options"):
            shell.has_ended = False
            assert await _did(shell, browser, act, asked) == ["leave"], name
    assert await _journal(engine) == before


@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR])
async def test_tickets_are_given_to_others_by_those_who_lead(
    engine: Engine, feed: Feed, world: World, role: Role
) -> None:
    shell, browser = await _desk(engine, feed, world, role)
    ticket_id, mei = world.ids["ticket_id"], world.ids["user_id"]
    owner = (await ticket_of(engine, ticket_id)).assignee_id
    await _did(shell, browser, "run", {"command": "assign", "value": str(mei), "targets": [ticket_id]})
    given = (await ticket_of(engine, ticket_id)).assignee_id
    assert given == (mei if role in WHO[Permission.TICKET_ASSIGN_OTHERS] else owner)


async def test_who_may_change_no_longer_undoes_nothing(
    engine: Engine, feed: Feed, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell, browser = await _desk(engine, feed, world, Role.AGENT)
    ticket_id = world.ids["ticket_id"]
    await _did(shell, browser, "run", {"command": "priority", "value": "critical", "targets": [ticket_id]})
    assert (await ticket_of(engine, ticket_id)).priority is Priority.CRITICAL
    before = await _journal(engine)
    monkeypatch.setitem(PERMISSIONS, Role.AGENT, READER)
    assert say("error.forbidden") in await _did(shell, browser, "undo_change", {})
    assert await _journal(engine) == before
