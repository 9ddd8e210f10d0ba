"""An operator sees what is stuck, sends it back, and reloads the rules without stopping the desk."""

from pathlib import Path

import pytest

from config.holder import RulesHolder
from config.loader import DEFAULT_RULES_FILE
from core.bootstrap import Engine
from core.domain.access import SYSTEM
from core.domain.errors import ConfigurationError, NotAllowed, NotFound
from core.domain.events import EventType
from core.operating import Operating
from core.quarantining import quarantine
from tests.cast import IDA, ada, sam
from tests.factories import a_message, receive


async def _bury(engine: Engine) -> int:
    await engine.intake.accept(a_message())
    async with engine.database.transaction() as tx:
        (item,) = await tx.work.claim(10)
        await tx.work.bury(item.id, "hopeless")
    return item.id


async def test_dead_work_is_seen_sent_back_and_done(engine: Engine) -> None:
    supervisor = (await sam(engine.database)).actor
    item = await _bury(engine)
    (dead,) = await engine.operating.dead_work(supervisor)
    assert (dead.id, dead.last_error) == (item, "hopeless")
    await engine.operating.requeue_work(supervisor, item)
    assert await engine.orchestrator.drain() == 1
    assert await engine.operating.dead_work(supervisor) == []
    (told,) = await engine.views.events(SYSTEM, 0, types=[EventType.WORK_REQUEUED])
    assert (told.data["kind"], told.actor) == ("work", supervisor.key)


async def test_what_is_not_stuck_can_not_be_sent_back(engine: Engine) -> None:
    await receive(engine)
    operating = engine.operating
    for verb in (operating.requeue_work, operating.requeue_delivery, operating.dismiss_quarantined):
        with pytest.raises(NotFound):
            await verb(IDA, 4711)


async def test_an_agent_operates_nothing(engine: Engine) -> None:
    agent = (await ada(engine.database, queues=())).actor
    operating = engine.operating
    verbs = (
        operating.dead_work(agent),
        operating.requeue_work(agent, 1),
        operating.stuck_deliveries(agent),
        operating.requeue_delivery(agent, 1),
        operating.quarantined(agent),
        operating.quarantined_raw(agent, 1),
        operating.dismiss_quarantined(agent, 1),
        operating.reload_rules(agent),
    )
    for verb in verbs:
        with pytest.raises(NotAllowed):
            await verb


async def test_what_can_not_be_read_is_kept_raw_once_with_the_reason(engine: Engine) -> None:
    small, large = b"\xff\xfe not mail", b"x" * 100_000
    for raw in (small, large):
        item = await quarantine(engine.database, engine.blobs, source="inbox", reason="no headers", raw=raw)
        assert item is not None
        assert await quarantine(engine.database, engine.blobs, source="inbox", reason="again", raw=raw) is None
        assert await engine.operating.quarantined_raw(IDA, item) == raw
    newest, older = await engine.operating.quarantined(IDA)
    assert (newest.reason, older.source) == ("no headers", "inbox")
    assert [one.id for one in await engine.operating.quarantined(IDA, before_id=newest.id)] == [older.id]
    await engine.operating.dismiss_quarantined(IDA, newest.id)
    assert [one.id for one in await engine.operating.quarantined(IDA)] == [older.id]
    told = await engine.views.events(SYSTEM, 0, types=[EventType.MESSAGE_QUARANTINED])
    assert [event.data["item"] for event in told] == [older.id, newest.id]


async def test_a_reload_puts_new_rules_and_queues_in_force_together(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "support.yaml"
    text = DEFAULT_RULES_FILE.read_text(encoding="utf-8")
    file.write_text(text, encoding="utf-8")
    holder = RulesHolder(file)
    operating = Operating(engine.database, engine.blobs, holder)
    file.write_text(text.replace("name: General support", "name: Front desk"), encoding="utf-8")
    await operating.reload_rules(IDA)
    assert holder.current.queues["general_support"].name == "Front desk"
    names = {load.queue.id: load.queue.name for load in await engine.views.queues(SYSTEM)}
    assert names["general_support"] == "Front desk"
    assert len(await engine.views.events(SYSTEM, 0, types=[EventType.RULES_RELOADED])) == 1


async def test_rules_that_are_wrong_leave_the_old_ones_in_force(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "support.yaml"
    file.write_text(DEFAULT_RULES_FILE.read_text(encoding="utf-8"), encoding="utf-8")
    holder = RulesHolder(file)
    before = holder.current
    file.write_text("routing: nonsense", encoding="utf-8")
    with pytest.raises(ConfigurationError):
        await Operating(engine.database, engine.blobs, holder).reload_rules(IDA)
    assert holder.current is before
    assert await engine.views.events(SYSTEM, 0, types=[EventType.RULES_RELOADED]) == []
