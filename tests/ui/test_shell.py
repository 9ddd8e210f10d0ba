"""What the shell does for every page: each action is checked, each error is said, addresses lead to pages."""

import pytest

from core.bootstrap import Engine
from core.domain.access import Permission
from core.domain.enums import Role
from tests.ui.conftest import add_user, open_desk, receive
from ui.commands.registry import Command, Group, Option, Registry, Run
from ui.live import Feed
from ui.shell import Shell


async def test_an_action_after_the_session_ended_leads_to_sign_in_and_does_nothing(engine: Engine, feed: Feed) -> None:
    shell, browser = await open_desk(engine, feed, await add_user(engine))
    await engine.people.sign_out(shell.visitor.secret)
    told = len(browser.named("list.reset"))
    await shell.act({"act": "go", "path": "/queue/mine"})
    assert browser.named("leave") == [("/login?next=%2Fqueue%2Fopen&ended=1",)]
    assert len(browser.named("list.reset")) == told


@pytest.mark.parametrize(
    "payload",
    [
        {"act": "nothing"},
        {"act": "go"},
        {"act": "go", "path": 5},
        {"act": "run", "command": "no_such", "targets": []},
        {"act": "run", "command": 3, "targets": []},
        {"act": "options", "command": "no_such", "text": "", "targets": []},
    ],
)
async def test_what_makes_no_sense_is_refused_with_a_sentence(
    engine: Engine, feed: Feed, payload: dict[str, object]
) -> None:
    shell, browser = await open_desk(engine, feed, await add_user(engine))
    await shell.act(payload)
    assert browser.named("toast")[0][1] == "bad"


@pytest.mark.parametrize("payload", [None, 3, "go", ["go"]])
async def test_what_is_no_action_at_all_is_ignored(engine: Engine, feed: Feed, payload: object) -> None:
    shell, browser = await open_desk(engine, feed, await add_user(engine))
    told = len(browser.calls)
    await shell.act(payload)
    assert len(browser.calls) == told


async def test_an_unexpected_failure_has_a_reference_and_is_logged(
    engine: Engine, feed: Feed, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    shell, browser = await open_desk(engine, feed, await add_user(engine))

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(engine.views, "tickets", broken)
    await shell.act({"act": "go", "path": "/queue/mine"})
    said = browser.named("toast")[0][0]
    reference = said.rpartition(" ")[2].rstrip(".")
    assert reference in caplog.text
    assert "a bug" not in said


async def test_an_executive_gets_no_tickets_but_a_page_that_says_why(engine: Engine, feed: Feed) -> None:
    await receive(engine)
    shell, browser = await open_desk(engine, feed, await add_user(engine, Role.EXECUTIVE))
    assert shell.page is None
    assert not browser.named("list.reset")


async def test_a_changed_role_loads_the_desk_anew(engine: Engine, feed: Feed) -> None:
    ada = await add_user(engine)
    shell, browser = await open_desk(engine, feed, ada)
    sam = await add_user(engine, Role.SUPERVISOR, "sam@desk.example")
    shell.meet(sam)
    assert browser.named("reload") == [()]


async def test_going_to_a_ticket_and_back_keeps_the_page(engine: Engine, feed: Feed) -> None:
    ticket_id = await receive(engine)
    shell, browser = await open_desk(engine, feed, await add_user(engine))
    page = shell.page
    await shell.act({"act": "go", "path": f"/tickets/{ticket_id}"})
    assert (shell.page, shell.ticket_id) == (page, ticket_id)
    await shell.act({"act": "go", "path": "/queue"})
    assert (shell.page, shell.ticket_id) == (page, None)
    assert [layout[0] for layout in browser.named("layout")] == ["queue", "ticket", "queue"]


async def test_an_address_elsewhere_is_not_followed(engine: Engine, feed: Feed) -> None:
    shell, _ = await open_desk(engine, feed, await add_user(engine))
    await shell.act({"act": "go", "path": "https://elsewhere.example/queue/mine"})
    assert shell.address == "/queue"


async def _choose(_: Shell, text: str, targets: tuple[int, ...]) -> list[Option]:
    return [Option(text, f"for {len(targets)}")]


async def test_a_command_runs_with_its_value_and_targets_and_only_for_who_may(engine: Engine, feed: Feed) -> None:
    ran: list[Run] = []

    async def run(_: Shell, one: Run) -> None:
        ran.append(one)

    shell, browser = await open_desk(engine, feed, await add_user(engine))
    shell.commands = Registry(
        [
            Command("help", "help", Group.GO, options=_choose, run=run),
            Command("back", "x", Group.GO, permission=Permission.ADMINISTER, run=run),
        ]
    )
    await shell.act({"act": "run", "command": "help", "value": "a", "targets": [3, 3, 5]})
    await shell.act({"act": "options", "command": "help", "text": "mei", "targets": [1], "ask": 7})
    await shell.act({"act": "run", "command": "back", "value": None, "targets": []})
    assert ran == [Run("a", (3, 5))]
    ask, options = browser.named("commands.options")[0]
    assert ask == 7
    assert options[0]["value"] == "mei"
    assert browser.named("toast")[0][1] == "bad"


def test_two_commands_never_share_an_id_or_a_key() -> None:
    registry = Registry([Command("help", "help", Group.GO, keys="?")])
    for rival in (Command("help", "x", Group.GO), Command("other", "x", Group.GO, keys="?")):
        with pytest.raises(ValueError, match="help"):
            registry.add(rival)
