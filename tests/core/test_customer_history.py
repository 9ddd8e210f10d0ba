"""What the desk tells of a customer's earlier tickets."""

import pytest

from core.bootstrap import Engine
from core.desk import TicketPatch
from core.domain.access import SYSTEM
from core.domain.enums import TicketStatus
from core.domain.errors import NotAllowed, NotFound
from core.links import Signed
from tests.cast import VERA, ada, eve
from tests.conftest import MovableClock
from tests.factories import a_ticket, resolve


async def test_a_new_customer_has_one_ticket_and_no_score(engine: Engine, clock: MovableClock) -> None:
    began = clock.now()
    ticket = await a_ticket(engine)
    clock.advance(hours=1)
    history = await engine.views.history(SYSTEM, ticket.customer_id)
    assert (history.total, history.open, history.resolved) == (1, (ticket,), 0)
    assert (history.csat, history.csat_count, history.since) == (None, 0, began)


async def test_a_history_counts_all_and_lists_the_newest_open_ones(engine: Engine, clock: MovableClock) -> None:
    tickets = [await a_ticket(engine, subject=f"Question {number}") for number in range(14)]
    await a_ticket(engine, customer=VERA)
    for ticket in tickets[-2:]:
        await resolve(engine, ticket.id)
    await engine.desk.change(SYSTEM, tickets[-1].id, TicketPatch(status=TicketStatus.CLOSED))
    history = await engine.views.history(SYSTEM, tickets[0].customer_id)
    assert (history.total, history.resolved) == (14, 2)
    assert [ticket.id for ticket in history.open] == [ticket.id for ticket in reversed(tickets[2:12])]


async def test_a_score_is_the_mean_of_the_answers(engine: Engine, clock: MovableClock) -> None:
    tickets = [await a_ticket(engine, subject=f"Question {number}") for number in range(3)]
    for ticket in tickets:
        await resolve(engine, ticket.id)
    clock.advance(hours=1)
    await engine.orchestrator.drain()
    for ticket, score in zip(tickets[:2], (5, 2), strict=True):
        await engine.satisfaction.answer(engine.links.token(Signed.SURVEY, ticket.id), score)
    history = await engine.views.history(SYSTEM, tickets[0].customer_id)
    assert (history.csat, history.csat_count) == (3.5, 2)


async def test_a_history_is_for_who_may_read_customers(engine: Engine) -> None:
    ticket, executive = await a_ticket(engine), await eve(engine.database)
    with pytest.raises(NotAllowed):
        await engine.views.history(executive.actor, ticket.customer_id)
    with pytest.raises(NotFound):
        await engine.views.history((await ada(engine.database)).actor, 4711)
