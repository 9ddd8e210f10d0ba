"""The query of the ticket list, and what it means to the engine."""

from typing import Annotated

from pydantic import Field

from core.domain.access import Actor
from core.domain.enums import Category, Channel, ClockState, CustomerTier, Priority, Sentiment, TicketStatus
from core.domain.errors import InvalidInput
from core.domain.filters import TicketCursor, TicketFilter, TicketSort
from integrations.api.fields import Id, LanguageCode, Many, Text, Word
from integrations.api.pages import LAST_ID, Cursors, PageQuery

_NOBODY, _MYSELF = "none", "me"


class TicketQuery(PageQuery):
    status: Many[TicketStatus] = ()
    priority: Many[Priority] = ()
    queue: Annotated[Many[Word], Field(description="Ids of queues")] = ()
    category: Many[Category] = ()
    channel: Many[Channel] = ()
    sentiment: Many[Sentiment] = ()
    tier: Annotated[Many[CustomerTier], Field(description="Of the customer")] = ()
    language: Annotated[Many[LanguageCode], Field(description="ISO 639 codes, such as en")] = ()
    sla: Annotated[Many[ClockState], Field(description="State of the clock that is due next")] = ()
    assignee: Annotated[str | None, Field(max_length=20, description="`me`, `none`, or the id of a user")] = None
    open: Annotated[bool | None, Field(description="Whether it is neither resolved nor closed")] = None
    escalated: Annotated[bool | None, Field(description="Whether it was escalated")] = None
    customer_id: Id | None = None
    sort: Annotated[
        TicketSort,
        Field(
            description="due: nearest deadline first; priority: most urgent first; waiting: longest waiting first; "
            "updated: newest message first. A search sorts by newest match"
        ),
    ] = TicketSort.DUE
    q: Annotated[
        Text | None,
        Field(
            min_length=1,
            max_length=500,
            description='Full-text search: tickets with a message that holds every word; "quotes" make a phrase. '
            "A ticket stands at its newest match, once",
        ),
    ] = None

    def filter(self, actor: Actor) -> TicketFilter:
        """Raises InvalidInput for an assignee that can't be."""
        unassigned, assignee_id = _assignee(self.assignee, actor)
        return TicketFilter(
            open=self.open,
            statuses=self.status,
            priorities=self.priority,
            channels=self.channel,
            categories=self.category,
            sentiments=self.sentiment,
            tiers=self.tier,
            languages=self.language,
            queues=self.queue,
            sla_states=self.sla,
            assignee_id=assignee_id,
            unassigned=unassigned,
            escalated=self.escalated,
            customer_id=self.customer_id,
        )


def write_cursor(cursors: Cursors, sort: TicketSort, cursor: TicketCursor | None) -> str | None:
    return cursors.write(f"tickets:{sort.value}", cursor.key, cursor.id) if cursor else None


def read_cursor(cursors: Cursors, sort: TicketSort, text: str | None) -> TicketCursor | None:
    if text is None:
        return None
    key, ticket_id = cursors.read(f"tickets:{sort.value}", text)
    return TicketCursor(key, ticket_id)


def _assignee(given: str | None, actor: Actor) -> tuple[bool, int | None]:
    """(nobody, or this user)"""
    if given is None:
        return False, None
    if given == _NOBODY:
        return True, None
    if given == _MYSELF:
        if actor.user_id is None:
            raise InvalidInput("assignee", "a token is nobody who could have tickets", "Give the id of a user")
        return False, actor.user_id
    if not (given.isascii() and given.isdigit() and 1 <= int(given) <= LAST_ID):
        raise InvalidInput("assignee", f"{given!r} is nobody", "Give me, none or the id of a user")
    return False, int(given)
