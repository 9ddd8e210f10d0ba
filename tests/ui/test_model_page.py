"""The page of the model, as a browser is told it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.bootstrap import Engine
from core.desk import TicketPatch
from core.domain.access import SYSTEM
from core.domain.enums import Language, Role
from core.domain.errors import Unavailable
from core.domain.ports import AnalyzerState
from core.domain.proposals import ProposalState
from dashboards.drift import DriftBoard
from tests.fakes import CountingTrainer, MarkAnalyzer
from tests.measured import write_model
from tests.ui.conftest import WrittenBrowser, add_user, open_desk, receive
from ui.live import Feed
from ui.shell import Shell
from ui.texts import say, speaking


@pytest.fixture
async def engine(build_engine: Callable[..., Any]) -> Engine:
    engine: Engine = await build_engine(trainer=CountingTrainer())
    return engine


async def opened(engine: Engine, feed: Feed, role: Role = Role.ADMIN) -> tuple[Shell, WrittenBrowser]:
    return await open_desk(engine, feed, await add_user(engine, role, f"{role}@desk.example"), "/model")


async def corrected(engine: Engine, text: str = "Where is it?") -> int:
    ticket_id = await receive(engine, text)
    await engine.orchestrator.drain()
    await engine.desk.change(SYSTEM, ticket_id, TicketPatch(intent="track_order"))
    return ticket_id


async def proposed(engine: Engine) -> int:
    await corrected(engine)
    return (await engine.proposals.retrain(SYSTEM)).id


async def test_a_measured_model_shows_its_name_targets_and_confusion(
    engine: Engine, feed: Feed, analyzer: MarkAnalyzer, tmp_path: Path
) -> None:
    analyzer.folder = write_model(tmp_path / "model")
    _, browser = await opened(engine, feed)
    assert "abc+def" in browser.slot("model-bar")
    assert say("model.is.ready") in browser.slot("model-bar")
    page = browser.slot("model")
    assert '<table class="heat"' in page
    assert page.count('<th scope="row" title') == 0
    assert page.count('<th scope="row">') >= 9 + 12
    assert say("model.misses") in page
    assert "&lt;b&gt;limits&lt;/b&gt;" in page, "the card of the model is text"
    assert say("model.file_missing") in page


async def test_a_model_without_figures_says_so_and_shows_the_rest(engine: Engine, feed: Feed) -> None:
    _, browser = await opened(engine, feed)
    page = browser.slot("model")
    assert say("model.figures.missing") in page
    assert "heat" not in page
    assert say("model.drift.empty") in page
    assert say("model.corrections.empty") in page
    assert say("model.proposals.empty") in page


async def test_a_model_that_failed_says_why(engine: Engine, feed: Feed, analyzer: MarkAnalyzer) -> None:
    analyzer.state, analyzer.detail = AnalyzerState.FAILED, "words.safetensors is <missing>"
    _, browser = await opened(engine, feed)
    assert "words.safetensors is &lt;missing&gt;" in browser.slot("model")
    assert say("model.is.failed") in browser.slot("model-bar")


async def test_the_days_show_what_was_read(engine: Engine, feed: Feed) -> None:
    for text in ("Hello", "Hola [language=es]", "?? [language=und]"):
        await receive(engine, text)
    await engine.orchestrator.drain()
    _, browser = await opened(engine, feed)
    page = browser.slot("model")
    assert say("model.volume.hint", count=3) in page
    assert say("language.und") in page
    assert say("model.mark.too_few") in page


async def test_a_correction_waits_with_what_both_said_and_hostile_text_stays_text(engine: Engine, feed: Feed) -> None:
    ticket_id = await corrected(engine, "<script>alert(1)</script>")
    _, browser = await opened(engine, feed)
    page = browser.slot("model")
    assert f'href="/tickets/{ticket_id}"' in page
    assert "&lt;script&gt;" in page
    assert "<script>" not in page
    assert say("intent.track_order") in page


async def test_a_step_is_asked_for_with_its_figures_and_then_taken(engine: Engine, feed: Feed) -> None:
    proposal_id = await proposed(engine)
    shell, browser = await opened(engine, feed)
    await shell.act({"act": "ask", "verb": "accept", "proposal": proposal_id})
    ((dialog,),) = browser.named("model.confirm")
    assert "80.0 %" in dialog
    assert "90.0 %" in dialog
    assert (await engine.proposals.get(SYSTEM, proposal_id)).state is ProposalState.PROPOSED
    await shell.act({"act": "decide", "verb": "accept", "proposal": proposal_id})
    assert (await engine.proposals.get(SYSTEM, proposal_id)).state is ProposalState.ACCEPTED
    assert say("model.state.accepted") in browser.slot("model")
    assert browser.named("toast")[-1][0] == say("model.done.accept")


async def test_heads_are_rolled_back_from_the_page(engine: Engine, feed: Feed) -> None:
    proposal_id = await proposed(engine)
    await engine.proposals.accept(SYSTEM, proposal_id)
    shell, browser = await opened(engine, feed)
    await shell.act({"act": "decide", "verb": "roll_back", "proposal": proposal_id})
    assert (await engine.proposals.get(SYSTEM, proposal_id)).state is ProposalState.ROLLED_BACK
    assert say("model.state.rolled_back") in browser.slot("model")


async def test_a_proposal_that_somebody_else_judged_first_is_refused_in_words(engine: Engine, feed: Feed) -> None:
    proposal_id = await proposed(engine)
    shell, browser = await opened(engine, feed)
    await engine.proposals.reject(SYSTEM, proposal_id)
    await shell.act({"act": "decide", "verb": "accept", "proposal": proposal_id})
    text, tone, _ = browser.named("toast")[-1]
    assert (tone, str(proposal_id) in text) == ("bad", True)


async def test_a_step_that_there_is_not_is_refused(engine: Engine, feed: Feed) -> None:
    shell, browser = await opened(engine, feed)
    await shell.act({"act": "decide", "verb": "burn", "proposal": 1})
    assert browser.named("toast")[-1][1] == "bad"


async def test_a_database_that_does_not_answer_is_told_with_a_way_to_try_again(
    engine: Engine, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> None:
        raise Unavailable("The database can't be used now")

    with monkeypatch.context() as patch:
        patch.setattr(DriftBoard, "read", refuse)
        shell, browser = await opened(engine, feed)
    assert "The database can&#x27;t be used now" in browser.slot("model")
    assert "data-refresh" in browser.slot("model")
    await shell.act({"act": "refresh"})
    assert say("model.drift.empty") in browser.slot("model")


async def test_it_speaks_the_language_of_who_reads(
    engine: Engine, feed: Feed, analyzer: MarkAnalyzer, tmp_path: Path
) -> None:
    analyzer.folder = write_model(tmp_path / "model")
    shell, browser = await opened(engine, feed)
    shell.language = Language.DE
    await shell.act({"act": "refresh"})
    with speaking(Language.DE):
        assert say("model.confusion") in browser.slot("model")
        assert say("model.targets") in browser.slot("model")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
async def test_others_do_not_get_the_page(engine: Engine, feed: Feed, role: Role) -> None:
    shell, browser = await opened(engine, feed, role)
    assert shell.page is None
    assert browser.slot("model") == ""


async def test_the_command_leads_to_it(engine: Engine, feed: Feed) -> None:
    shell, browser = await opened(engine, feed)
    await shell.act({"act": "run", "command": "model", "targets": []})
    assert browser.named("go") == [("/model",)]
