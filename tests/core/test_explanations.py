"""Why a ticket has its labels: from which message, asked of the model once, and honest while it can't say."""

import asyncio

import pytest

from core import explanations
from core.bootstrap import Engine
from core.domain.analysis import Explanation
from core.domain.entities import User
from core.domain.errors import Conflict, NotAllowed, NotFound, Unavailable
from core.domain.ports import AnalyzerState
from core.explanations import Explanations, Label
from tests.cast import ada, eve
from tests.factories import a_message, a_ticket, receive, view_of
from tests.fakes import MarkAnalyzer


@pytest.fixture
async def agent(engine: Engine) -> User:
    return await ada(engine.database)


@pytest.fixture
def model(engine: Engine) -> MarkAnalyzer:
    assert isinstance(engine.analyzer, MarkAnalyzer)
    return engine.analyzer


async def test_topic_comes_from_the_first_message_and_mood_from_the_last(engine: Engine, agent: User) -> None:
    ticket = await a_ticket(engine, "[intent=track_order] Parcel gone", subject="")
    await receive(engine, "[intent=thanks mood=negative urgent] Hurry please", ticket_id=ticket.id)
    found = {one.kind: one for one in await engine.explanations.of_ticket(agent.actor, ticket.id)}
    first, last = [shown.message for shown in (await view_of(engine, ticket.id)).read]
    assert [found[kind].message for kind in Label] == [first, first, last, last]
    assert found[Label.CATEGORY].found.label == "shipping"
    assert [carrier.word for carrier in found[Label.INTENT].found.carriers] == ["Parcel", "gone"]
    assert found[Label.SENTIMENT].found.label == "negative"
    assert found[Label.URGENT].found.label == "true"
    assert {one.model for one in found.values()} == {"marks-1"}


async def test_the_model_reads_what_it_read_for_the_label(engine: Engine, agent: User, model: MarkAnalyzer) -> None:
    ticket = await a_ticket(engine, "Where is it?", subject="Order 4711")
    await engine.explanations.of_ticket(agent.actor, ticket.id)
    assert model.explained == ["Order 4711\nWhere is it?"]


async def test_what_was_explained_once_is_kept_until_the_model_changes(
    engine: Engine, agent: User, model: MarkAnalyzer
) -> None:
    ticket = await a_ticket(engine)
    first = await engine.explanations.of_ticket(agent.actor, ticket.id, [Label.CATEGORY])
    assert await engine.explanations.of_ticket(agent.actor, ticket.id, [Label.CATEGORY]) == first
    assert len(model.explained) == 1
    model.detail = "marks with other heads"
    await engine.explanations.of_ticket(agent.actor, ticket.id)
    assert len(model.explained) == 2


async def test_what_an_earlier_model_says_late_is_not_kept(
    engine: Engine, agent: User, model: MarkAnalyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = await a_ticket(engine)
    explain = model.explain

    async def swapped(text: str) -> Explanation:
        model.detail = "marks with other heads"
        return await explain(text)

    monkeypatch.setattr(model, "explain", swapped)
    for _ in range(2):
        await engine.explanations.of_ticket(agent.actor, ticket.id, [Label.INTENT])
        model.detail = "marks"
    assert len(model.explained) == 2


async def test_only_the_last_that_were_asked_for_are_kept(
    engine: Engine, agent: User, model: MarkAnalyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explanations, "MOST_KEPT", 2)
    one, two, three = [await a_ticket(engine, f"Question {number}") for number in range(3)]
    for ticket in (one, two, one, three, one, two):
        await engine.explanations.of_ticket(agent.actor, ticket.id)
    assert [text[-1] for text in model.explained] == ["0", "1", "2", "1"]


async def test_a_model_that_loads_or_is_stuck_says_so(
    engine: Engine, agent: User, model: MarkAnalyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = await a_ticket(engine)
    model.state = AnalyzerState.LOADING
    with pytest.raises(Unavailable, match="The model is loading"):
        await engine.explanations.of_ticket(agent.actor, ticket.id)
    model.state = AnalyzerState.READY

    async def stuck(text: str) -> Explanation:
        await asyncio.Event().wait()
        raise AssertionError(text)

    monkeypatch.setattr(model, "explain", stuck)
    monkeypatch.setattr(explanations, "PATIENCE_SECONDS", 0.01)
    with pytest.raises(Unavailable, match="took too long"):
        await engine.explanations.of_ticket(agent.actor, ticket.id)


async def test_a_ticket_that_was_not_read_has_nothing_to_explain(engine: Engine, agent: User) -> None:
    receipt = await engine.intake.accept(a_message("Unread"))
    with pytest.raises(Conflict, match="has not read"):
        await engine.explanations.of_ticket(agent.actor, receipt.ticket_id)
    with pytest.raises(NotFound):
        await engine.explanations.of_ticket(agent.actor, 4711)


async def test_who_may_not_read_tickets_hears_no_words_of_them(engine: Engine) -> None:
    ticket = await a_ticket(engine)
    counting = await eve(engine.database)
    with pytest.raises(NotAllowed):
        await Explanations(engine.database, engine.analyzer).of_ticket(counting.actor, ticket.id)
