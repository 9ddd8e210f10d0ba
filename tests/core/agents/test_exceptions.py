"""What goes wrong reaches a human: warnings, breaches, escalations, answers that did not arrive."""

from datetime import timedelta

from core.bootstrap import Engine
from core.desk import TicketPatch
from core.domain.access import SYSTEM
from core.domain.enums import Channel, ClockKind, ClockState, Priority, TicketStatus
from core.domain.errors import PermanentDeliveryError
from core.domain.events import EventType
from tests.cast import VERA, ada, sam
from tests.conftest import MovableClock
from tests.factories import a_ticket, an_article, events_of, kinds_of, receive, resolve, ticket_of, view_of
from tests.fakes import RecordingChannel


async def _tick(engine: Engine) -> None:
    await engine.monitor.tick()
    await engine.orchestrator.drain()


async def _deliver(engine: Engine) -> None:
    await engine.dispatcher.drain()
    await engine.orchestrator.drain()


def _to_staff(channel: RecordingChannel) -> list[tuple[str, str]]:
    return [(str(message.channel), message.recipient) for message in channel.delivered if message.message_id is None]


async def test_a_vip_is_told_to_the_vip_channel_and_mailbox_once(engine: Engine, channel: RecordingChannel) -> None:
    ticket = await a_ticket(engine, customer=VERA, subject="Outage")
    await _deliver(engine)
    assert _to_staff(channel) == [("slack", "#vip-support"), ("email", "vip-support@frontline.example")]
    notice = next(message for message in channel.delivered if message.recipient == "#vip-support")
    assert f"#{ticket.id}" in notice.text
    assert "Vera Lind" in notice.text
    assert (notice.automatic, notice.ticket_id) == (True, ticket.id)


async def test_a_notice_that_left_is_not_told_as_a_reply(engine: Engine) -> None:
    ticket = await a_ticket(engine, customer=VERA, channel=Channel.SELF_SERVICE)
    await _deliver(engine)
    kinds = await kinds_of(engine, ticket.id)
    assert EventType.NOTIFICATION_QUEUED in kinds
    assert EventType.REPLY_SENT not in kinds


async def test_an_unhappy_bill_is_told_to_every_supervisor(engine: Engine, channel: RecordingChannel) -> None:
    supervisor = await sam(engine.database)
    await a_ticket(engine, "[intent=wrong_charge mood=negative]")
    await _deliver(engine)
    assert _to_staff(channel) == [("email", supervisor.email)]


async def test_at_four_fifths_of_the_time_the_supervisors_are_warned(
    engine: Engine, channel: RecordingChannel, clock: MovableClock
) -> None:
    supervisor = await sam(engine.database)
    ticket = await a_ticket(engine, "[intent=error_report]")
    clock.advance(minutes=48)
    await _tick(engine)
    assert (await ticket_of(engine, ticket.id)).sla_state is ClockState.AT_RISK
    (at_risk,) = await events_of(engine, ticket.id, EventType.SLA_AT_RISK)
    assert at_risk.data["clock"] == "first_response"
    await _deliver(engine)
    assert _to_staff(channel) == [("email", supervisor.email)]
    assert "At risk, first response due" in channel.delivered[-1].text


async def test_just_before_four_fifths_nobody_is_warned(engine: Engine, clock: MovableClock) -> None:
    ticket = await a_ticket(engine, "[intent=error_report]")
    clock.moment += timedelta(minutes=48) - timedelta(microseconds=1)
    await _tick(engine)
    assert (await ticket_of(engine, ticket.id)).sla_state is ClockState.RUNNING


async def test_at_the_very_moment_that_it_is_due_nothing_is_late(engine: Engine, clock: MovableClock) -> None:
    ticket = await a_ticket(engine, "[intent=error_report]")
    clock.advance(minutes=60)
    await _tick(engine)
    await _tick(engine)
    assert EventType.SLA_BREACHED not in await kinds_of(engine, ticket.id)


async def test_a_breach_escalates_with_its_cause_and_is_told_once(
    engine: Engine, channel: RecordingChannel, clock: MovableClock
) -> None:
    await sam(engine.database)
    ticket = await a_ticket(engine, "[intent=error_report]")
    clock.advance(minutes=61)
    await _tick(engine)
    await _tick(engine)
    found = await view_of(engine, ticket.id)
    assert (found.ticket.status, found.ticket.escalated_at) == (TicketStatus.ESCALATED, clock.now())
    first = found.clocks[ClockKind.FIRST_RESPONSE]
    assert (first.state, first.breached_at) == (ClockState.BREACHED, first.due_at)
    assert first.cause == "nobody in Technical support took it"
    (breached,) = await events_of(engine, ticket.id, EventType.SLA_BREACHED)
    assert breached.data["cause"] == first.cause
    (escalated,) = await events_of(engine, ticket.id, EventType.TICKET_ESCALATED)
    assert escalated.data["reason"] == first.cause


