"""`model`: corrections in and out, proposals decided from the command line."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from commands import composition
from commands.composition import read_settings
from config.holder import RulesHolder
from core.bootstrap import Engine
from core.desk import TicketPatch
from core.domain.clock import SystemClock
from core.domain.enums import Sentiment
from models.evaluation import read_rows
from tests import cast
from tests.commands.conftest import Cli, LoadedMarks
from tests.commands.test_commands_refuse import check_refusal
from tests.factories import a_ticket
from tests.fakes import CountingTrainer, RecordingChannel


@pytest.fixture
def trainer(settings: pytest.MonkeyPatch) -> CountingTrainer:
    """Commands train with it, and use the model of marks."""
    made = CountingTrainer()
    settings.setattr(composition, "HeadsTrainer", lambda *_: made)
    settings.setattr(composition, "build_analyzer", lambda _: LoadedMarks())
    return made


def within(act: Callable[[Engine], Awaitable[None]]) -> None:
    """Do something on the desk that the commands see."""

    async def run() -> None:
        settings = read_settings()
        channels = {name: RecordingChannel(name) for name in ("email", "slack")}
        engine = Engine(settings, RulesHolder(settings.rules_file), LoadedMarks(), channels, SystemClock())
        await engine.prepare()
        try:
            await act(engine)
        finally:
            await engine.stop()

    asyncio.run(run())


@pytest.fixture
def corrected(trainer: CountingTrainer) -> None:
    async def correct(engine: Engine) -> None:
        agent = (await cast.ada(engine.database)).actor
        for text in ("Where is it?", "我的包裹在哪里？"):
            ticket = await a_ticket(engine, text)
            patch = TicketPatch(intent="track_order", sentiment=Sentiment.NEGATIVE)
            await engine.desk.change(agent, ticket.id, patch)

    within(correct)


@pytest.mark.usefixtures("corrected")
def test_corrections_are_written_as_rows_that_evaluate_reads(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "corrections.jsonl"
    answer = cli("model", "corrections", "--out", path)
    assert (answer.code, answer.out) == (0, "")
    assert "2 corrections" in answer.err
    rows = read_rows(path)
    assert [(row.intent, row.category, row.sentiment) for row in rows] == [("track_order", "shipping", "negative")] * 2
    assert rows[0].text == "A question\n我的包裹在哪里？"
    assert cli("model", "corrections", "--json").lines == [json.loads(line) for line in path.read_text().splitlines()]
    assert "track_order" in cli("model", "corrections").out


@pytest.mark.usefixtures("corrected")
def test_heads_are_proposed_accepted_and_rolled_back(cli: Cli) -> None:
    made = cli("model", "retrain", "--json").json
    assert (made["state"], made["corrections"], made["fits"]) == ("proposed", 2, True)
    assert "model accept 2" in cli("model", "retrain").err
    assert [one["state"] for one in cli("model", "proposals", "--json").json["proposals"]] == ["proposed", "superseded"]
    assert cli("model", "accept", 2, "--json").json["state"] == "accepted"
    assert "accepted" in cli("model", "proposals").out
    assert cli("model", "roll-back", "--json").json == {"proposal": None}
    check_refusal(cli("model", "roll-back"), "nothing to roll back")
    check_refusal(cli("model", "reject", 2), "rolled back")


@pytest.mark.usefixtures("corrected")
def test_people_are_told_what_was_decided(cli: Cli) -> None:
    assert cli("model", "retrain").code == 0
    assert "proposal 1 is rejected" in cli("model", "reject", 1).err
    assert cli("model", "retrain").code == 0
    assert "proposal 2 is accepted" in cli("model", "accept", 2).err
    assert "the program" in cli("model", "roll-back").err


@pytest.mark.usefixtures("trainer")
def test_what_can_t_be_done_is_refused_in_one_line(cli: Cli, tmp_path: Path) -> None:
    check_refusal(cli("model", "accept", 7), "proposal 7")
    check_refusal(cli("model", "accept", "x"), "--help")
    check_refusal(cli("model", "retrain"), "nothing to learn from")
    check_refusal(cli("model", "corrections", "--out", tmp_path / "nowhere" / "file"), "nowhere")
