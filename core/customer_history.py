"""What a customer's earlier tickets say: how many, which are open, how content they were."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.entities import Ticket
from core.domain.filters import TicketFilter, TicketSort
from core.storage.transaction import Transaction

MOST_OPEN = 10


@dataclass(frozen=True, slots=True)
class CustomerHistory:
    """`open` are the newest open tickets, ten at most; `resolved` counts the closed ones too. `csat` is the mean of
    `csat_count` scores from 1 to 5, or None when nobody answered a survey."""

    total: int
    open: tuple[Ticket, ...]
    resolved: int
    csat: float | None
    csat_count: int
    since: datetime


async def history_of(tx: Transaction, customer_id: int) -> CustomerHistory:
    customer = await tx.customers.get(customer_id)
    still_open, ended = await tx.tickets.counts_of_customer(customer_id)
    current = TicketFilter(open=True, customer_id=customer_id)
    newest, _ = await tx.ticket_pages.page(current, TicketSort.NEWEST, None, MOST_OPEN)
    mean, answers = await tx.surveys.of_customer(customer_id)
    return CustomerHistory(still_open + ended, tuple(newest), ended, mean, answers, customer.created_at)
