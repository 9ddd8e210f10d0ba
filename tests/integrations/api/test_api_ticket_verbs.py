"""Changing, assigning, answering and noting: what each does, and what stops it."""

from typing import Any

import pytest

from core.domain.access import SYSTEM
from core.domain.entities import Ticket
from core.domain.enums import Channel, TicketStatus
from tests import cast
from tests.factories import a_ticket, receive, resolve
from tests.fakes import RecordingChannel
from tests.integrations.api.caller import Caller, whatever_database


@pytest.fixture
async def ticket(ada: Caller) -> Ticket:
    return await a_ticket(ada.engine)


async def test_change_answers_with_the_ticket_as_it_is_now(ada: Caller, ticket: Ticket) -> None:
    body = {"priority": "high", "subject": "  Blue   one ", "queue": "technical_support", "version": ticket.version}
    response = await ada.ask("PATCH", f"/api/v1/tickets/{ticket.id}", json=body)
    changed = response.json()
    assert (changed["priority"], changed["subject"]) == ("high", "Blue one")
    assert changed["queue"]["id"] == "technical_support"
    assert changed["version"] > ticket.version
    assert response.headers["etag"] == f'"{changed["version"]}"'
    assert changed == {
        name: value for name, value in (await ada.get(f"/tickets/{ticket.id}")).items() if name in changed
    }


async def test_correction_of_the_intent_brings_its_category(ada: Caller, ticket: Ticket) -> None:
    body = {"intent": "wrong_charge", "sentiment": "negative", "version": ticket.version}
    changed = await ada.patch(f"/tickets/{ticket.id}", body)
    assert (changed["category"], changed["intent"], changed["sentiment"]) == ("billing", "wrong_charge", "negative")


async def test_old_version_in_the_body_is_a_conflict_that_tells_the_current_one(ada: Caller, ticket: Ticket) -> None:
    path = f"tickets/{ticket.id}"
    changed = await ada.patch(f"/{path}", {"priority": "high", "version": ticket.version})
    told = await ada.problem("PATCH", path, 409, json={"priority": "low", "version": ticket.version})
    assert told["code"] == "version_conflict"
    assert told["current_version"] == changed["version"]
    assert (await ada.get(f"/{path}"))["priority"] == "high"


async def test_old_version_in_if_match_fails_the_precondition(ada: Caller, ticket: Ticket) -> None:
    path, headers = f"tickets/{ticket.id}", {"if-match": f'"{ticket.version}"'}
    await ada.patch(f"/{path}", {"priority": "high"}, headers=headers)
    told = await ada.problem("PATCH", path, 412, json={"priority": "low"}, headers=headers)
    assert told["code"] == "version_conflict"
    assert told["current_version"] > ticket.version


@pytest.mark.parametrize("etag", ['"{}"', 'W/"{}"', "*"])
async def test_if_match_takes_the_place_of_the_version(ada: Caller, ticket: Ticket, etag: str) -> None:
    headers = {"if-match": etag.format(ticket.version)}
    assert (await ada.patch(f"/tickets/{ticket.id}", {"priority": "high"}, headers=headers))["priority"] == "high"


async def test_change_without_a_version_is_refused(ada: Caller, ticket: Ticket) -> None:
    told = await ada.problem("PATCH", f"tickets/{ticket.id}", 428, json={"priority": "high"})
    assert told["code"] == "version_required"
    assert "If-Match" in told["detail"]


