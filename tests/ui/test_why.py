"""Behind "why": the words that carried a label, asked when somebody wants to see them."""

import asyncio
from html import unescape
from typing import Any

import pytest
from nicegui import background_tasks

from core.bootstrap import Engine
from core.desk import TicketPatch
from core.domain.analysis import Carrier, Explained, Explanation
from core.domain.enums import Sentiment
from core.domain.ports import AnalyzerState
from core.explanations import Label, LabelExplanation
from tests.fakes import MarkAnalyzer
from tests.ui.conftest import WrittenBrowser, add_user, heard, open_desk, receive
from tests.ui.factories import a_message
from ui.live import Feed
from ui.shell import Shell
from ui.texts import say
from ui.ticket.side_why import Why, why_panel

TEXT = "[intent=track_order mood=negative urgent] Nowhere <b>yet</b>"


@pytest.fixture
def model(engine: Engine) -> MarkAnalyzer:
    assert isinstance(engine.analyzer, MarkAnalyzer)
    return engine.analyzer


async def _open(engine: Engine, feed: Feed, text: str = TEXT) -> tuple[int, Shell, WrittenBrowser]:
    ada = await add_user(engine)
    ticket_id = await receive(engine, text)
    await engine.orchestrator.drain()
    shell, browser = await open_desk(engine, feed, ada, f"/tickets/{ticket_id}")
    return ticket_id, shell, browser


async def _why(shell: Shell, kind: str) -> None:
    await shell.act({"act": "run", "command": "why", "value": kind, "targets": []})


async def _answered() -> None:
    """What was asked of the model has come back."""
    asked = [task for task in background_tasks.running_tasks if "AskingWhy" in repr(task)]
    if asked:
        await asyncio.wait(asked, timeout=5)


def _panel(carriers: tuple[Carrier, ...], label: str = "billing", value: str = "billing") -> str:
    found = LabelExplanation(Label.CATEGORY, a_message().message, Explained(label, 0.83, carriers), "m-1")
    return why_panel(Why(Label.CATEGORY, found), value)


async def test_the_model_is_asked_only_when_somebody_asks_why(engine: Engine, feed: Feed, model: MarkAnalyzer) -> None:
    _, shell, browser = await _open(engine, feed)
    assert model.explained == []
    assert "why-category" in browser.slot("side-assistant")
    await _why(shell, "category")
    await _answered()
    shown = unescape(browser.slot("side-assistant"))
    assert say("carried.caption") in shown
    assert "marks-1" in shown
    assert say("carried.sure", share=90) in shown
    assert len(model.explained) == 1


