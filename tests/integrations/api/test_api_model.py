"""For administrators: corrections, training runs, proposals."""

from pathlib import Path

import pytest

from core.bootstrap import Engine
from core.desk import TicketPatch
from core.domain.entities import Ticket
from core.domain.enums import Role, Sentiment
from tests import cast
from tests.factories import EngineBuilder, a_ticket
from tests.fakes import CountingTrainer, MarkAnalyzer
from tests.integrations.api.caller import Caller
from tests.integrations.api.conftest import OpenCaller
from tests.measured import write_model


@pytest.fixture
async def engine(build_engine: EngineBuilder) -> Engine:
    return await build_engine(trainer=CountingTrainer())


@pytest.fixture
async def ida(engine: Engine, open_caller: OpenCaller) -> Caller:
    """A program with an administrator's rights."""
    return await open_caller(engine, Role.ADMIN)


@pytest.fixture
async def corrected(engine: Engine) -> list[Ticket]:
    agent = (await cast.ada(engine.database)).actor
    tickets = [await a_ticket(engine, f"Question {number}") for number in range(3)]
    for ticket in tickets:
        patch = TicketPatch(intent="track_order", sentiment=Sentiment.NEGATIVE)
        await engine.desk.change(agent, ticket.id, patch)
    return tickets


async def trained(ida: Caller) -> int:
    """The number of the proposal that a training run made."""
    assert (await ida.post("/model/retrain", status=202))["running"]
    await ida.engine.proposals.retraining_ended()
    state = await ida.get("/model/retraining")
    assert not state["running"]
    return int(state["proposal_id"])


async def test_corrections_are_listed_in_pages(ida: Caller, corrected: list[Ticket]) -> None:
    items = await ida.walk("/model/corrections", 2)
    assert [item["ticket_id"] for item in items] == [ticket.id for ticket in corrected][::-1]
    assert items[0]["text"] == "A question\nQuestion 2"
    assert (items[0]["category"], items[0]["intent"], items[0]["sentiment"]) == ("shipping", "track_order", "negative")
    assert items[0]["said"] == {"category": "product_info", "intent": "product_question", "sentiment": "neutral"}
    assert items[0]["by"] == "Ada"


async def test_a_training_run_ends_in_a_proposal_that_is_accepted_and_rolled_back(
    ida: Caller, corrected: list[Ticket]
) -> None:
    number = await trained(ida)
    (listed,) = (await ida.get("/model/proposals"))["items"]
    assert (listed["id"], listed["state"], listed["fits"], listed["corrections"]) == (number, "proposed", True, 3)
    assert listed["after"] == {"held_out": {"category": 0.9}}
    accepted = await ida.post(f"/model/proposals/{number}/accept")
    assert (accepted["state"], accepted["decided_by"]) == ("accepted", "admin token")
    assert await ida.get(f"/model/proposals/{number}") == accepted
    assert await ida.post("/model/roll-back") == {"proposal": None}
    assert (await ida.get(f"/model/proposals/{number}"))["state"] == "rolled_back"
    problem = await ida.problem("POST", "model/roll-back", 409)
    assert "nothing to roll back" in problem["detail"]


async def test_a_rejected_proposal_is_judged_once(ida: Caller, corrected: list[Ticket]) -> None:
    number = await trained(ida)
    assert (await ida.post(f"/model/proposals/{number}/reject"))["state"] == "rejected"
    await ida.problem("POST", f"model/proposals/{number}/accept", 409)


async def test_pages_of_proposals_show_each_once(ida: Caller, corrected: list[Ticket]) -> None:
    made = [await trained(ida) for _ in range(3)]
    assert [item["id"] for item in await ida.walk("/model/proposals", 2)] == made[::-1]


async def test_without_corrections_a_training_run_is_refused(ida: Caller) -> None:
    problem = await ida.problem("POST", "model/retrain", 409)
    assert "nothing to learn from" in problem["detail"]


async def test_an_unknown_proposal_is_not_found(ida: Caller) -> None:
    for way in (("GET", ""), ("POST", "/accept"), ("POST", "/reject")):
        await ida.problem(way[0], f"model/proposals/4711{way[1]}", 404)


async def test_a_supervisor_is_refused(engine: Engine, open_caller: OpenCaller) -> None:
    sam = await open_caller(engine, Role.SUPERVISOR)
    for method, path in (("GET", "corrections"), ("POST", "retrain"), ("POST", "roll-back"), ("GET", "proposals")):
        await sam.problem(method, f"model/{path}", 403)


async def test_the_model_tells_its_state_and_drift_and_that_nothing_was_measured(ida: Caller) -> None:
    await a_ticket(ida.engine)
    told = await ida.get("/model")
    assert (told["state"], told["precision"], told["told"], told["held_out"]) == ("ready", "fp32", "missing", None)
    assert len(told["drift"]["days"]) == 28
    today = told["drift"]["days"][-1]
    assert (today["messages"], today["languages"], today["unknown"]) == (1, {"en": 1.0}, 0.0)
    assert today["category_confidence"]["mean"] == pytest.approx(0.9)
    assert told["drift"]["shifts"]["language"] == {"index": None, "mark": "too_few"}


async def test_the_model_tells_what_was_measured_of_it(ida: Caller, analyzer: MarkAnalyzer, tmp_path: Path) -> None:
    analyzer.folder = write_model(tmp_path / "model")
    told = await ida.get("/model")
    assert told["name"] == "abc+def"
    assert told["held_out"]["targets"]["category"] == 0.88
    assert told["held_out"]["languages"]["en"]["figures"]["category"] == 1.0


async def test_the_model_is_told_to_administrators_only(engine: Engine, open_caller: OpenCaller) -> None:
    sam = await open_caller(engine, Role.SUPERVISOR)
    assert (await sam.problem("GET", "model", 403))["code"] == "not_allowed"