async def test_the_cause_names_who_had_not_answered(engine: Engine, clock: MovableClock) -> None:
    await ada(engine.database)
    ticket = await a_ticket(engine, "[intent=error_report]")
    clock.advance(minutes=61)
    await _tick(engine)
    first = (await view_of(engine, ticket.id)).clocks[ClockKind.FIRST_RESPONSE]
    assert first.cause == "Ada had not answered the customer"


async def test_what_is_not_resolved_in_its_escalation_time_escalates(engine: Engine, clock: MovableClock) -> None:
    """Technical, medium, by e-mail: 8 h by the rule, escalation at half of it."""
    agent = await ada(engine.database)
    ticket = await a_ticket(engine, "[intent=error_report]")
    await engine.desk.reply(agent.actor, ticket.id, "We look into it.", then=TicketStatus.IN_PROGRESS)
    clock.advance(hours=4)
    await _tick(engine)
    found = await ticket_of(engine, ticket.id)
    assert (found.status, found.assignee_id) == (TicketStatus.ESCALATED, agent.id)
    kinds = await kinds_of(engine, ticket.id)
    assert kinds.count(EventType.SLA_ESCALATION_DUE) == 1
    assert kinds.count(EventType.TICKET_ESCALATED) == 1


async def test_a_ticket_that_is_resolved_is_neither_warned_of_nor_escalated(
    engine: Engine, clock: MovableClock
) -> None:
    ticket = await a_ticket(engine, "[intent=error_report]")
    await resolve(engine, ticket.id)
    clock.advance(days=3)
    await _tick(engine)
    kinds = await kinds_of(engine, ticket.id)
    assert {EventType.SLA_AT_RISK, EventType.SLA_BREACHED, EventType.TICKET_ESCALATED}.isdisjoint(kinds)


async def test_an_answer_that_does_not_arrive_returns_the_ticket_to_a_human(
    engine: Engine, channel: RecordingChannel, clock: MovableClock
) -> None:
    agent = await ada(engine.database)
    ticket = await a_ticket(engine)
    await _deliver(engine)
    await engine.desk.reply(agent.actor, ticket.id, "Here you are.")
    clock.advance(seconds=11)
    channel.failures = [PermanentDeliveryError("550 no such mailbox")]
    await _deliver(engine)
    found = await ticket_of(engine, ticket.id)
    assert (found.status, found.waiting_since) == (TicketStatus.IN_PROGRESS, clock.now())
    (failed,) = await events_of(engine, ticket.id, EventType.REPLY_FAILED)
    assert failed.data["error"] == "550 no such mailbox"


async def test_an_automatic_answer_that_does_not_arrive_is_not_the_articles_failure(
    engine: Engine, channel: RecordingChannel
) -> None:
    article = await an_article(engine, questions=["A question\nhow do I reset it"])
    ticket = await a_ticket(engine, "how do I reset it")
    assert ticket.status is TicketStatus.RESOLVED
    channel.failures = [PermanentDeliveryError("550 no such mailbox")]
    await _deliver(engine)
    assert (await ticket_of(engine, ticket.id)).is_open
    assert (await engine.articles.get(SYSTEM, article.id)).used == article.used


async def test_a_survey_or_receipt_that_does_not_arrive_changes_nothing(
    engine: Engine, channel: RecordingChannel, clock: MovableClock
) -> None:
    ticket = await a_ticket(engine)
    channel.failures = [PermanentDeliveryError("550 no such mailbox")]
    await _deliver(engine)
    assert (await ticket_of(engine, ticket.id)).status is TicketStatus.NEW
    await resolve(engine, ticket.id)
    clock.advance(minutes=6)
    await engine.orchestrator.drain()
    channel.failures = [PermanentDeliveryError("550 no such mailbox")]
    await _deliver(engine)
    assert (await ticket_of(engine, ticket.id)).status is TicketStatus.RESOLVED


