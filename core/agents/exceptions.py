"""HandleServiceExceptions (APQC 6.2.2): escalates, warns, notifies, and returns what could not be delivered."""

from collections.abc import Sequence
from typing import Any

from config.holder import RulesHolder
from core import status
from core.domain.access import service_agent
from core.domain.entities import Ticket
from core.domain.enums import TicketStatus
from core.domain.events import Event, EventType, NewEvent
from core.links import Links
from core.notifications import notify
from core.storage.transaction import Transaction

NAME = "HandleServiceExceptions"
ACTOR = service_agent(NAME)
SUPERVISORS = ("supervisors",)


class Exceptions:
    def __init__(self, rules: RulesHolder, mail_domain: str, links: Links) -> None:
        self._rules, self._mail_domain, self._links = rules, mail_domain, links

    async def notify(self, tx: Transaction, events: Sequence[Event]) -> None:
        """Tell the targets that the routing rule names."""
        named = [event for event in events if event.data.get("notify")]
        tickets = await tx.tickets.get_many([event.ticket_id for event in named if event.ticket_id])
        for event in named:
            ticket = tickets[event.ticket_id or 0]
            text = (
                f"{ticket.priority.value.capitalize()}: {ticket.subject} ({ticket.customer_name}, {ticket.tier.value})"
            )
            await self._tell(tx, event, ticket, event.data["notify"], text)

    async def warn(self, tx: Transaction, events: Sequence[Event]) -> None:
        tickets = await tx.tickets.get_many([event.ticket_id for event in events if event.ticket_id])
        for event in events:
            ticket = tickets[event.ticket_id or 0]
            if ticket.is_open:
                clock = str(event.data["clock"]).replace("_", " ")
                await self._tell(tx, event, ticket, SUPERVISORS, f"At risk, {clock} due {event.data['due_at']}")

    async def escalate(self, tx: Transaction, events: Sequence[Event]) -> None:
        """Escalate what is late, once; who has it keeps it, and the supervisors hear of it."""
        tickets = await tx.tickets.lock_many(sorted({event.ticket_id for event in events if event.ticket_id}))
        for event in events:
            ticket = tickets.get(event.ticket_id or 0)
            if ticket is None or not ticket.is_open or ticket.status is TicketStatus.ESCALATED:
                continue
            reason = str(event.data.get("cause") or "not resolved within its escalation time")
            columns = await status.move(
                tx, ACTOR, ticket, TicketStatus.ESCALATED, self._rules.current, reason=reason, cause=event.type.value
            )
            tickets[ticket.id] = await tx.tickets.change(ticket.id, ticket.version, **columns)
            await self._tell(tx, event, ticket, SUPERVISORS, f"Escalated: {reason}")

    async def return_to_agent(self, tx: Transaction, events: Sequence[Event]) -> None:
        """An answer that could not be delivered is no answer: the ticket waits for a human again.

        A receipt or a survey that did not arrive changes nothing for the ticket.
        """
        answers = [event for event in events if event.data.get("answers", True)]
        tickets = await tx.tickets.lock_many(sorted({event.ticket_id for event in answers if event.ticket_id}))
        for event in answers:
            ticket = tickets.get(event.ticket_id or 0)
            if ticket is None or not ticket.takes_messages:
                continue
            columns: dict[str, Any] = {"waiting_since": ticket.waiting_since or tx.now}
            columns["answered_messages"] = await tx.messages.count_answered(ticket.id)
            if ticket.status in (TicketStatus.RESOLVED, TicketStatus.PENDING_CUSTOMER):
                to = status.working_status(ticket)
                columns |= await status.move(tx, ACTOR, ticket, to, self._rules.current, reason=status.UNDELIVERED)
            tickets[ticket.id] = await tx.tickets.change(ticket.id, ticket.version, **columns)

    async def _tell(self, tx: Transaction, event: Event, ticket: Ticket, targets: Sequence[str], text: str) -> None:
        recipients = await notify(
            tx,
            key=f"notice:{event.seq}",
            ticket=ticket,
            targets=[self._rules.current.notify_targets[name] for name in targets],
            text=f"#{ticket.id} {text}\n{self._links.ticket(ticket.id)}",
            mail_domain=self._mail_domain,
        )
        data = {"to": recipients, "text": text}
        tx.record(NewEvent(EventType.NOTIFICATION_QUEUED, ACTOR, ticket.id, customer_id=ticket.customer_id, data=data))
