"""The whole demonstration, planted once on each database: it reads as it was written, and the engine vouches for it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from config.holder import RulesHolder
from config.settings import Settings, load_settings
from core.agents.operations import COUNTED
from core.alerts import MOST_KEPT, AlertKind
from core.demo.content import load_content
from core.demo.entities import DemoConversation
from core.demo.founding import DEMO_PASSWORD
from core.demo.performing import external_id
from core.demo.plant import NOT_SEEN_YET, STORY, plant
from core.domain.entities import Message, SlaClock, Ticket
from core.domain.enums import ClockKind, ClockState, MessageKind, TicketStatus
from core.domain.events import Event, EventType
from core.domain.filters import TicketFilter, TicketSort
from core.knowledge import KnowledgeBase, index_name
from core.people import People
from core.storage.database import Database
from core.storage.transaction import Transaction
from core.subscriptions import Plan
from tests.fakes import MarkAnalyzer, RecordingChannel

PRESENT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CONTENT = load_content()
RULES = RulesHolder().current
CHANNELS = ("email", "chat", "phone", "social_media", "self_service", "sms", "slack")
USERS = {user.key: user for user in CONTENT.users}


class StandingClock:
    def now(self) -> datetime:
        return PRESENT


class Planted:
    """A planted database, and what happened while it was planted."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.channel = settings, RecordingChannel()
        self.progress: list[tuple[int, int]] = []
        self.was_planted = asyncio.run(self.plant())

    async def plant(self) -> bool:
        channels = dict.fromkeys(CHANNELS, self.channel)
        count = lambda done, total: self.progress.append((done, total))  # noqa: E731
        analyzer, clock = MarkAnalyzer(), StandingClock()
        return await plant(self.settings, RulesHolder(), analyzer, channels, progress=count, clock=clock)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def planted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Planted:
    folder: Path = tmp_path_factory.mktemp("planted")
    url = f"sqlite+aiosqlite:///{folder / 'frontline.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").new_database()
    return Planted(load_settings(_env_file=None, data_dir=folder / "data", database_url=url))


@pytest.fixture
async def database(planted: Planted) -> AsyncIterator[Database]:
    opened = Database(planted.settings.database_url, StandingClock(), Plan())
    yield opened
    await opened.close()


async def tickets_of(tx: Transaction) -> dict[str, Ticket]:
    """The ticket of each conversation, by its key."""
    keys = {(one.channel.value, "", external_id(one, 0)): one.key for one in CONTENT.conversations}
    receipts = await tx.receipts.by_external_ids(keys)
    tickets = await tx.tickets.get_many([receipt.ticket_id for receipt in receipts.values()])
    return {keys[key]: tickets[receipt.ticket_id] for key, receipt in receipts.items()}


async def journal_of(tx: Transaction) -> list[Event]:
    return await tx.journal.after(0, 100_000)


async def messages_of(tx: Transaction, ticket: Ticket) -> list[Message]:
    """What the story says was written; acknowledgements and surveys are the desk's own."""
    said = await tx.messages.of_ticket(ticket.id)
    return [message for message in said if message.kind is not MessageKind.AUTO_REPLY]


async def test_every_ticket_ends_with_the_status_and_assignee_that_were_written(database: Database) -> None:
    async with database.read() as tx:
        tickets = await tickets_of(tx)
    ends = {key: (ticket.status, ticket.assignee_name) for key, ticket in tickets.items()}
    assert len({ticket.id for ticket in tickets.values()}) == len(CONTENT.conversations)
    assert ends == {
        one.key: (one.status, USERS[one.assignee].name if one.assignee else None) for one in CONTENT.conversations
    }


async def test_every_message_was_written_once_by_its_author_at_its_time(database: Database) -> None:
    async with database.read() as tx:
        for key, ticket in (await tickets_of(tx)).items():
            conversation = next(one for one in CONTENT.conversations if one.key == key)
            said = await messages_of(tx, ticket)
            assert [(message.kind, message.text) for message in said] == [
                (message.kind, message.text.strip()) for message in conversation.messages
            ]
            assert [message.author_name for message in said] == _authors(conversation, ticket)
            for message, written in zip(said, conversation.messages, strict=True):
                off = PRESENT - timedelta(minutes=written.minutes_ago) - message.created_at
                assert timedelta(0) <= off < timedelta(minutes=1)


def _authors(conversation: DemoConversation, ticket: Ticket) -> list[str]:
    return [USERS[one.author].name if one.author else ticket.customer_name for one in conversation.messages]


async def test_labels_are_those_that_people_gave_and_vectors_those_of_the_model(database: Database) -> None:
    async with database.read() as tx:
        for key, ticket in (await tickets_of(tx)).items():
            conversation = next(one for one in CONTENT.conversations if one.key == key)
            labels = conversation.opening_analysis
            said = [message for message in await messages_of(tx, ticket) if message.is_from_customer]
            found = (await tx.analyses.of_messages([said[0].id]))[said[0].id]
            assert (ticket.category, ticket.intent) == (labels.category, labels.intent)
            assert (found.language, found.sentiment, found.urgent) == (labels.language, labels.sentiment, labels.urgent)
            assert found.model == "marks-1"
            assert found.embedding
            assert ticket.queue_id is not None


