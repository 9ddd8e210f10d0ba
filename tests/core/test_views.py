"""What is read is one consistent state, and what follows it is told."""

import pytest

from core.bootstrap import Engine
from core.domain.access import SYSTEM
from core.domain.enums import Channel, TicketStatus
from core.domain.errors import NotAllowed, NotFound
from core.domain.events import EventType, NewEvent
from core.domain.filters import TicketCursor, TicketFilter, TicketSort
from core.storage.transaction import Transaction
from tests.cast import ada, eve
from tests.factories import a_message, a_ticket, kinds_of, receive, resolve, view_of
from tests.marks import only_on_postgresql


async def test_a_view_holds_everything_of_its_ticket(engine: Engine) -> None:
    agent = await ada(engine.database)
    ticket = await a_ticket(engine, "My lamp flickers")
    await engine.desk.reply(agent.actor, ticket.id, "Which one?")
    await engine.desk.note(agent.actor, ticket.id, "A known fault")
    view = await view_of(engine, ticket.id)
    assert view.customer.name == "Kim Park"
    assert len(view.clocks) == 2
    assert [entry.message.kind for entry in view.messages] == ["customer", "auto_reply", "reply", "note"]
    assert view.messages[0].analysis is not None
    assert view.messages[2].delivery is not None
    assert [event.type for event in view.events] == await kinds_of(engine, ticket.id)


async def test_what_follows_a_view_tells_of_every_later_change(engine: Engine) -> None:
    agent = await ada(engine.database)
    ticket = await a_ticket(engine)
    view = await view_of(engine, ticket.id)
    assert await engine.views.events(SYSTEM, view.seq, ticket_id=ticket.id) == []
    await engine.desk.reply(agent.actor, ticket.id, "Which one?")
    await receive(engine, "The blue one", ticket_id=ticket.id)
    news = await engine.views.events(SYSTEM, view.seq, ticket_id=ticket.id)
    fresh = await view_of(engine, ticket.id)
    assert [*view.events, *news] == list(fresh.events)


async def test_messages_after_one_come_as_the_view_shows_them(engine: Engine) -> None:
    agent = await ada(engine.database)
    ticket = await a_ticket(engine, "My lamp flickers")
    seen = (await view_of(engine, ticket.id)).messages
    await engine.desk.reply(agent.actor, ticket.id, "Which one?")
    await receive(engine, "The blue one", ticket_id=ticket.id)
    news = await engine.views.messages_after(agent.actor, ticket.id, seen[-1].message.id)
    assert (*seen, *news) == (await view_of(engine, ticket.id)).messages
    assert [entry.message.kind for entry in news] == ["reply", "customer"]
    with pytest.raises(NotFound):
        await engine.views.messages_after(agent.actor, 4711, 0)


@only_on_postgresql
async def test_what_commits_beside_a_view_is_told_after_it(engine: Engine) -> None:
    """The row with the lower number commits after the view was read that shows the higher one."""
    ticket = await a_ticket(engine)
    connection = await engine.database._writer.connect()
    await connection.begin()
    open_one = Transaction(connection, engine.database)
    open_one.record(NewEvent(EventType.REPLY_SENT, SYSTEM, ticket.id, data={"late": True}))
    await open_one.write_events()
    async with engine.database.transaction() as tx:
        tx.record(NewEvent(EventType.NOTE_ADDED, SYSTEM, ticket.id))
    view = await view_of(engine, ticket.id)
    assert view.events[-1].type is EventType.NOTE_ADDED
    await connection.commit()
    await connection.close()
    news = await engine.views.events(SYSTEM, view.seq, ticket_id=ticket.id)
    assert EventType.REPLY_SENT in [event.type for event in news]


async def test_the_list_pages_through_open_tickets(engine: Engine) -> None:
    tickets = [await a_ticket(engine, f"Question {number}") for number in range(5)]
    await resolve(engine, tickets[0].id)
    seen: list[int] = []
    cursor: TicketCursor | None = None
    while not seen or cursor:
        page, cursor = await engine.views.tickets(SYSTEM, TicketFilter(open=True), TicketSort.NEWEST, cursor, 3)
        seen += [ticket.id for ticket in page]
    assert seen == [ticket.id for ticket in tickets[:0:-1]]


async def test_queues_know_how_many_wait_in_them(engine: Engine) -> None:
    await a_ticket(engine, "[intent=error_report]")
    await resolve(engine, (await a_ticket(engine, "[intent=error_report]")).id)
    await engine.intake.accept(a_message())
    loads = {load.queue.id: load.open for load in await engine.views.queues(SYSTEM)}
    assert loads["technical_support"] == 1
    assert list(loads) == list(engine.rules.current.queues)


async def test_customers_are_found_by_the_beginning_of_their_name(engine: Engine) -> None:
    await a_ticket(engine)
    for beginning, expected in (("kim", 1), ("KIM P", 1), ("park", 0), ("%", 0), ("", 1)):
        assert len(await engine.views.customers(SYSTEM, None, 10, beginning)) == expected, beginning


async def test_an_executive_reads_no_ticket_and_no_customer(engine: Engine) -> None:
    executive = (await eve(engine.database)).actor
    ticket = await a_ticket(engine)
    reads = (
        engine.views.ticket(executive, ticket.id),
        engine.views.tickets(executive, TicketFilter()),
        engine.views.search(executive, "lamp", TicketFilter()),
        engine.views.messages_after(executive, 1, 0),
        engine.views.customer(executive, ticket.customer_id),
        engine.views.customers(executive, None, 10),
        engine.views.events(executive, 0),
        engine.views.original(executive, 1),
        engine.views.attachment(executive, 1),
        engine.views.queues(executive),
        engine.views.users(executive),
        engine.views.many(executive, [ticket.id]),
        engine.views.last_seq(executive),
        engine.views.tickets_with_clocks(executive, [ticket]),
    )
    for read in reads:
        with pytest.raises(NotAllowed):
            await read


async def test_what_is_not_there_is_not_found(engine: Engine) -> None:
    for read in (
        engine.views.ticket(SYSTEM, 4711),
        engine.views.customer(SYSTEM, 4711),
        engine.views.attachment(SYSTEM, 1),
    ):
        with pytest.raises(NotFound):
            await read
    assert await engine.views.many(SYSTEM, [4711]) == {}
    assert await engine.views.original(SYSTEM, 4711) is None


async def test_a_note_has_no_original(engine: Engine) -> None:
    ticket = await a_ticket(engine, channel=Channel.CHAT)
    note = await engine.desk.note(SYSTEM, ticket.id, "Seen")
    assert await engine.views.original(SYSTEM, note.id) is None
    assert ticket.status is TicketStatus.NEW
