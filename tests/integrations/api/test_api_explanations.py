"""Why a ticket has its labels, as programs read it."""

from core.bootstrap import Engine
from core.domain.ports import AnalyzerState
from tests.factories import a_message, a_ticket, receive, view_of
from tests.fakes import MarkAnalyzer
from tests.integrations.api.caller import Caller


async def test_each_label_has_its_words_its_message_and_its_confidence(engine: Engine, ada: Caller) -> None:
    ticket = await a_ticket(engine, "[intent=track_order] Parcel <b>gone</b>", subject="")
    await receive(engine, "[mood=negative urgent] Hurry", ticket_id=ticket.id)
    first, last = [shown.message.id for shown in (await view_of(engine, ticket.id)).read]
    found = await ada.get(f"/tickets/{ticket.id}/explanation")
    assert (found["ticket_id"], found["model"]) == (ticket.id, "marks-1")
    category, intent, sentiment, urgent = found["labels"]
    assert category == {
        "kind": "category",
        "label": "shipping",
        "confidence": 0.9,
        "message_id": first,
        "carriers": [{"word": "Parcel", "effect": 0.5}, {"word": "<b>gone</b>", "effect": -0.12}],
    }
    assert (intent["kind"], intent["label"], intent["message_id"]) == ("intent", "track_order", first)
    assert (sentiment["kind"], sentiment["label"], sentiment["message_id"]) == ("sentiment", "negative", last)
    assert (urgent["kind"], urgent["label"], urgent["confidence"]) == ("urgent", "true", 0.8)


async def test_before_the_model_has_read_anything_there_is_a_conflict(engine: Engine, ada: Caller) -> None:
    receipt = await engine.intake.accept(a_message("Unread"))
    problem = await ada.problem("GET", f"tickets/{receipt.ticket_id}/explanation", 409)
    assert problem["code"] == "conflict"
    assert "has not read" in problem["detail"]


async def test_a_ticket_that_does_not_exist_is_not_found(ada: Caller) -> None:
    await ada.problem("GET", "tickets/4711/explanation", 404)


async def test_while_the_model_is_loading_the_caller_is_told_to_wait(engine: Engine, ada: Caller) -> None:
    ticket = await a_ticket(engine)
    assert isinstance(engine.analyzer, MarkAnalyzer)
    engine.analyzer.state = AnalyzerState.LOADING
    problem = await ada.problem("GET", f"tickets/{ticket.id}/explanation", 503)
    assert (problem["code"], problem["retry_after"]) == ("unavailable", 2)
    assert "The model is loading" in problem["detail"]


async def test_who_only_counts_is_refused(engine: Engine, eve: Caller) -> None:
    ticket = await a_ticket(engine)
    await eve.problem("GET", f"tickets/{ticket.id}/explanation", 403)