async def test_service_levels_come_out_varied(database: Database) -> None:
    async with database.read() as tx:
        tickets = list((await tickets_of(tx)).values())
        clocks = [
            clock
            for mine in (await tx.sla_clocks.of_tickets([t.id for t in tickets])).values()
            for clock in mine.values()
        ]
    by_ticket = Counter(ticket.sla_state for ticket in tickets)
    summary = {"tickets": by_ticket}
    summary |= {kind.value: Counter(clock.state for clock in clocks if clock.kind is kind) for kind in ClockKind}
    for name, counted in summary.items():
        print(f"{name}: {_readable(counted)}")  # noqa: T201  For whoever tunes the demonstration (pytest -s).
    for state in (ClockState.RUNNING, ClockState.AT_RISK, ClockState.BREACHED, ClockState.PAUSED, ClockState.MET):
        assert by_ticket[state] >= 5, state
    assert by_ticket[ClockState.RUNNING] > by_ticket[ClockState.BREACHED]


def _readable(counted: Counter[Any]) -> str:
    return ", ".join(f"{state.value} {count}" for state, count in counted.most_common())


async def test_most_agents_have_read_some_of_their_tickets_and_not_the_newest_messages(database: Database) -> None:
    read = unread = 0
    async with database.read() as tx:
        tickets = [ticket for ticket in (await tickets_of(tx)).values() if ticket.is_open and ticket.assignee_id]
        for ticket in tickets:
            assert ticket.assignee_id is not None
            seen = (await tx.ticket_reads.of_user(ticket.assignee_id, [ticket.id])).get(ticket.id, 0)
            waits = ticket.customer_messages - max(seen, ticket.answered_messages)
            assert waits >= 0
            unread += waits > 0
            read += waits == 0
    assert read >= 10
    assert unread >= 10


async def test_moods_of_several_open_tickets_go_up_and_of_others_down(database: Database) -> None:
    async with database.read() as tx:
        trends = [ticket.trend for ticket in (await tickets_of(tx)).values() if ticket.is_open]
    changes = [trend[-1] - trend[0] for trend in trends if len(trend) > 1]
    assert sum(change > 0 for change in changes) >= 6
    assert sum(change < 0 for change in changes) >= 3
    assert max(len(trend) for trend in trends) >= 4


async def test_warnings_and_breaches_are_in_the_journal_at_the_moment_that_they_fell_due(database: Database) -> None:
    async with database.read() as tx:
        events = await journal_of(tx)
        clocks = await tx.sla_clocks.of_tickets([event.ticket_id for event in events if event.ticket_id])
    moments = [event.at for event in events]
    assert moments == sorted(moments)
    assert (moments[0], moments[-1] <= PRESENT) == (PRESENT - STORY, True)
    breached = [event for event in events if event.type is EventType.SLA_BREACHED]
    assert len(breached) >= 5
    for event in breached:
        late = event.at - datetime.fromisoformat(event.data["due_at"])
        assert late < timedelta(seconds=1)
        clock: SlaClock = clocks[event.ticket_id or 0][ClockKind(event.data["clock"])]
        assert clock.breached_at is not None
        assert event.data["cause"]


async def test_those_who_escalate_are_the_monitor_and_the_people(database: Database) -> None:
    async with database.read() as tx:
        events = await journal_of(tx)
        stays = {ticket.id for ticket in (await tickets_of(tx)).values() if ticket.status is TicketStatus.ESCALATED}
    escalated = [event for event in events if event.type is EventType.TICKET_ESCALATED]
    assert {event.actor_name for event in escalated} & {user.name for user in CONTENT.users}
    assert "HandleServiceExceptions" in {event.actor_name for event in escalated}
    assert stays <= {event.ticket_id for event in escalated}


async def test_people_can_sign_in_and_customers_are_known_by_every_contact_point(database: Database) -> None:
    people = People(database, demo=True)
    for user in CONTENT.users[:2]:
        signed_in = await people.user_of_session(await people.sign_in(user.email, DEMO_PASSWORD, "here"))
        assert signed_in is not None
        assert (signed_in.name, signed_in.role, signed_in.queues) == (user.name, user.role, frozenset(user.queues))
    async with database.read() as tx:
        found = {customer.name: customer for customer in await tx.customers.page(None, 1_000)}
    for customer in CONTENT.customers:
        known = found[customer.name]
        assert (known.tier, known.company) == (customer.tier, customer.company)
        assert known.annual_value_usd == str(customer.annual_value_usd)
        points = {*customer.emails, *customer.phones, *customer.handles}
        assert {point.value for point in known.contacts} == points
    assert len(found) == len(CONTENT.customers)


