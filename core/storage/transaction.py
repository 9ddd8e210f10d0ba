"""The unit of work: stores over one connection, and the events that commit with what they did."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain.events import Event, EventType, NewEvent
from core.storage.alerts import Alerts
from core.storage.analyses import Analyses
from core.storage.articles import Articles
from core.storage.attachments import Attachments
from core.storage.corrections import Corrections
from core.storage.customers import Customers
from core.storage.drafts import Drafts
from core.storage.journal import Journal
from core.storage.macros import Macros
from core.storage.messages import Messages
from core.storage.outbox import Outbox
from core.storage.preferences import Preferences
from core.storage.proposals import Proposals
from core.storage.quarantine import Quarantine
from core.storage.queues import Queues
from core.storage.receipts import Receipts
from core.storage.rollups import Rollups
from core.storage.saved_views import SavedViews
from core.storage.search import Search
from core.storage.sequences import Sequences
from core.storage.sessions import Sessions
from core.storage.sla_clocks import SlaClocks
from core.storage.surveys import Surveys
from core.storage.ticket_pages import TicketPages
from core.storage.ticket_reads import TicketReads
from core.storage.tickets import Tickets
from core.storage.tokens import Tokens
from core.storage.users import Users
from core.storage.work import Work

if TYPE_CHECKING:
    from core.storage.database import Database


class WorkPlan(Protocol):
    """Says which handlers must run for an event, and how long after it."""

    def handlers_of(self, event: EventType) -> Sequence[tuple[str, float]]:
        """(handler name, delay in seconds) pairs."""
        ...


class Transaction:
    """One atomic change, or one consistent read. Made by Database only."""

    def __init__(self, connection: AsyncConnection, database: Database) -> None:
        self.connection = connection
        self.database = database
        self.last_seq = 0
        self._events: list[NewEvent] = []

    @property
    def now(self) -> datetime:
        return self.database.clock.now()

    @property
    def is_sqlite(self) -> bool:
        return self.database.is_sqlite

    def record(self, event: NewEvent) -> None:
        """Write `event` to the journal when this transaction commits, with the work that follows from it."""
        self._events.append(event)

    async def write_events(self) -> list[Event]:
        """Write what was recorded so far, with work rows for its handlers; returns the journal rows."""
        written = await self.take_events()
        await self.work.plan(written)
        return written

    async def take_events(self) -> list[Event]:
        """Write what was recorded so far without work rows: the caller runs the handlers in this transaction."""
        if not self._events:
            return []
        events, self._events = self._events, []
        written = await self.journal.append(events)
        self.last_seq = written[-1].seq
        return written

    def mark(self) -> int:
        """How many events are recorded and not yet written; for `forget_since` after a savepoint was undone."""
        return len(self._events)

    def forget_since(self, mark: int) -> None:
        del self._events[mark:]

    def annotate_since(self, mark: int, **data: Any) -> None:
        """Add the same `data` to every event recorded after `mark`: what they were part of."""
        self._events[mark:] = [replace(event, data={**event.data, **data}) for event in self._events[mark:]]

    def savepoint(self) -> AbstractAsyncContextManager[Any]:
        return self.connection.begin_nested()

    async def insert(self, table: Any, rows: Sequence[dict[str, Any]]) -> None:
        """Insert rows of the same shape in one round trip."""
        if rows:
            await self.connection.execute(table.insert(), list(rows))

    def upsert(self, table: Any) -> Any:
        """An insert that can be told what to do with a row that is there already: ON CONFLICT."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)

    @cached_property
    def sequences(self) -> Sequences:
        return Sequences(self)

    @cached_property
    def journal(self) -> Journal:
        return Journal(self)

    @cached_property
    def work(self) -> Work:
        return Work(self)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self)

    @cached_property
    def customers(self) -> Customers:
        return Customers(self)

    @cached_property
    def tickets(self) -> Tickets:
        return Tickets(self)

    @cached_property
    def ticket_pages(self) -> TicketPages:
        return TicketPages(self)

    @cached_property
    def ticket_reads(self) -> TicketReads:
        return TicketReads(self)

    @cached_property
    def messages(self) -> Messages:
        return Messages(self)

    @cached_property
    def receipts(self) -> Receipts:
        return Receipts(self)

    @cached_property
    def attachments(self) -> Attachments:
        return Attachments(self)

    @cached_property
    def analyses(self) -> Analyses:
        return Analyses(self)

    @cached_property
    def articles(self) -> Articles:
        return Articles(self)

    @cached_property
    def macros(self) -> Macros:
        return Macros(self)

    @cached_property
    def sla_clocks(self) -> SlaClocks:
        return SlaClocks(self)

    @cached_property
    def queues(self) -> Queues:
        return Queues(self)

    @cached_property
    def users(self) -> Users:
        return Users(self)

    @cached_property
    def sessions(self) -> Sessions:
        return Sessions(self)

    @cached_property
    def tokens(self) -> Tokens:
        return Tokens(self)

    @cached_property
    def quarantine(self) -> Quarantine:
        return Quarantine(self)

    @cached_property
    def search(self) -> Search:
        return Search(self)

    @cached_property
    def surveys(self) -> Surveys:
        return Surveys(self)

    @cached_property
    def rollups(self) -> Rollups:
        return Rollups(self)

    @cached_property
    def preferences(self) -> Preferences:
        return Preferences(self)

    @cached_property
    def saved_views(self) -> SavedViews:
        return SavedViews(self)

    @cached_property
    def drafts(self) -> Drafts:
        return Drafts(self)

    @cached_property
    def alerts(self) -> Alerts:
        return Alerts(self)

    @cached_property
    def corrections(self) -> Corrections:
        return Corrections(self)

    @cached_property
    def proposals(self) -> Proposals:
        return Proposals(self)