@whatever_database
@pytest.mark.parametrize(
    ("body", "headers", "field"),
    [
        ({"version": 3}, {}, "body"),
        ({}, {"if-match": "*"}, "body"),
        ({"version": 3, "status": "lost"}, {}, "status"),
        ({"version": 3, "priority": 7}, {}, "priority"),
        ({"version": 3, "queue": "no_such_queue"}, {}, "queue"),
        ({"version": 3, "intent": "no_such_intent"}, {}, "intent"),
        ({"version": 3, "intent": "wrong_charge", "category": "technical"}, {}, "category"),
        ({"version": 3, "subject": "   "}, {}, "subject"),
        ({"version": 3, "colour": "blue"}, {}, "colour"),
        ({"version": "new", "priority": "low"}, {}, "version"),
        ({"version": 0, "priority": "low"}, {}, "version"),
        ({"priority": "low"}, {"if-match": "3"}, "If-Match"),
        ({"priority": "low"}, {"if-match": '"a", "b"'}, "If-Match"),
        ({"version": 3, "priority": "low"}, {"if-match": '"4"'}, "version"),
        ([], {}, "body"),
        ("text", {}, "body"),
    ],
)
async def test_wrong_change_is_refused_by_name(
    ada: Caller, ticket: Ticket, body: Any, headers: dict[str, str], field: str
) -> None:
    if isinstance(body, dict) and body.get("version") == 3:
        body = {**body, "version": ticket.version}
    told = await ada.problem("PATCH", f"tickets/{ticket.id}", 422, json=body, headers=headers)
    assert told["field"] == field


