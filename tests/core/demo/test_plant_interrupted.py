"""Planting a few conversations under trouble: killed, twice at once, on somebody's own desk, without a model."""

import asyncio
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from config.holder import RulesHolder
from config.settings import Settings, load_settings
from core.bootstrap import Engine
from core.demo import content as demo
from core.demo import plant as planting
from core.demo.authored import AUTHORED
from core.demo.entities import DemoContent
from core.demo.plant import READER, plant
from core.domain.access import SYSTEM
from core.domain.analysis import Analysis
from core.domain.entities import Ticket
from core.domain.enums import MessageKind, Role, TicketStatus
from core.domain.events import EventType
from core.domain.filters import TicketFilter, TicketSort
from core.domain.ports import AnalyzerState, Urgency
from core.knowledge import index_name
from core.storage.database import Database
from core.subscriptions import Plan
from tests.conftest import CHANNELS, MovableClock
from tests.fakes import MarkAnalyzer, RecordingChannel

KEYS = ("conv-003", "conv-004", "conv-008", "conv-013", "conv-017", "conv-019", "conv-022", "conv-029", "conv-044")
"""One of each status, on five channels, with notes, a handover, a reopening and a resolution that closed by itself."""


def a_few(content: DemoContent) -> DemoContent:
    conversations = tuple(one for one in content.conversations if one.key in KEYS)
    return replace(content, conversations=conversations, articles=content.articles[:3], users=content.users)


CONTENT = a_few(demo.load_content())
CHILD = f"""
import asyncio, os, signal, sys
from pathlib import Path
from dataclasses import replace
from config.holder import RulesHolder
from config.settings import load_settings
from core.demo import plant as planting
from tests.fakes import MarkAnalyzer, RecordingChannel

url, folder, last = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
whole = planting.load_content()
conversations = tuple(one for one in whole.conversations if one.key in {KEYS!r})
few = replace(whole, conversations=conversations, articles=whole.articles[:3])
planting.load_content = lambda: few

def progress(done, total):
    if done == last:
        os.kill(os.getpid(), signal.SIGKILL)

settings = load_settings(_env_file=None, data_dir=folder, database_url=url)
channels = dict.fromkeys({CHANNELS!r}, RecordingChannel())
asyncio.run(planting.plant(settings, RulesHolder(), MarkAnalyzer(), channels, progress=progress))
"""


@pytest.fixture(autouse=True)
def only_a_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planting, "load_content", lambda: CONTENT)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return load_settings(_env_file=None, data_dir=tmp_path / "data", database_url=database_url)


@pytest.fixture
async def opened(settings: Settings, clock: MovableClock) -> AsyncIterator[Database]:
    database = Database(settings.database_url, clock, Plan())
    yield database
    await database.close()


class Interrupted(Exception):
    """What a test raises where a process would be killed."""


def stopping_at(last: int) -> Callable[[int, int], None]:
    def progress(done: int, total: int) -> None:
        if done == last:
            raise Interrupted

    return progress


def ignored(done: int, total: int) -> None:
    pass


async def plant_few(
    settings: Settings,
    clock: MovableClock | None = None,
    *,
    analyzer: MarkAnalyzer | None = None,
    progress: Callable[[int, int], None] = ignored,
    channel: RecordingChannel | None = None,
) -> bool:
    channels = dict.fromkeys(CHANNELS, channel or RecordingChannel())
    return await plant(settings, RulesHolder(), analyzer or MarkAnalyzer(), channels, progress=progress, clock=clock)


async def check_story(database: Database) -> None:
    """Every ticket, message, reply, survey and delivery of the story is there once."""
    async with database.read() as tx:
        tickets, _ = await tx.ticket_pages.page(TicketFilter(), TicketSort.OLDEST, None, 100)
        by_subject = {ticket.subject: ticket for ticket in tickets}
        assert sorted(by_subject) == sorted(one.subject for one in CONTENT.conversations)
        for one in CONTENT.conversations:
            ticket = by_subject[one.subject]
            said = await tx.messages.of_ticket(ticket.id)
            written = [message.text for message in said if message.kind is not MessageKind.AUTO_REPLY]
            assert written == [message.text.strip() for message in one.messages]
            assert ticket.status is one.status
        assert len(await tx.users.all()) == len(CONTENT.users)
        assert len(await tx.customers.page(None, 1_000)) == len(CONTENT.customers)
        assert len(await tx.articles.page(0, 100)) == len(CONTENT.articles)
        events = await tx.journal.after(0, 10_000)
        assert not set(await tx.outbox.counts()) - {"sent"}
    once = Counter(
        (event.type, event.message_id, event.ticket_id)
        for event in events
        if event.type in (EventType.MESSAGE_RECEIVED, EventType.REPLY_QUEUED, EventType.SURVEY_ANSWERED)
    )
    assert set(once.values()) == {1}