async def test_articles_carry_their_record_and_the_index_is_current(database: Database) -> None:
    async with database.read() as tx:
        articles = await tx.articles.page(0, 1_000)
        assert await tx.articles.unindexed_ids(index_name("marks-1")) == []
    used = {article.external_id: (article.used, article.solved) for article in articles}
    assert used == {article.id: (article.used, article.solved) for article in CONTENT.articles}
    knowledge = KnowledgeBase(database, MarkAnalyzer())
    assert await knowledge.refresh() == 0
    assert await knowledge.ask(CONTENT.articles[0].questions[0], limit=3)


async def test_macros_are_on_the_shelves_of_those_who_may_use_them(database: Database) -> None:
    async with database.read() as tx:
        people = {user.email: user for user in await tx.users.all()}
        shared = await tx.macros.of(None)
        of_marcus = await tx.macros.of(people[USERS["marcus"].email].id)
    assert {macro.title for macro in shared} == {macro.title for macro in CONTENT.macros if macro.owner is None}
    assert {macro.title for macro in of_marcus} - {macro.title for macro in shared} == {
        "Roll-out plan for hotels, 3.6.1"
    }
    assert [macro.used for macro in shared] == sorted((macro.used for macro in shared), reverse=True)


async def test_people_have_seen_what_they_were_told_but_the_latest(database: Database) -> None:
    async with database.read() as tx:
        told = [await tx.alerts.of(user.id, 1_000) for user in await tx.users.all()]
    alerts = [alert for mine in told for alert in mine]
    assert {AlertKind.AT_RISK, AlertKind.CUSTOMER_REPLIED} <= {alert.kind for alert in alerts}
    assert max(len(mine) for mine in told) <= MOST_KEPT
    unread = [alert for alert in alerts if not alert.is_read]
    assert unread
    assert min(alert.created_at for alert in unread) >= PRESENT - NOT_SEEN_YET > min(a.created_at for a in alerts)


async def test_all_that_was_due_is_done_and_left_through_the_channels_given(
    database: Database, planted: Planted
) -> None:
    async with database.read() as tx:
        outbox, work = await tx.outbox.counts(), await tx.work.counts()
        assert not await tx.work.any_due()
    assert outbox == {"sent": len(planted.channel.delivered)}
    assert set(work) <= {"ready"}


async def test_some_customers_answer_the_survey_after_it_was_sent(database: Database) -> None:
    async with database.read() as tx:
        events = await journal_of(tx)
    resolved = {event.ticket_id: event.at for event in events if event.type is EventType.TICKET_RESOLVED}
    sent = {event.ticket_id: event.at for event in events if event.type is EventType.SURVEY_SENT}
    answered = [event for event in events if event.type is EventType.SURVEY_ANSWERED]
    for ticket_id, at in sent.items():
        late = at - resolved[ticket_id] - RULES.quality.csat.send_after_minutes * timedelta(minutes=1)
        assert timedelta(0) <= late < timedelta(minutes=1)
    assert 5 <= len(answered) < len(sent)
    assert len({event.ticket_id for event in answered}) == len(answered)
    assert len({event.data["score"] for event in answered}) > 1
    assert all(event.at > sent[event.ticket_id] for event in answered)


async def test_the_hourly_counts_are_those_of_the_journal(database: Database) -> None:
    async with database.read() as tx:
        told = Counter(event.type.value for event in await journal_of(tx) if event.type in COUNTED)
        sums = await tx.rollups.sums(PRESENT - STORY - timedelta(days=1))
    counted: Counter[str] = Counter()
    for (name, _), (count, _) in sums.items():
        counted[name] += count
    assert counted == told


async def test_progress_counts_up_to_its_end(planted: Planted) -> None:
    total = planted.progress[-1][1]
    assert planted.was_planted
    assert planted.progress == [(done, total) for done in range(1, total + 1)]


async def test_planting_again_does_nothing(database: Database, planted: Planted) -> None:
    async with database.read() as tx:
        before = await tx.journal.last_seq()
    assert await planted.plant() is False
    async with database.read() as tx:
        assert await tx.journal.last_seq() == before
        page, _ = await tx.ticket_pages.page(TicketFilter(), TicketSort.OLDEST, None, 1_000)
    assert len(page) == len(CONTENT.conversations)


async def test_counts_and_moods_of_each_ticket_are_those_of_its_messages(database: Database) -> None:
    async with database.read() as tx:
        for ticket in (await tickets_of(tx)).values():
            said = await tx.messages.of_ticket(ticket.id)
            asked = [message for message in said if message.is_from_customer and message.automatic is None]
            analyses = await tx.analyses.of_messages([message.id for message in asked])
            assert ticket.customer_messages == len(asked)
            assert ticket.answered_messages == await tx.messages.count_answered(ticket.id)
            assert ticket.trend == tuple(analyses[message.id].sentiment.mood for message in asked)[-12:]
