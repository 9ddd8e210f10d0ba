"""People hear of what concerns them, once, and never of what they did themselves."""

import pytest

from core import alerts
from core.agents import alerting
from core.alerts import Alert, AlertKind
from core.bootstrap import Engine
from core.desk import TicketPatch
from core.domain.alerts import NewAlert
from core.domain.entities import User
from core.domain.enums import TicketStatus
from core.domain.errors import InvalidInput, NotAllowed
from core.domain.events import EventType
from core.domain.ports import AnalyzerState
from tests.cast import ROBOT, ada, eve, sam, someone
from tests.conftest import MovableClock
from tests.factories import a_ticket, an_automatic_message, events_of, receive
from tests.fakes import MarkAnalyzer


async def _kinds(engine: Engine, user: User) -> list[AlertKind]:
    """Oldest first, once all that is due is done."""
    await engine.orchestrator.drain()
    return [alert.kind for alert in reversed(await engine.alerts.of(user.actor))]


async def _newest(engine: Engine, user: User) -> Alert:
    await engine.orchestrator.drain()
    return (await engine.alerts.of(user.actor))[0]


async def test_who_gets_a_ticket_from_the_router_hears_of_it(engine: Engine, clock: MovableClock) -> None:
    one, other = await ada(engine.database), await sam(engine.database)
    ticket = await a_ticket(engine, "[intent=error_report]", subject="It broke")
    assert ticket.assignee_id == one.id
    found = await _newest(engine, one)
    assert (found.kind, found.ticket_id, found.subject, found.text) == (AlertKind.ASSIGNED, ticket.id, "It broke", "")
    assert (found.created_at, found.read_at) == (clock.moment, None)
    assert await _kinds(engine, other) == []


async def test_who_takes_a_ticket_is_not_told_and_who_is_given_one_is(engine: Engine) -> None:
    ticket = await a_ticket(engine)
    one, chief = await ada(engine.database), await sam(engine.database)
    await engine.desk.take(one.actor, ticket.id)
    assert await _kinds(engine, one) == []
    await engine.desk.assign(chief.actor, ticket.id, chief.id)
    await engine.desk.assign(chief.actor, ticket.id, one.id)
    assert await _kinds(engine, chief) == []
    assert (await _newest(engine, one)).text == "Sam"
    assert await _kinds(engine, one) == [AlertKind.ASSIGNED]


async def test_whom_a_note_names_hears_what_it_says(engine: Engine) -> None:
    ticket, one, chief = await a_ticket(engine), await ada(engine.database), await sam(engine.database)
    await engine.desk.note(one.actor, ticket.id, "@sam, @Ada: is this\n known?")
    found = await _newest(engine, chief)
    assert (found.kind, found.text) == (AlertKind.MENTIONED, "Ada: @sam, @Ada: is this known?")
    assert await _kinds(engine, one) == []
    (told,) = await events_of(engine, ticket.id, EventType.NOTE_ADDED)
    assert told.data["mentions"] == [chief.id]


async def test_a_note_that_names_nobody_says_nothing_of_it(engine: Engine) -> None:
    ticket, one = await a_ticket(engine), await ada(engine.database)
    await engine.desk.note(one.actor, ticket.id, "Kim's address is kim@sam.example")
    (told,) = await events_of(engine, ticket.id, EventType.NOTE_ADDED)
    assert "mentions" not in told.data


async def test_a_customer_who_writes_again_is_told_to_who_has_the_ticket(engine: Engine) -> None:
    one, other = await ada(engine.database), await someone(engine.database, name="Lin")
    ticket = await a_ticket(engine, "[intent=error_report]")
    await receive(engine, "And it \n smells", ticket_id=ticket.id)
    found = await _newest(engine, one)
    assert (found.kind, found.text) == (AlertKind.CUSTOMER_REPLIED, "Kim Park: And it smells")
    assert await _kinds(engine, one) == [AlertKind.ASSIGNED, AlertKind.CUSTOMER_REPLIED]
    assert await _kinds(engine, other) == []


async def test_a_message_that_the_model_reads_late_is_told_at_once_and_once(
    engine: Engine, analyzer: MarkAnalyzer, clock: MovableClock
) -> None:
    one = await ada(engine.database)
    ticket = await a_ticket(engine, "[intent=error_report]")
    analyzer.state = AnalyzerState.FAILED
    await receive(engine, "And it smells", ticket_id=ticket.id)
    assert await _kinds(engine, one) == [AlertKind.ASSIGNED, AlertKind.CUSTOMER_REPLIED]
    analyzer.state = AnalyzerState.READY
    clock.advance(hours=1)
    await engine.orchestrator.drain()
    assert len(await events_of(engine, ticket.id, EventType.MESSAGE_ANALYSED)) == 2
    assert await _kinds(engine, one) == [AlertKind.ASSIGNED, AlertKind.CUSTOMER_REPLIED]


async def test_the_message_that_opened_a_ticket_is_no_answer_however_late_it_is_read(
    engine: Engine, analyzer: MarkAnalyzer, clock: MovableClock
) -> None:
    one = await ada(engine.database)
    analyzer.state = AnalyzerState.FAILED
    ticket = await a_ticket(engine, "[intent=error_report]")
    assert ticket.assignee_id == one.id
    analyzer.state = AnalyzerState.READY
    clock.advance(hours=1)
    await engine.orchestrator.drain()
    assert EventType.MESSAGE_ANALYSED in [event.type for event in await events_of(engine, ticket.id)]
    assert await _kinds(engine, one) == [AlertKind.ASSIGNED]