@whatever_database
@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b'"\\ud800"', b'{"subject": "\\ud800"}'])
async def test_body_that_is_no_json_is_refused(ada: Caller, ticket: Ticket, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    response = await ada.ask("PATCH", f"/api/v1/tickets/{ticket.id}", content=body, headers=headers)
    assert response.status_code in (400, 422)
    assert response.json()["code"] in ("malformed", "invalid_input")


async def test_status_that_can_not_follow_is_a_conflict(ada: Caller, ticket: Ticket) -> None:
    told = await ada.problem("PATCH", f"tickets/{ticket.id}", 409, json={"status": "closed", "version": ticket.version})
    assert told["code"] == "conflict"
    assert "current_version" not in told


async def test_change_of_an_unknown_ticket_is_not_found(ada: Caller) -> None:
    await ada.problem("PATCH", "tickets/999999", 404, json={"priority": "low", "version": 1})


async def test_supervisor_assigns_and_takes_away(sam: Caller, ticket: Ticket) -> None:
    tess = await cast.someone(sam.engine.database, name="Tess")
    given = await sam.post(f"/tickets/{ticket.id}/assign", {"assignee_id": tess.id, "version": ticket.version})
    assert given["assignee"] == {"id": tess.id, "name": "Tess"}
    taken = await sam.post(f"/tickets/{ticket.id}/assign", {"assignee_id": None})
    assert taken["assignee"] is None


async def test_agent_may_not_assign_others(ada: Caller, ticket: Ticket) -> None:
    tess = await cast.someone(ada.engine.database, name="Tess")
    told = await ada.problem("POST", f"tickets/{ticket.id}/assign", 403, json={"assignee_id": tess.id})
    assert told["permission"] == "ticket.assign_others"


async def test_assigning_from_an_old_version_is_a_conflict(sam: Caller, ticket: Ticket) -> None:
    tess = await cast.someone(sam.engine.database, name="Tess")
    body = {"assignee_id": tess.id, "version": ticket.version + 7}
    told = await sam.problem("POST", f"tickets/{ticket.id}/assign", 409, json=body)
    assert told["current_version"] == ticket.version


async def test_token_can_not_be_me(ada: Caller, ticket: Ticket) -> None:
    told = await ada.problem("POST", f"tickets/{ticket.id}/assign", 422, json={"assignee_id": "me"})
    assert told["field"] == "assignee_id"


async def test_executive_is_nobody_to_assign_to(sam: Caller, ticket: Ticket) -> None:
    eve = await cast.eve(sam.engine.database)
    told = await sam.problem("POST", f"tickets/{ticket.id}/assign", 422, json={"assignee_id": eve.id})
    assert told["field"] == "assignee_id"


async def test_unknown_user_is_not_found(sam: Caller, ticket: Ticket) -> None:
    told = await sam.problem("POST", f"tickets/{ticket.id}/assign", 404, json={"assignee_id": 999_999})
    assert told["noun"] == "user"


@whatever_database
@pytest.mark.parametrize("body", [{}, {"assignee_id": "somebody"}, {"assignee_id": 0}, {"assignee_id": 2**63}])
async def test_wrong_assignee_is_refused(sam: Caller, ticket: Ticket, body: dict[str, Any]) -> None:
    told = await sam.problem("POST", f"tickets/{ticket.id}/assign", 422, json=body)
    assert told["field"].startswith("assignee_id")


async def test_reply_leaves_and_the_customer_is_waited_for(
    ada: Caller, ticket: Ticket, channel: RecordingChannel
) -> None:
    body = {"text": "It is, in two sizes.", "version": ticket.version}
    message = await ada.post(f"/tickets/{ticket.id}/reply", body, 202)
    assert (message["kind"], message["text"]) == ("reply", "It is, in two sizes.")
    assert (await ada.get(f"/tickets/{ticket.id}"))["status"] == "pending_customer"
    await ada.engine.dispatcher.drain()
    assert channel.delivered[-1].text == "It is, in two sizes."
    assert (await ada.get(f"/messages/{message['id']}"))["delivery"]["state"] == "sent"


async def test_reply_may_resolve_or_leave_the_status(ada: Caller, ticket: Ticket) -> None:
    await ada.post(f"/tickets/{ticket.id}/reply", {"text": "One moment.", "status": None}, 202)
    assert (await ada.get(f"/tickets/{ticket.id}"))["status"] == ticket.status
    await ada.post(f"/tickets/{ticket.id}/reply", {"text": "Here it is.", "status": "resolved"}, 202)
    assert (await ada.get(f"/tickets/{ticket.id}"))["status"] == "resolved"


async def test_nobody_answers_blind(ada: Caller) -> None:
    first = await receive(ada.engine, "Hello?", channel=Channel.CHAT)
    await receive(ada.engine, "Are you there?", channel=Channel.CHAT)
    body = {"text": "Hello!", "seen_message_id": first.message_id}
    told = await ada.problem("POST", f"tickets/{first.ticket_id}/reply", 409, json=body)
    assert "has written again" in told["detail"]


async def test_reply_from_an_old_version_is_a_conflict(ada: Caller, ticket: Ticket) -> None:
    body = {"text": "Hello", "version": ticket.version + 1}
    told = await ada.problem("POST", f"tickets/{ticket.id}/reply", 409, json=body)
    assert told["current_version"] == ticket.version


async def test_closed_ticket_takes_no_reply(sam: Caller, ticket: Ticket) -> None:
    resolved = await resolve(sam.engine, ticket.id)
    await sam.patch(f"/tickets/{ticket.id}", {"status": "closed", "version": resolved.version})
    told = await sam.problem("POST", f"tickets/{ticket.id}/reply", 409, json={"text": "Hello"})
    assert "closed" in told["detail"]


@whatever_database
@pytest.mark.parametrize("verb", ["reply", "notes"])
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": " \x00 "}, "text"),
        ({"text": "x" * 100_001}, "text"),
        ({}, "text"),
        (None, "body"),
    ],
)
async def test_text_that_says_nothing_or_too_much_is_refused(
    ada: Caller, ticket: Ticket, verb: str, body: Any, field: str
) -> None:
    told = await ada.problem("POST", f"tickets/{ticket.id}/{verb}", 422, json=body)
    assert told["field"] == field


async def test_note_stays_in_the_desk(ada: Caller, ticket: Ticket, channel: RecordingChannel) -> None:
    await ada.engine.dispatcher.drain()
    before = len(channel.delivered)
    note = await ada.post(f"/tickets/{ticket.id}/notes", {"text": "Called back."}, 201)
    await ada.engine.dispatcher.drain()
    assert (note["kind"], note["delivery"]) == ("note", None)
    assert note["author"].startswith("token:")
    assert len(channel.delivered) == before
    assert (await ada.engine.views.ticket(SYSTEM, ticket.id)).ticket.status is not TicketStatus.PENDING_CUSTOMER


@pytest.mark.parametrize("verb", ["reply", "notes"])
async def test_writing_to_an_unknown_ticket_is_not_found(ada: Caller, verb: str) -> None:
    await ada.problem("POST", f"tickets/999999/{verb}", 404, json={"text": "Hello"})