async def test_the_page_goes_on_while_the_model_thinks(
    engine: Engine, feed: Feed, model: MarkAnalyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket_id, shell, browser = await _open(engine, feed)
    gate, explain = asyncio.Event(), model.explain

    async def slowly(text: str) -> Explanation:
        await gate.wait()
        return await explain(text)

    monkeypatch.setattr(model, "explain", slowly)
    await _why(shell, "intent")
    assert say("carried.asking") in browser.slot("side-assistant")
    await shell.act({"act": "read"})
    await _why(shell, "sentiment")
    gate.set()
    await _answered()
    shown = browser.slot("side-assistant")
    assert 'id="why-sentiment"' in shown
    assert 'id="why-intent"' not in shown
    assert [arguments[0] for arguments in browser.named("ticket.carried")] == [ticket_id]


async def test_the_words_are_marked_in_their_message_and_the_marks_go_with_the_panel(
    engine: Engine, feed: Feed
) -> None:
    ticket_id, shell, browser = await _open(engine, feed)
    await _why(shell, "urgent")
    await _answered()
    (message,) = (await engine.views.ticket(shell.actor, ticket_id)).read
    marked = (ticket_id, message.message.id, [["Nowhere", True], ["<b>yet</b>", False]])
    assert browser.named("ticket.carried")[-1] == marked
    await _why(shell, "urgent")
    assert browser.named("ticket.carried")[-1] == (ticket_id, None, [])
    assert "why-urgent" in browser.slot("side-assistant")
    assert 'id="why-urgent"' not in browser.slot("side-assistant")


async def test_words_of_customers_are_no_markup(engine: Engine, feed: Feed) -> None:
    _, shell, browser = await _open(engine, feed)
    await _why(shell, "category")
    await _answered()
    assert "&lt;b&gt;yet&lt;/b&gt;" in browser.slot("side-assistant")
    assert "<b>yet" not in browser.slot("side-assistant")


async def test_a_model_that_is_loading_is_told_and_asked_again(engine: Engine, feed: Feed, model: MarkAnalyzer) -> None:
    _, shell, browser = await _open(engine, feed)
    model.state = AnalyzerState.LOADING
    await _why(shell, "category")
    await _answered()
    assert say("carried.loading") in browser.slot("side-assistant")
    model.state = AnalyzerState.FAILED
    await _why(shell, "category")
    await _answered()
    assert say("carried.unavailable") in browser.slot("side-assistant")
    model.state = AnalyzerState.READY
    await _why(shell, "category")
    await _answered()
    assert say("carried.caption") in browser.slot("side-assistant")


async def test_a_fault_of_the_model_has_a_reference(
    engine: Engine, feed: Feed, model: MarkAnalyzer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    _, shell, browser = await _open(engine, feed)

    async def broken(text: str) -> Explanation:
        raise RuntimeError(text)

    monkeypatch.setattr(model, "explain", broken)
    await _why(shell, "category")
    await _answered()
    reference = caplog.records[-1].getMessage().rpartition(" ")[2]
    assert reference in browser.slot("side-assistant")


async def test_another_ticket_begins_without_a_why(engine: Engine, feed: Feed) -> None:
    _, shell, browser = await _open(engine, feed)
    await _why(shell, "category")
    await _answered()
    other = await receive(engine, "[intent=login_problem] Locked out")
    await engine.orchestrator.drain()
    await shell.act({"act": "go", "path": f"/tickets/{other}"})
    assert 'class="carried"' not in browser.slot("side-assistant")


async def test_a_newer_message_is_asked_about_by_itself(engine: Engine, feed: Feed, model: MarkAnalyzer) -> None:
    ticket_id, shell, browser = await _open(engine, feed)
    await _why(shell, "sentiment")
    await _answered()
    await receive(engine, "[mood=positive] Found it", ticket_id=ticket_id)
    await engine.orchestrator.drain()
    await heard(engine)
    await feed.settled()
    await _answered()
    assert model.explained[-1].endswith("Found it")
    assert "Found" in browser.slot("side-assistant")


async def test_what_a_person_set_stands_beside_what_the_model_says(engine: Engine, feed: Feed) -> None:
    ticket_id, shell, browser = await _open(engine, feed)
    await engine.desk.change(shell.actor, ticket_id, TicketPatch(sentiment=Sentiment.POSITIVE))
    await shell.resync()
    await _why(shell, "sentiment")
    await _answered()
    assert say("carried.differs", value=say("sentiment.negative")) in browser.slot("side-assistant")


async def test_topic_keeps_the_confidence_of_the_message_that_set_it(engine: Engine, feed: Feed) -> None:
    ticket_id, _, browser = await _open(engine, feed)
    await receive(engine, "[intent=thanks mood=positive] Thanks", ticket_id=ticket_id)
    await engine.orchestrator.drain()
    await heard(engine)
    await feed.settled()
    assert "by-hand" not in browser.slot("side-assistant")


async def test_what_is_no_label_is_refused(engine: Engine, feed: Feed) -> None:
    _, shell, browser = await _open(engine, feed)
    complaints = len(browser.named("toast"))
    for value in ("queue", "", None):
        await shell.act({"act": "run", "command": "why", "value": value, "targets": []})
    assert len(browser.named("toast")) == complaints + 3


@pytest.mark.parametrize(
    ("effect", "style", "sign", "heard_as"),
    [
        (0.31, "for", "+31", {"key": "carried.adds", "points": 31}),
        (-0.07, "against", "−7", {"key": "carried.takes", "points": 7}),
    ],
)
def test_a_word_says_how_much_and_on_which_side(effect: float, style: str, sign: str, heard_as: dict[str, Any]) -> None:
    shown = _panel((Carrier("refund", effect),))
    assert f'<li class="{style}">' in shown
    assert f">{sign}</span>" in shown
    assert say(heard_as["key"], points=heard_as["points"]) in shown


def test_without_carriers_it_says_so() -> None:
    assert say("carried.nothing") in _panel(())
    calm = LabelExplanation(Label.URGENT, a_message().message, Explained("false", 0.9, ()), "m-1")
    assert say("carried.calm") in why_panel(Why(Label.URGENT, calm), "false")