async def test_a_machine_that_writes_is_no_customer(engine: Engine) -> None:
    one = await ada(engine.database)
    ticket = await a_ticket(engine, "[intent=error_report]")
    await engine.intake.accept(an_automatic_message(ticket_id=ticket.id))
    assert await _kinds(engine, one) == [AlertKind.ASSIGNED]


async def test_a_clock_that_runs_out_is_told_and_the_escalation_that_follows_is_not(
    engine: Engine, clock: MovableClock
) -> None:
    one = await ada(engine.database)
    ticket = await a_ticket(engine, "[intent=error_report]")
    (first, *_) = sorted((await engine.views.ticket(one.actor, ticket.id)).clocks.values(), key=lambda due: due.due_at)
    clock.moment = first.warn_at
    await engine.monitor.tick()
    assert await _kinds(engine, one) == [AlertKind.ASSIGNED, AlertKind.AT_RISK]
    assert (await _newest(engine, one)).text == first.kind.value
    clock.moment = first.due_at
    clock.advance(seconds=1)
    await engine.monitor.tick()
    assert await _kinds(engine, one) == [AlertKind.ASSIGNED, AlertKind.AT_RISK, AlertKind.BREACHED]
    assert EventType.TICKET_ESCALATED in [event.type for event in await events_of(engine, ticket.id)]


async def test_an_escalation_is_told_unless_by_oneself(engine: Engine) -> None:
    one, chief = await ada(engine.database), await sam(engine.database)
    up = TicketPatch(status=TicketStatus.ESCALATED)
    by_chief, by_self = await a_ticket(engine, "[intent=error_report]"), await a_ticket(engine, "[intent=error_report]")
    await engine.desk.change(chief.actor, by_chief.id, up)
    await engine.desk.change(one.actor, by_self.id, up)
    await engine.orchestrator.drain()
    told = [alert for alert in await engine.alerts.of(one.actor) if alert.kind is AlertKind.ESCALATED]
    assert [(alert.ticket_id, alert.text) for alert in told] == [(by_chief.id, "Sam")]


async def test_an_event_that_is_handled_twice_is_told_once(engine: Engine) -> None:
    one = await ada(engine.database)
    ticket = await a_ticket(engine, "[intent=error_report]")
    await receive(engine, "And it smells", ticket_id=ticket.id)
    before = await engine.alerts.of(one.actor)
    events = await events_of(engine, ticket.id)
    async with engine.database.transaction() as tx:
        await alerting.alert(tx, events)
    assert await engine.alerts.of(one.actor) == before


async def test_what_was_seen_is_read_and_what_came_after_is_not(engine: Engine, clock: MovableClock) -> None:
    one, chief = await ada(engine.database), await sam(engine.database)
    ticket = await a_ticket(engine, "[intent=error_report]")
    await engine.desk.note(chief.actor, ticket.id, "@Ada first")
    await engine.desk.note(one.actor, ticket.id, "@Sam hello")
    seen = await _newest(engine, one)
    await engine.desk.note(chief.actor, ticket.id, "@Ada second")
    assert (await _kinds(engine, one), await engine.alerts.unread(one.actor)) == (
        [AlertKind.ASSIGNED, AlertKind.MENTIONED, AlertKind.MENTIONED],
        3,
    )
    at = clock.advance(minutes=1)
    await engine.alerts.mark_read(one.actor, seen.id)
    clock.advance(minutes=1)
    await engine.alerts.mark_read(one.actor, seen.id)
    found = await engine.alerts.of(one.actor)
    assert [alert.read_at for alert in found] == [None, at, at]
    assert [alert.is_read for alert in found] == [False, True, True]
    assert (await engine.alerts.unread(one.actor), await engine.alerts.unread(chief.actor)) == (1, 1)
    assert len(await engine.alerts.of(one.actor, limit=2)) == 2


async def test_the_oldest_are_forgotten_and_only_where_there_are_too_many(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alerts, "MOST_KEPT", 3)
    ticket, one, chief = await a_ticket(engine), await ada(engine.database), await sam(engine.database)
    async with engine.database.transaction() as tx:
        for user, count in ((one, 5), (chief, 3)):
            await tx.alerts.add(
                [NewAlert(user.id, AlertKind.MENTIONED, ticket.id, seq, f"{seq}") for seq in range(count)]
            )
    assert await engine.alerts.prune() == 1
    assert [alert.text for alert in await engine.alerts.of(one.actor)] == ["4", "3", "2"]
    assert len(await engine.alerts.of(chief.actor)) == 3
    assert await engine.alerts.prune() == 0


async def test_who_sees_no_tickets_and_who_is_no_person_hear_nothing(engine: Engine) -> None:
    watcher = (await eve(engine.database)).actor
    with pytest.raises(NotAllowed):
        await engine.alerts.of(watcher)
    with pytest.raises(NotAllowed):
        await engine.alerts.mark_read(watcher, 1)
    with pytest.raises(InvalidInput):
        await engine.alerts.unread(ROBOT)


async def test_a_long_name_and_message_still_make_an_alert(engine: Engine) -> None:
    one = await ada(engine.database)
    ticket = await a_ticket(engine, "[intent=error_report]")
    await receive(engine, "word " * 500, ticket_id=ticket.id)
    assert len((await _newest(engine, one)).text) == 300
