"""What people do to tickets: who may, under which version, and what follows."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from core.bootstrap import Engine
from core.desk import TicketPatch
from core.domain.access import Actor
from core.domain.entities import Ticket, User
from core.domain.enums import (
    Category,
    Channel,
    ClockKind,
    ClockState,
    Language,
    MessageKind,
    Priority,
    Sentiment,
    TicketStatus,
)
from core.domain.errors import Conflict, FrontlineError, InvalidInput, NotAllowed, NotFound, VersionConflict
from core.domain.events import EventType
from core.domain.statuses import FOLLOWING
from core.macros import MacroText
from tests.cast import IDA, ROBOT, ada, eve, sam
from tests.conftest import MovableClock
from tests.factories import a_message, a_ticket, bare_ticket, events_of, kinds_of, receive, resolve, ticket_of, view_of
from tests.fakes import RecordingChannel

Verb = Callable[[Engine, Actor, Ticket], Awaitable[Any]]

VERBS: dict[str, Verb] = {
    "change": lambda engine, actor, ticket: engine.desk.change(actor, ticket.id, TicketPatch(subject="Other")),
    "take": lambda engine, actor, ticket: engine.desk.take(actor, ticket.id),
    "give away": lambda engine, actor, ticket: engine.desk.assign(actor, ticket.id, None),
    "reply": lambda engine, actor, ticket: engine.desk.reply(actor, ticket.id, "Hello"),
    "note": lambda engine, actor, ticket: engine.desk.note(actor, ticket.id, "Hello"),
}


@pytest.fixture
async def agent(engine: Engine) -> User:
    return await ada(engine.database, queues=())


@pytest.fixture
async def ticket(engine: Engine) -> Ticket:
    return await a_ticket(engine)


# --- Who may ---


async def test_each_verb_asks_for_its_permission(engine: Engine, ticket: Ticket, agent: User) -> None:
    executive, supervisor = await eve(engine.database), await sam(engine.database)
    for name, verb in VERBS.items():
        with pytest.raises(NotAllowed):
            await verb(engine, executive.actor, ticket)
        if name != "give away":
            await verb(engine, agent.actor, await a_ticket(engine))
        await verb(engine, supervisor.actor, await a_ticket(engine))


async def test_an_agent_moves_no_ticket_that_is_not_their_own(engine: Engine, ticket: Ticket, agent: User) -> None:
    other = await ada(engine.database, name="Bob", queues=())
    with pytest.raises(NotAllowed):
        await engine.desk.assign(agent.actor, ticket.id, other.id)
    taken = await engine.desk.take(agent.actor, ticket.id)
    with pytest.raises(NotAllowed):
        await engine.desk.assign(other.actor, ticket.id, None)
    with pytest.raises(NotAllowed):
        await engine.desk.assign(agent.actor, ticket.id, other.id)
    given_back = await engine.desk.assign(agent.actor, taken.id, None)
    assert (given_back.assignee_id, given_back.status) == (None, TicketStatus.NEW)


async def test_a_supervisor_hands_tickets_over(engine: Engine, ticket: Ticket, agent: User) -> None:
    supervisor, executive = await sam(engine.database), await eve(engine.database)
    given = await engine.desk.assign(supervisor.actor, ticket.id, agent.id)
    assert (given.assignee_id, given.status) == (agent.id, TicketStatus.ASSIGNED)
    with pytest.raises(InvalidInput, match="does not work on tickets"):
        await engine.desk.assign(supervisor.actor, ticket.id, executive.id)
    with pytest.raises(NotFound):
        await engine.desk.assign(supervisor.actor, ticket.id, 4711)


async def test_a_program_takes_no_ticket_for_itself(engine: Engine, ticket: Ticket) -> None:
    with pytest.raises(InvalidInput, match="token"):
        await engine.desk.take(ROBOT, ticket.id)


async def test_what_does_not_exist_is_not_found(engine: Engine) -> None:
    for verb in (VERBS["change"], VERBS["reply"], VERBS["note"]):
        with pytest.raises(NotFound):
            await verb(engine, IDA, bare_ticket(id=4711))


# --- Taking ---


async def test_of_two_who_take_a_ticket_at_once_one_is_told_who_has_it(
    engine: Engine, ticket: Ticket, agent: User
) -> None:
    other = await ada(engine.database, name="Bob", queues=())
    results = await asyncio.gather(
        engine.desk.take(agent.actor, ticket.id), engine.desk.take(other.actor, ticket.id), return_exceptions=True
    )
    conflicts = [result for result in results if isinstance(result, Conflict)]
    assert len(conflicts) == 1
    winner = await ticket_of(engine, ticket.id)
    assert str(winner.assignee_name) in str(conflicts[0])
    assert len(await events_of(engine, ticket.id, EventType.TICKET_ASSIGNED)) == 1


async def test_taking_ones_own_ticket_again_changes_nothing(engine: Engine, ticket: Ticket, agent: User) -> None:
    taken = await engine.desk.take(agent.actor, ticket.id)
    assert await engine.desk.take(agent.actor, ticket.id) == taken
    assert await engine.desk.assign(agent.actor, ticket.id, agent.id) == taken


async def test_a_ticket_that_is_not_open_is_not_taken(engine: Engine, ticket: Ticket, agent: User) -> None:
    await resolve(engine, ticket.id)
    with pytest.raises(Conflict, match="not open"):
        await engine.desk.take(agent.actor, ticket.id)


# --- Changes ---


async def test_a_change_under_a_stale_version_is_refused(engine: Engine, ticket: Ticket, agent: User) -> None:
    await engine.desk.change(agent.actor, ticket.id, TicketPatch(subject="First"), ticket.version)
    with pytest.raises(VersionConflict) as refused:
        await engine.desk.change(agent.actor, ticket.id, TicketPatch(subject="Second"), ticket.version)
    assert refused.value.current == ticket.version + 1
    assert (await ticket_of(engine, ticket.id)).subject == "First"


async def test_of_two_changes_of_one_version_at_once_one_is_refused(
    engine: Engine, ticket: Ticket, agent: User
) -> None:
    results = await asyncio.gather(
        *(
            engine.desk.change(agent.actor, ticket.id, TicketPatch(subject=f"Subject {number}"), ticket.version)
            for number in range(4)
        ),
        return_exceptions=True,
    )
    assert [type(result).__name__ for result in results].count("Ticket") == 1


async def test_a_patch_that_names_nothing_is_refused_and_one_that_changes_nothing_is_not(
    engine: Engine, ticket: Ticket, agent: User
) -> None:
    with pytest.raises(InvalidInput):
        await engine.desk.change(agent.actor, ticket.id, TicketPatch())
    same = await engine.desk.change(agent.actor, ticket.id, TicketPatch(status=ticket.status, subject=ticket.subject))
    assert same.version == ticket.version


@pytest.mark.parametrize(
    "patch",
    [
        TicketPatch(queue="nowhere"),
        TicketPatch(subject="   "),
        TicketPatch(subject="x" * 501),
        TicketPatch(intent="dance"),
        TicketPatch(intent="track_order", category=Category.BILLING),
    ],
)
async def test_a_wrong_value_changes_nothing(engine: Engine, ticket: Ticket, agent: User, patch: TicketPatch) -> None:
    with pytest.raises(InvalidInput):
        await engine.desk.change(agent.actor, ticket.id, patch)
    assert await ticket_of(engine, ticket.id) == ticket


async def test_a_corrected_label_tells_what_it_was(engine: Engine, ticket: Ticket, agent: User) -> None:
    changed = await engine.desk.change(
        agent.actor, ticket.id, TicketPatch(intent="track_order", sentiment=Sentiment.NEGATIVE)
    )
    assert (changed.category, changed.intent, changed.sentiment) == ("shipping", "track_order", "negative")
    corrected = await events_of(engine, ticket.id, EventType.LABEL_CORRECTED)
    assert {event.data["label"]: event.data["was"] for event in corrected} == {
        "category": "product_info",
        "intent": "product_question",
        "sentiment": "neutral",
    }


async def test_a_corrected_category_drops_an_intent_of_another(engine: Engine, ticket: Ticket, agent: User) -> None:
    changed = await engine.desk.change(agent.actor, ticket.id, TicketPatch(category=Category.BILLING))
    assert (changed.category, changed.intent) == ("billing", None)


async def test_a_ticket_moved_to_another_queue_is_offered_there(engine: Engine, ticket: Ticket, agent: User) -> None:
    specialist = await ada(engine.database, name="Tess", queues=["technical_support"])
    await engine.desk.change(agent.actor, ticket.id, TicketPatch(queue="technical_support"))
    await engine.orchestrator.drain()
    assert (await ticket_of(engine, ticket.id)).assignee_id == specialist.id


# --- Status ---


async def test_every_pair_of_statuses_goes_as_the_table_says(engine: Engine, agent: User) -> None:
    pairs = [(current, wanted) for current in TicketStatus for wanted in TicketStatus if current is not wanted]
    receipts = await asyncio.gather(*(engine.intake.accept(a_message(f"{pair}")) for pair in pairs))
    await engine.orchestrator.drain()
    for receipt, (current, wanted) in zip(receipts, pairs, strict=True):
        found = await _brought_to(engine, agent, receipt.ticket_id, current)
        if wanted in FOLLOWING[current]:
            moved = await engine.desk.change(agent.actor, found.id, TicketPatch(status=wanted))
            assert moved.status is wanted
            assert (moved.resolved_at is not None) == (wanted in (TicketStatus.RESOLVED, TicketStatus.CLOSED))
            assert (moved.sla_state is ClockState.MET) == (not moved.is_open)
        else:
            with pytest.raises(Conflict, match="Allowed"):
                await engine.desk.change(agent.actor, found.id, TicketPatch(status=wanted))
            assert await ticket_of(engine, found.id) == found


async def _brought_to(engine: Engine, agent: User, ticket_id: int, status: TicketStatus) -> Ticket:
    if status is TicketStatus.CLOSED:
        await engine.desk.change(agent.actor, ticket_id, TicketPatch(status=TicketStatus.RESOLVED))
    return await engine.desk.change(agent.actor, ticket_id, TicketPatch(status=status))


# --- Replies ---


async def test_a_reply_waits_for_the_customer_and_meets_the_first_response(
    engine: Engine, ticket: Ticket, agent: User, channel: RecordingChannel, clock: MovableClock
) -> None:
    await engine.dispatcher.drain()
    message = await engine.desk.reply(agent.actor, ticket.id, "  Yes, we have it.  ")
    view = await view_of(engine, ticket.id)
    assert (message.kind, message.text, message.author) == (MessageKind.REPLY, "Yes, we have it.", f"user:{agent.id}")
    assert (view.ticket.status, view.ticket.assignee_id, view.ticket.waiting_since) == (
        TicketStatus.PENDING_CUSTOMER,
        agent.id,
        None,
    )
    assert view.clocks[ClockKind.FIRST_RESPONSE].state is ClockState.MET
    clock.advance(seconds=11)
    await engine.dispatcher.drain()
    sent = channel.delivered[-1]
    assert (sent.text, sent.sender_name, sent.automatic) == ("Yes, we have it.", "Ada", False)
    assert EventType.REPLY_SENT in await kinds_of(engine, ticket.id)


@pytest.mark.parametrize("text", ["", "   ", "\x00", "x" * 100_001])
async def test_an_empty_or_endless_reply_is_refused(engine: Engine, ticket: Ticket, agent: User, text: str) -> None:
    with pytest.raises(InvalidInput):
        await engine.desk.reply(agent.actor, ticket.id, text)
    with pytest.raises(InvalidInput):
        await engine.desk.note(agent.actor, ticket.id, text)


async def test_nobody_answers_blind(engine: Engine, ticket: Ticket, agent: User) -> None:
    seen = (await view_of(engine, ticket.id)).messages[0].message.id
    newer = await receive(engine, "Wait, I meant the red one", ticket_id=ticket.id)
    with pytest.raises(Conflict, match="has written again"):
        await engine.desk.reply(agent.actor, ticket.id, "The blue one is in stock", seen_message_id=seen)
    await engine.desk.reply(agent.actor, ticket.id, "The red one is not", seen_message_id=newer.message_id)


async def test_a_colleagues_note_is_no_news_of_the_customer(engine: Engine, ticket: Ticket, agent: User) -> None:
    seen = (await view_of(engine, ticket.id)).messages[0].message.id
    await engine.desk.note(agent.actor, ticket.id, "Asked the warehouse")
    await engine.desk.reply(agent.actor, ticket.id, "It is in stock", seen_message_id=seen)


async def test_what_a_reply_changes_besides_is_done_with_it_or_not_at_all(
    engine: Engine, ticket: Ticket, agent: User
) -> None:
    patch = TicketPatch(priority=Priority.CRITICAL, queue="billing_specialist", intent="track_order")
    for refused in (TicketPatch(queue="nowhere"), TicketPatch(status=TicketStatus.RESOLVED)):
        with pytest.raises(InvalidInput):
            await engine.desk.reply(agent.actor, ticket.id, "Yes", patch=refused)
    with pytest.raises(InvalidInput):
        await engine.desk.reply(agent.actor, ticket.id, " ", patch=patch)
    assert await ticket_of(engine, ticket.id) == ticket
    await engine.desk.reply(agent.actor, ticket.id, "Yes", patch=patch)
    after = await view_of(engine, ticket.id)
    assert (after.ticket.priority, after.ticket.queue_id, after.ticket.category) == (
        Priority.CRITICAL,
        "billing_specialist",
        Category.SHIPPING,
    )
    assert after.ticket.status is TicketStatus.PENDING_CUSTOMER
    assert after.clocks[ClockKind.FIRST_RESPONSE].state is ClockState.MET
    assert after.ticket.version == ticket.version + 1


async def test_a_macro_that_answered_is_counted_and_named(engine: Engine, ticket: Ticket, agent: User) -> None:
    supervisor = await sam(engine.database)
    text = MacroText("In stock", {Language.EN: "Yes, {customer.first_name}."}, shared=True)
    macro = await engine.macros.save(supervisor.actor, text)
    with pytest.raises(InvalidInput, match="not filled in"):
        await engine.desk.reply(agent.actor, ticket.id, "Yes, {customer.first_name}.", macro_id=macro.id)
    with pytest.raises(NotFound):
        await engine.desk.reply(agent.actor, ticket.id, "Yes, Kim.", macro_id=4711)
    assert await ticket_of(engine, ticket.id) == ticket
    patch = TicketPatch(priority=Priority.CRITICAL)
    await engine.desk.reply(agent.actor, ticket.id, "Yes, Kim.", patch=patch, macro_id=macro.id)
    for kind in (EventType.REPLY_QUEUED, EventType.TICKET_PRIORITISED):
        told = (await events_of(engine, ticket.id, kind))[-1]
        assert (told.data["macro_id"], told.data["macro"]) == (macro.id, "In stock")
    (used,) = (await engine.macros.all(agent.actor)).shared
    assert used.used == 1


async def test_a_macro_of_somebody_else_answers_nothing(engine: Engine, ticket: Ticket, agent: User) -> None:
    other = await ada(engine.database, name="Bob", queues=())
    macro = await engine.macros.save(other.actor, MacroText("Mine", {Language.EN: "Yes."}))
    with pytest.raises(NotFound):
        await engine.desk.reply(agent.actor, ticket.id, "Yes.", macro_id=macro.id)
    assert MessageKind.REPLY not in [entry.message.kind for entry in (await view_of(engine, ticket.id)).messages]


async def test_a_reply_to_a_closed_ticket_is_refused(
    engine: Engine, ticket: Ticket, agent: User, clock: MovableClock
) -> None:
    await resolve(engine, ticket.id)
    await engine.desk.reply(agent.actor, ticket.id, "One more thing", then=None)
    clock.advance(hours=73)
    await engine.closing.close_resolved()
    with pytest.raises(Conflict, match="closed"):
        await engine.desk.reply(agent.actor, ticket.id, "And another")


async def test_a_note_never_leaves_the_desk(
    engine: Engine, ticket: Ticket, agent: User, channel: RecordingChannel, clock: MovableClock
) -> None:
    await engine.dispatcher.drain()
    before = len(channel.delivered)
    await engine.desk.note(agent.actor, ticket.id, "The customer is my neighbour")
    clock.advance(hours=1)
    await engine.dispatcher.drain()
    assert len(channel.delivered) == before


# --- Taking back ---


async def test_a_reply_taken_back_in_time_never_leaves_and_the_customer_waits_again(
    engine: Engine, ticket: Ticket, agent: User, channel: RecordingChannel, clock: MovableClock
) -> None:
    await engine.dispatcher.drain()
    await engine.desk.take(agent.actor, ticket.id)
    before, left = await view_of(engine, ticket.id), len(channel.delivered)
    reply = await engine.desk.reply(agent.actor, ticket.id, "Oops")
    clock.advance(seconds=9)
    assert await engine.desk.undo_reply(agent.actor, reply.id)
    clock.advance(minutes=1)
    await engine.dispatcher.drain()
    after = await view_of(engine, ticket.id)
    assert len(channel.delivered) == left
    for field in ("status", "waiting_since", "last_line", "due_at", "assignee_id"):
        assert getattr(after.ticket, field) == getattr(before.ticket, field), field
    first = after.clocks[ClockKind.FIRST_RESPONSE]
    assert (first.state, first.met_at) == (ClockState.RUNNING, None)
    assert first.due_at == before.clocks[ClockKind.FIRST_RESPONSE].due_at
    (taken_back,) = await events_of(engine, ticket.id, EventType.REPLY_TAKEN_BACK)
    assert taken_back.message_id == reply.id


async def test_a_resolution_taken_back_opens_the_ticket_again(engine: Engine, ticket: Ticket, agent: User) -> None:
    reply = await engine.desk.reply(agent.actor, ticket.id, "Done", then=TicketStatus.RESOLVED)
    assert await engine.desk.undo_reply(agent.actor, reply.id)
    after = await view_of(engine, ticket.id)
    assert (after.ticket.is_open, after.ticket.waiting_since) == (True, ticket.waiting_since)
    assert after.clocks[ClockKind.RESOLUTION].state is ClockState.RUNNING


async def test_an_earlier_answer_stays_given_when_a_later_one_is_taken_back(
    engine: Engine, ticket: Ticket, agent: User, clock: MovableClock
) -> None:
    await engine.desk.reply(agent.actor, ticket.id, "First")
    answered_at = clock.now()
    clock.advance(minutes=5)
    second = await engine.desk.reply(agent.actor, ticket.id, "Second")
    assert await engine.desk.undo_reply(agent.actor, second.id)
    after = await view_of(engine, ticket.id)
    assert (after.ticket.status, after.ticket.waiting_since) == (TicketStatus.PENDING_CUSTOMER, None)
    assert after.clocks[ClockKind.FIRST_RESPONSE].met_at == answered_at


async def test_what_has_left_can_not_be_taken_back(
    engine: Engine, ticket: Ticket, agent: User, clock: MovableClock
) -> None:
    reply = await engine.desk.reply(agent.actor, ticket.id, "Too late")
    clock.advance(seconds=11)
    await engine.dispatcher.drain()
    assert not await engine.desk.undo_reply(agent.actor, reply.id)
    assert (await ticket_of(engine, ticket.id)).status is TicketStatus.PENDING_CUSTOMER
    assert not await engine.desk.undo_reply(agent.actor, reply.id)


async def test_nobody_takes_back_what_somebody_else_wrote(engine: Engine, ticket: Ticket, agent: User) -> None:
    reply = await engine.desk.reply(agent.actor, ticket.id, "Mine")
    supervisor = await sam(engine.database)
    with pytest.raises(Conflict, match="writer"):
        await engine.desk.undo_reply(supervisor.actor, reply.id)


async def test_chat_leaves_at_once(engine: Engine, agent: User, channel: RecordingChannel) -> None:
    chat = await a_ticket(engine, channel=Channel.CHAT)
    await engine.desk.reply(agent.actor, chat.id, "Hi")
    await engine.dispatcher.drain()
    assert [message.text for message in channel.delivered] == ["Hi"]


async def test_every_refusal_is_one_sentence_that_says_what_to_do(engine: Engine, ticket: Ticket, agent: User) -> None:
    refusals: list[FrontlineError] = []
    for patch in (TicketPatch(queue="nowhere"), TicketPatch(status=TicketStatus.CLOSED)):
        with pytest.raises(FrontlineError) as refused:
            await engine.desk.change(agent.actor, ticket.id, patch)
        refusals.append(refused.value)
    assert all(str(error).endswith(".") and len(str(error)) > 30 for error in refusals)
    assert TicketPatch(priority=Priority.HIGH).is_empty is False
