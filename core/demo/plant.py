"""Plants the demonstration once: a desk with a week of history, made by living that week through the real engine."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.holder import RulesHolder
from config.settings import Settings
from core.bootstrap import Engine
from core.demo.authored import AuthoredAnalyzer
from core.demo.content import load_content
from core.demo.entities import DemoAnalysis, DemoContent
from core.demo.founding import PLANTER, Founding
from core.demo.performing import Performer, readable
from core.demo.replay import ManualRules, Replay, ReplayClock
from core.demo.story import Pace, tell
from core.domain.clock import SystemClock
from core.domain.events import EventType
from core.domain.ports import Analyzer, Channel, Clock
from core.storage.database import Database
from core.storage.exclusive import exclusive

STORY = timedelta(days=9)
"""The desk is founded so long before the present; the first message comes later."""
MODEL_PATIENCE_SECONDS = 60.0
NOT_SEEN_YET = timedelta(hours=1)
"""What people were told longer ago they have seen: nobody leaves a bell ringing for a week."""
READER = "demo story"
"""The bookmark that says, once it stands above zero, that the story was told to its end."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """Where the story stands: it is told as seen from `present`, and all before `reached` has happened."""

    present: datetime
    reached: datetime


async def plant(
    settings: Settings,
    rules: RulesHolder,
    analyzer: Analyzer,
    channels: Mapping[str, Channel],
    *,
    progress: Callable[[int, int], None],
    clock: Clock | None = None,
) -> bool:
    """Plant on a desk without users and say whether there was anything to do; `progress` gets (done, of how many).

    What the history sends leaves through `channels`: give it such that reach nobody. A planting that was
    interrupted goes on where it stood. Of several processes one plants, and the others wait until it is done.
    An analyzer that is loading is waited for; without one, messages are planted without embeddings.
    """
    real, content = clock or SystemClock(), load_content()
    replayed = ReplayClock(real.now() - STORY)
    authored = AuthoredAnalyzer(analyzer, _labels(content))
    # Nobody else writes at the same time, so there is no company to wait for.
    alone = settings.model_copy(update={"intake_group_ms": 0.0})
    engine = Engine(alone, ManualRules(rules), authored, channels, replayed)
    try:
        async with exclusive(engine.database, "planting"):
            await engine.prepare()
            chapter = await _chapter(engine.database, real.now())
            if chapter is None:
                return False
            replayed.move_to(chapter.reached)
            await authored.prepare(MODEL_PATIENCE_SECONDS)
            planting = _Planting(engine, replayed, content, progress)
            await planting.tell(chapter.present)
            await planting.finish(real.now)
            return True
    finally:
        await engine.stop()


async def _chapter(database: Database, now: datetime) -> Chapter | None:
    """Where to go on; None when the desk is somebody's own, or the story is at its end.

    The journal tells: the first user was added when the story began, and its last event is how far it came.
    """
    async with database.read() as tx:
        users = await tx.users.count()
        founded = await tx.journal.after(0, 1, types=[EventType.USER_CHANGED])
        reached = await tx.journal.get_many([await tx.journal.last_seq()])
    if not users:
        return Chapter(present=now, reached=now - STORY)
    if not founded or founded[0].actor != PLANTER.key:
        return None
    async with database.transaction() as tx:
        if await tx.rollups.bookmark(READER):
            return None
        await tx.work.end_dead_leases()
        await tx.outbox.end_dead_leases()
    return Chapter(present=founded[0].at + STORY, reached=reached[0].at)


def _labels(content: DemoContent) -> dict[str, DemoAnalysis]:
    return {
        readable(conversation, position): message.analysis
        for conversation in content.conversations
        for position, message in enumerate(conversation.messages)
        if message.analysis is not None
    }


class _Planting:
    def __init__(
        self, engine: Engine, clock: ReplayClock, content: DemoContent, progress: Callable[[int, int], None]
    ) -> None:
        self._engine, self._clock, self._content, self._progress = engine, clock, content, progress
        self._founding = Founding(engine, content)
        self._done = self._total = 0

    async def tell(self, present: datetime) -> None:
        """Everything from the founding to `present` that has not happened yet."""
        steps = tell(self._content, present, Pace.of(self._engine.rules.current))
        self._total = self._founding.size + len(steps) + 1
        people = await self._founding.found(self._count)
        await self._engine.knowledge.refresh()
        performer = Performer(self._engine, self._content, people)
        await performer.remember(self._content.conversations)
        self._replay = Replay(self._engine, self._clock, self._content, people, performer)
        await self._replay.play(steps, self._count)

    async def finish(self, now: Callable[[], datetime]) -> None:
        """Catch up with the time that planting took, and leave everything as the running desk would find it."""
        await self._replay.let_time_pass(now())
        await self._replay.settle()
        await self._engine.operations.catch_up()
        await self._engine.knowledge.refresh()
        await self._engine.alerts.prune()
        async with self._engine.database.transaction() as tx:
            await tx.alerts.see_before(tx.now - NOT_SEEN_YET)
            await tx.rollups.bookmark(READER)
            await tx.rollups.move_bookmark(READER, await tx.journal.last_seq())
        self._count()

    def _count(self) -> None:
        self._done += 1
        self._progress(self._done, self._total)