@pytest.mark.crash
@pytest.mark.parametrize("last", [5, 40])
async def test_a_killed_planting_goes_on_and_ends_with_the_same_story(
    settings: Settings, opened: Database, tmp_path: Path, last: int
) -> None:
    command = [sys.executable, "-c", CHILD, settings.database_url, str(tmp_path / "data"), str(last)]
    killed = await asyncio.to_thread(subprocess.run, command, check=False, cwd=Path(__file__).parents[3])
    assert killed.returncode == -signal.SIGKILL
    assert await plant_few(settings)
    await check_story(opened)
    assert await plant_few(settings) is False


async def test_a_planting_stopped_at_every_few_steps_ends_with_the_same_story(
    settings: Settings, opened: Database, clock: MovableClock
) -> None:
    channel = RecordingChannel()
    for last in range(12, 54, 6):
        with pytest.raises(Interrupted):
            await plant_few(settings, clock, progress=stopping_at(last), channel=channel)
    assert await plant_few(settings, clock, channel=channel)
    await check_story(opened)
    async with opened.read() as tx:
        assert await tx.outbox.counts() == {"sent": len(channel.delivered)}


async def test_a_planting_that_goes_on_days_later_ends_in_the_present(
    settings: Settings, opened: Database, clock: MovableClock
) -> None:
    with pytest.raises(Interrupted):
        await plant_few(settings, clock, progress=stopping_at(40))
    clock.advance(days=4)
    assert await plant_few(settings, clock)
    async with opened.read() as tx:
        events = await tx.journal.after(0, 10_000)
        tickets, _ = await tx.ticket_pages.page(TicketFilter(), TicketSort.OLDEST, None, 100)
    moments = [event.at for event in events]
    assert moments == sorted(moments)
    assert clock.now() - timedelta(days=2) < moments[-1] <= clock.now()
    wanted = {one.subject: one.status for one in CONTENT.conversations}
    for ticket in tickets:
        waited_out = wanted[ticket.subject] is TicketStatus.RESOLVED
        assert ticket.status is (TicketStatus.CLOSED if waited_out else wanted[ticket.subject])
    assert await plant_few(settings, clock) is False


async def test_of_two_plantings_at_once_one_plants(settings: Settings, opened: Database, clock: MovableClock) -> None:
    answers = await asyncio.gather(plant_few(settings, clock), plant_few(settings, clock))
    assert sorted(answers) == [False, True]
    await check_story(opened)


async def test_a_desk_with_users_is_left_alone(settings: Settings, clock: MovableClock) -> None:
    engine = Engine(settings, RulesHolder(), MarkAnalyzer(), {}, clock)
    await engine.prepare()
    await engine.people.add_user(
        SYSTEM, email="ada@example.com", name="Ada", role=Role.ADMIN, password="correct horse battery"
    )
    async with engine.database.read() as tx:
        before = await tx.journal.last_seq()
    assert await plant_few(settings, clock) is False
    async with engine.database.read() as tx:
        assert await tx.journal.last_seq() == before
        assert len(await tx.users.all()) == 1
    await engine.stop()


async def test_without_a_model_messages_are_planted_with_their_labels(
    settings: Settings, opened: Database, clock: MovableClock
) -> None:
    analyzer = MarkAnalyzer()
    analyzer.state = AnalyzerState.FAILED
    assert await plant_few(settings, clock, analyzer=analyzer)
    await check_story(opened)
    async with opened.read() as tx:
        tickets, _ = await tx.ticket_pages.page(TicketFilter(), TicketSort.OLDEST, None, 100)
        opening = [(await tx.messages.of_ticket(ticket.id, limit=1))[0].id for ticket in tickets]
        analyses = await tx.analyses.of_messages(opening)
        assert await tx.articles.unindexed_ids(index_name("any"))
    assert {(found.model, found.embedding) for found in analyses.values()} == {(AUTHORED, b"")}
    assert labels_of(tickets) == {one.subject: one.opening_analysis.intent for one in CONTENT.conversations}


def labels_of(tickets: Sequence[Ticket]) -> dict[str, str | None]:
    return {ticket.subject: ticket.intent for ticket in tickets}


class LateAnalyzer(MarkAnalyzer):
    """Is ready once it was asked a few times."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    @property
    def state(self) -> AnalyzerState:
        self.asked += 1
        return AnalyzerState.READY if self.asked > 3 else AnalyzerState.LOADING

    @state.setter
    def state(self, value: AnalyzerState) -> None:
        pass

    async def analyse(self, texts: Sequence[str], urgency: Urgency = Urgency.BULK) -> list[Analysis]:
        assert self.asked > 3
        return await super().analyse(texts, urgency)


async def test_a_model_that_is_loading_is_waited_for(settings: Settings, opened: Database, clock: MovableClock) -> None:
    assert await plant_few(settings, clock, analyzer=LateAnalyzer())
    async with opened.read() as tx:
        assert not await tx.articles.unindexed_ids(index_name("marks-1"))
        async with opened.transaction() as writing:
            assert await writing.rollups.bookmark(READER) > 0
