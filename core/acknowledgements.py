"""Tells the writer of a new e-mail its number and when an answer comes. Once for each ticket, never to a machine."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from core import replies
from core.domain.access import Actor
from core.domain.analysis import Analysis
from core.domain.entities import Customer, Message, Ticket
from core.domain.enums import Channel
from core.phrases import Phrase, addressed, phrase
from core.storage.transaction import Transaction

MOST_AN_HOUR = 5
"""To one address: two machines that write to each other must not fill the outbox."""

Opening = tuple[Ticket, Message, Analysis | None]


async def acknowledge(tx: Transaction, actor: Actor, opened: Sequence[Opening], house: replies.House) -> None:
    """Queue one acknowledgement for each ticket among `opened` whose first message this is."""
    if not house.rules.channels.email.automatic_reply:
        return
    mail = [entry for entry in opened if entry[0].channel is Channel.EMAIL and entry[1].automatic is None]
    first = await tx.messages.first_of_tickets([ticket.id for ticket, _, _ in mail])
    mail = [entry for entry in mail if first[entry[0].id] == entry[1].id]
    if not mail:
        return
    writers = await tx.customers.get_many([ticket.customer_id for ticket, _, _ in mail])
    customers = {writer.id: writer for writer in writers}
    recent = await tx.outbox.counts_to([message.address for _, message, _ in mail], tx.now - timedelta(hours=1))
    await replies.queue_replies(tx, actor, _addressed(mail, customers, recent), house)


def _addressed(
    mail: Sequence[Opening], customers: Mapping[int, Customer], recent: Mapping[str, int]
) -> list[replies.Addressed]:
    counts = dict(recent)
    wanted = []
    for ticket, message, analysis in mail:
        customer = customers[ticket.customer_id]
        recipient = message.address
        if not recipient or counts.get(recipient, 0) >= MOST_AN_HOUR:
            continue
        counts[recipient] = counts.get(recipient, 0) + 1
        draft = _draft(ticket, customer, (analysis.language if analysis else None) or customer.language)
        wanted.append(replies.Addressed(ticket, draft, recipient, message.message_id_header))
    return wanted


def _draft(ticket: Ticket, customer: Customer, language: str | None) -> replies.Draft:
    due = f"{ticket.due_at:%Y-%m-%d %H:%M} UTC" if ticket.due_at else "soon"
    name = addressed(customer.name, language)
    text = phrase(Phrase.ACKNOWLEDGEMENT, language, name=name, number=ticket.id, answer_by=due)
    return replies.Draft(text, automatic=True, effect_key=f"ack:{ticket.id}", counts_as_answer=False)
