"""MeasureCustomerSatisfaction (APQC 6.3): asks how it went after a resolution, and keeps the answer."""

import hashlib
import logging
from collections.abc import Sequence

from config.holder import RulesHolder
from core import replies
from core.domain.access import Actor, service_agent
from core.domain.entities import Ticket
from core.domain.enums import ActorKind, Channel, TicketStatus
from core.domain.errors import InvalidInput, NotFound
from core.domain.events import Event, EventType, NewEvent
from core.links import Links, Signed
from core.phrases import Phrase, phrase
from core.storage.database import Database
from core.storage.transaction import Transaction

log = logging.getLogger(__name__)

NAME = "MeasureCustomerSatisfaction"
ACTOR = service_agent(NAME)
LONGEST_COMMENT = 2_000


class Satisfaction:
    def __init__(self, database: Database, rules: RulesHolder, links: Links) -> None:
        self._database, self._rules, self._links = database, rules, links

    async def survey(self, tx: Transaction, events: Sequence[Event]) -> None:
        """Send one survey for a ticket that is still resolved."""
        tickets = await tx.tickets.get_many([event.ticket_id for event in events if event.ticket_id])
        for ticket in tickets.values():
            resolved = ticket.status in (TicketStatus.RESOLVED, TicketStatus.CLOSED)
            if not resolved or await tx.surveys.exists(ticket.id):
                continue
            # A machine is not asked how it went.
            if await tx.messages.any_by_a_person(ticket.id):
                await self._ask(tx, ticket)

    async def _ask(self, tx: Transaction, ticket: Ticket) -> None:
        text = phrase(Phrase.SURVEY, ticket.language, number=ticket.id, link=self._links.survey(ticket.id))
        rules = self._rules.current
        # Where a survey can't go back the way the customer came, it goes by e-mail, if they have an address.
        channel = ticket.channel if ticket.channel in rules.quality.csat.channels else Channel.EMAIL
        draft = replies.Draft(
            text, automatic=True, effect_key=f"survey:{ticket.id}", counts_as_answer=False, channel=channel
        )
        try:
            await replies.queue_reply(tx, ACTOR, ticket, draft, replies.House(rules, self._links))
        except InvalidInput as error:
            log.info("no survey for ticket %d: %s", ticket.id, error)
            return
        await tx.surveys.add(ticket.id, _hash(self._links.token(Signed.SURVEY, ticket.id)))
        tx.record(NewEvent(EventType.SURVEY_SENT, ACTOR, ticket.id, customer_id=ticket.customer_id))

    async def answer(self, token: str, score: int, comment: str = "") -> None:
        """Keep a customer's answer; a later one replaces it. Raises NotFound for a link that was never sent."""
        if not 1 <= score <= 5:
            raise InvalidInput("score", f"{score} is not on the scale", "Give a whole number from 1 to 5")
        if len(comment) > LONGEST_COMMENT:
            raise InvalidInput("comment", "is too long", f"Give at most {LONGEST_COMMENT:,} characters")
        async with self._database.transaction() as tx:
            survey = await tx.surveys.by_token(_hash(token))
            if survey is None:
                raise NotFound("survey", "behind this link")
            ticket = await tx.tickets.get(survey.ticket_id)
            await tx.surveys.answer(survey.id, score, comment.replace("\x00", ""))
            actor = Actor(ActorKind.CUSTOMER, str(ticket.customer_id), ticket.customer_name)
            data = {"score": score, "was": survey.score}
            tx.record(NewEvent(EventType.SURVEY_ANSWERED, actor, ticket.id, customer_id=ticket.customer_id, data=data))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
