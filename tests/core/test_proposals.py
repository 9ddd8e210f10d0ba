"""Heads that learned from corrections are proposed; only a person puts them in force, and can go back."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import update

from core.bootstrap import Engine
from core.desk import TicketPatch
from core.domain.access import Actor
from core.domain.enums import ActorKind, Role
from core.domain.errors import Conflict, NotAllowed, NotFound, Unavailable
from core.domain.events import Event, EventType
from core.domain.proposals import Proposal, ProposalState
from core.storage.tables import model_proposals
from tests.cast import IDA, ada
from tests.factories import EngineBuilder, a_ticket
from tests.fakes import CountingTrainer, MarkAnalyzer
from tests.marks import only_on_postgresql

_STEPS = (
    EventType.RETRAINING_STARTED,
    EventType.RETRAINING_FAILED,
    EventType.HEADS_PROPOSED,
    EventType.HEADS_ACCEPTED,
    EventType.HEADS_REJECTED,
    EventType.HEADS_ROLLED_BACK,
)


@pytest.fixture
def trainer() -> CountingTrainer:
    return CountingTrainer()


@pytest.fixture
async def engine(build_engine: EngineBuilder, trainer: CountingTrainer) -> Engine:
    """With one correction to learn from."""
    engine = await build_engine(trainer=trainer)
    agent = (await ada(engine.database)).actor
    ticket = await a_ticket(engine)
    await engine.desk.change(agent, ticket.id, TicketPatch(intent="track_order"))
    return engine


async def told(engine: Engine) -> list[Event]:
    async with engine.database.read() as tx:
        return await tx.journal.after(0, 1000, types=_STEPS)


async def states(engine: Engine) -> list[str]:
    """Oldest first."""
    return [one.state.value for one in await engine.proposals.list(IDA)][::-1]


async def until(holds: Callable[[], bool | Awaitable[bool]]) -> None:
    async with asyncio.timeout(10):
        while True:
            found = holds()
            if found if isinstance(found, bool) else await found:
                return
            await asyncio.sleep(0.02)


async def test_a_training_run_proposes_and_changes_nothing(
    engine: Engine, trainer: CountingTrainer, analyzer: MarkAnalyzer
) -> None:
    proposal = await engine.proposals.retrain(IDA)
    assert (proposal.state, proposal.corrections, proposal.made_by_name) == (ProposalState.PROPOSED, 1, "Ida")
    assert (proposal.decided_by, proposal.decided_at) == (None, None)
    assert proposal.after == {"held_out": {"category": 0.9}}
    assert [one.intent for one in trainer.learned[0]] == ["track_order"]
    assert analyzer.heads is None
    assert await engine.proposals.in_force(IDA) is None
    assert [(event.type, event.actor) for event in await told(engine)] == [
        (EventType.RETRAINING_STARTED, IDA.key),
        (EventType.HEADS_PROPOSED, IDA.key),
    ]


async def test_accepted_heads_are_in_place_at_once(engine: Engine, analyzer: MarkAnalyzer) -> None:
    proposal = await engine.proposals.retrain(IDA)
    accepted = await engine.proposals.accept(IDA, proposal.id)
    assert (accepted.state, accepted.decided_by, accepted.decided_at) == (
        ProposalState.ACCEPTED,
        IDA.key,
        engine.clock.now(),
    )
    assert analyzer.heads == b"heads-1"
    event = (await told(engine))[-1]
    assert (event.type, event.actor_name) == (EventType.HEADS_ACCEPTED, "Ida")
    assert event.data == {"proposal": proposal.id, "model": proposal.model, "before": None}


async def test_rejected_heads_stay_out_and_are_judged_once(engine: Engine, analyzer: MarkAnalyzer) -> None:
    proposal = await engine.proposals.retrain(IDA)
    assert (await engine.proposals.reject(IDA, proposal.id)).state is ProposalState.REJECTED
    assert analyzer.heads is None
    for judge in (engine.proposals.accept, engine.proposals.reject):
        with pytest.raises(Conflict, match="rejected"):
            await judge(IDA, proposal.id)


async def test_a_newer_proposal_takes_the_place_of_one_that_waits(engine: Engine) -> None:
    first = await engine.proposals.retrain(IDA)
    await engine.proposals.retrain(IDA)
    assert await states(engine) == ["superseded", "proposed"]
    with pytest.raises(Conflict, match="superseded"):
        await engine.proposals.accept(IDA, first.id)


async def test_training_goes_on_from_the_heads_in_force(engine: Engine, trainer: CountingTrainer) -> None:
    await engine.proposals.accept(IDA, (await engine.proposals.retrain(IDA)).id)
    await engine.proposals.retrain(IDA)
    assert trainer.began_with == [None, b"heads-1"]


async def test_rolling_back_goes_to_what_was_in_force_before_and_at_last_to_the_program_s_own(
    engine: Engine, analyzer: MarkAnalyzer
) -> None:
    accepted = []
    for _ in range(2):
        proposal = await engine.proposals.retrain(IDA)
        accepted.append(await engine.proposals.accept(IDA, proposal.id))
    unjudged = await engine.proposals.retrain(IDA)
    await engine.proposals.reject(IDA, unjudged.id)
    assert await states(engine) == ["superseded", "accepted", "rejected"]
    back = await engine.proposals.roll_back(IDA)
    assert back is not None
    assert (back.id, analyzer.heads) == (accepted[0].id, b"heads-1")
    assert await states(engine) == ["accepted", "rolled_back", "rejected"]
    third = await engine.proposals.retrain(IDA)
    await engine.proposals.accept(IDA, third.id)
    again = await engine.proposals.roll_back(IDA)
    assert again is not None
    assert again.id == accepted[0].id
    assert await engine.proposals.roll_back(IDA) is None
    assert analyzer.heads is None
    assert await states(engine) == ["rolled_back", "rolled_back", "rejected", "rolled_back"]
    with pytest.raises(Conflict, match="nothing to roll back"):
        await engine.proposals.roll_back(IDA)
    backs = [event for event in await told(engine) if event.type is EventType.HEADS_ROLLED_BACK]
    assert [event.data["to"] for event in backs] == [accepted[0].id, accepted[0].id, None]


@only_on_postgresql
async def test_of_two_who_accept_and_reject_at_once_one_is_refused(engine: Engine, build_engine: EngineBuilder) -> None:
    proposal = await engine.proposals.retrain(IDA)
    other = await build_engine()
    outcomes = await asyncio.gather(
        engine.proposals.accept(IDA, proposal.id), other.proposals.reject(IDA, proposal.id), return_exceptions=True
    )
    assert [type(one) for one in outcomes if isinstance(one, Exception)] == [Conflict]
    assert sum(isinstance(one, Proposal) for one in outcomes) == 1


async def test_heads_of_another_encoder_are_refused_and_ignored_with_a_line_in_the_log(
    engine: Engine, trainer: CountingTrainer, analyzer: MarkAnalyzer, caplog: pytest.LogCaptureFixture
) -> None:
    await engine.proposals.accept(IDA, (await engine.proposals.retrain(IDA)).id)
    analyzer.encoder = "marks-2"
    with caplog.at_level(logging.WARNING, "core.proposals"):
        await engine.proposals.follow()
        await engine.proposals.follow()
    assert analyzer.heads is None
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "marks-1" in caplog.text
    with pytest.raises(Conflict, match="marks-2 is installed"):
        await engine.proposals.accept(IDA, (await engine.proposals.retrain(IDA)).id)
    assert trainer.began_with[-1] is None


async def test_damaged_heads_are_never_put_in_place(
    engine: Engine, analyzer: MarkAnalyzer, caplog: pytest.LogCaptureFixture
) -> None:
    proposal = await engine.proposals.retrain(IDA)
    async with engine.database.transaction() as tx:
        await tx.connection.execute(update(model_proposals).values(heads=b"other"))
    await engine.proposals.accept(IDA, proposal.id)
    assert analyzer.heads is None
    assert "damaged" in caplog.text


async def test_a_desk_begins_with_the_heads_in_force(
    engine: Engine, build_engine: EngineBuilder, analyzer: MarkAnalyzer
) -> None:
    await engine.proposals.accept(IDA, (await engine.proposals.retrain(IDA)).id)
    model = MarkAnalyzer()
    later = await build_engine(model=model)
    await later.start()
    assert model.heads == b"heads-1"


async def test_a_running_desk_follows_what_another_process_decides(engine: Engine, build_engine: EngineBuilder) -> None:
    model = MarkAnalyzer()
    desk = await build_engine(model=model, agents=False)
    await desk.start()
    await engine.proposals.accept(IDA, (await engine.proposals.retrain(IDA)).id)
    await until(lambda: model.heads == b"heads-1")
    await engine.proposals.roll_back(IDA)
    await until(lambda: model.heads is None)


async def test_a_run_in_the_background_tells_how_it_goes(engine: Engine, trainer: CountingTrainer) -> None:
    trainer.gate.clear()
    state = await engine.proposals.begin_retraining(IDA)
    assert state.is_running
    await until(lambda: engine.proposals.retraining.share == 0.5)
    with pytest.raises(Conflict, match="already"):
        await engine.proposals.retrain(IDA)
    trainer.gate.set()
    await until(lambda: not engine.proposals.retraining.is_running)
    (proposal,) = await engine.proposals.list(IDA)
    assert (await engine.proposals.progress(IDA)).proposal_id == proposal.id


async def test_a_run_that_is_stopped_proposes_nothing_and_another_can_begin(
    engine: Engine, trainer: CountingTrainer
) -> None:
    trainer.gate.clear()
    await engine.proposals.begin_retraining(IDA)
    await until(lambda: engine.proposals.retraining.step == "features")
    await engine.proposals.stop_retraining()
    assert not engine.proposals.retraining.is_running
    assert await engine.proposals.list(IDA) == []
    assert (await told(engine))[-1].type is EventType.RETRAINING_FAILED
    trainer.gate.set()
    assert (await engine.proposals.retrain(IDA)).state is ProposalState.PROPOSED


async def test_a_run_that_fails_is_told_with_its_reason(engine: Engine, trainer: CountingTrainer) -> None:
    trainer.problem = Unavailable("The training failed: no memory")
    with pytest.raises(Unavailable):
        await engine.proposals.retrain(IDA)
    event = (await told(engine))[-1]
    assert (event.type, event.actor) == (EventType.RETRAINING_FAILED, IDA.key)
    assert "no memory" in event.data["reason"]
    assert "no memory" in engine.proposals.retraining.problem
    assert not engine.proposals.retraining.is_running


async def test_without_corrections_there_is_nothing_to_train_on(build_engine: EngineBuilder) -> None:
    engine = await build_engine(trainer=CountingTrainer())
    with pytest.raises(Conflict, match="nothing to learn from"):
        await engine.proposals.begin_retraining(IDA)
    assert not engine.proposals.retraining.is_running
    assert await told(engine) == []


@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR, Role.EXECUTIVE])
async def test_only_an_administrator_sees_or_decides(engine: Engine, role: Role) -> None:
    proposal = await engine.proposals.retrain(IDA)
    who = Actor(ActorKind.USER, "5", "Somebody", role)
    proposals = engine.proposals
    for refused in (
        proposals.list(who),
        proposals.get(who, proposal.id),
        proposals.in_force(who),
        proposals.progress(who),
        proposals.accept(who, proposal.id),
        proposals.reject(who, proposal.id),
        proposals.roll_back(who),
        proposals.retrain(who),
        proposals.begin_retraining(who),
    ):
        with pytest.raises(NotAllowed):
            await refused
    assert await states(engine) == ["proposed"]


async def test_an_unknown_proposal_is_not_found(engine: Engine) -> None:
    with pytest.raises(NotFound):
        await engine.proposals.accept(IDA, 4711)