async def test_a_higher_priority_brings_the_deadline_forward_and_a_lower_one_back(
    engine: Engine, clock: MovableClock
) -> None:
    ticket = await a_ticket(engine, "[intent=product_question]")
    started = clock.now()
    clock.advance(minutes=10)
    higher = await engine.desk.change(SYSTEM, ticket.id, TicketPatch(priority=Priority.CRITICAL))
    assert higher.due_at == started + timedelta(minutes=15)
    resolution = (await view_of(engine, ticket.id)).clocks[ClockKind.RESOLUTION]
    assert resolution.due_at == started + timedelta(hours=4)
    assert resolution.escalate_at == started + timedelta(hours=2)
    lower = await engine.desk.change(SYSTEM, ticket.id, TicketPatch(priority=Priority.LOW))
    assert lower.due_at == ticket.due_at


async def test_waiting_for_the_customer_stops_the_resolution_clock(engine: Engine, clock: MovableClock) -> None:
    agent = await ada(engine.database)
    ticket = await a_ticket(engine, "[intent=error_report]")
    due = (await view_of(engine, ticket.id)).clocks[ClockKind.RESOLUTION].due_at
    await engine.desk.reply(agent.actor, ticket.id, "Which version?")
    waiting = await ticket_of(engine, ticket.id)
    assert (waiting.sla_state, waiting.due_at) == (ClockState.PAUSED, None)
    clock.advance(days=2)
    await _tick(engine)
    await receive(engine, "Version 7", ticket_id=ticket.id)
    resolution = (await view_of(engine, ticket.id)).clocks[ClockKind.RESOLUTION]
    assert (resolution.state, resolution.due_at) == (ClockState.RUNNING, due + timedelta(days=2))
    assert resolution.paused_seconds == timedelta(days=2).total_seconds()
    kinds = await kinds_of(engine, ticket.id)
    assert (kinds.count(EventType.SLA_PAUSED), kinds.count(EventType.SLA_RESUMED)) == (1, 1)
    assert EventType.SLA_BREACHED not in kinds


async def test_a_ticket_resolved_while_it_waits_for_its_customer_is_in_time(
    engine: Engine, clock: MovableClock
) -> None:
    agent = await ada(engine.database)
    ticket = await a_ticket(engine, "[intent=error_report]")
    await engine.desk.reply(agent.actor, ticket.id, "Did that help?")
    clock.advance(days=5)
    await resolve(engine, ticket.id)
    met = await events_of(engine, ticket.id, EventType.SLA_MET)
    assert [event.data["in_time"] for event in met] == [True, True]


async def test_a_first_answer_in_time_meets_its_clock(engine: Engine, clock: MovableClock) -> None:
    agent = await ada(engine.database)
    ticket = await a_ticket(engine)
    clock.advance(minutes=30)
    await engine.desk.reply(agent.actor, ticket.id, "Yes.", then=TicketStatus.IN_PROGRESS)
    first = (await view_of(engine, ticket.id)).clocks[ClockKind.FIRST_RESPONSE]
    assert (first.state, first.met_at) == (ClockState.MET, clock.now())


async def test_a_late_resolution_is_told_as_late(engine: Engine, clock: MovableClock) -> None:
    ticket = await a_ticket(engine, "[intent=error_report]")
    clock.advance(hours=9)
    await _tick(engine)
    await resolve(engine, ticket.id)
    met = {
        event.data["clock"]: event.data["in_time"] for event in await events_of(engine, ticket.id, EventType.SLA_MET)
    }
    assert met == {"first_response": False, "resolution": False}


async def test_a_reopened_ticket_goes_on_where_its_clock_stood(engine: Engine, clock: MovableClock) -> None:
    ticket = await a_ticket(engine, "[intent=error_report]")
    clock.advance(minutes=30)
    await resolve(engine, ticket.id)
    clock.advance(days=1)
    await receive(engine, "It is broken again", ticket_id=ticket.id)
    resolution = (await view_of(engine, ticket.id)).clocks[ClockKind.RESOLUTION]
    assert resolution.state is ClockState.RUNNING
    assert resolution.due_at == clock.now() + timedelta(hours=7, minutes=30)


async def test_a_pause_before_the_resolution_counts_when_it_does_not_hold(engine: Engine, clock: MovableClock) -> None:
    agent = await ada(engine.database)
    ticket = await a_ticket(engine, "[intent=error_report]")
    clock.advance(minutes=30)
    await engine.desk.reply(agent.actor, ticket.id, "Did that help?")
    clock.advance(days=1)
    await resolve(engine, ticket.id)
    clock.advance(days=1)
    await receive(engine, "No", ticket_id=ticket.id)
    resolution = (await view_of(engine, ticket.id)).clocks[ClockKind.RESOLUTION]
    assert resolution.due_at == clock.now() + timedelta(hours=7, minutes=30)
