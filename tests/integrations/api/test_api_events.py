"""The journal by the page: every event once, in order, from any row on."""

import pytest

from core.domain.access import SYSTEM
from tests.factories import a_ticket, receive
from tests.integrations.api.caller import Caller, whatever_database


async def test_reader_that_asks_again_and_again_sees_every_event_once(ada: Caller) -> None:
    after, seen = "0", []
    for number in range(4):
        await receive(ada.engine, f"Question {number}")
        for _ in range(40):
            page = await ada.get("/events", after=after, limit=3)
            seen += [event["seq"] for event in page["items"]]
            after = page["next_cursor"]
            if not page["items"]:
                break
    async with ada.engine.database.read() as tx:
        assert seen == [event.seq for event in await tx.journal.after(0, 10_000)]
    assert (await ada.get("/events", after=after))["next_cursor"] == after


async def test_events_are_narrowed_to_a_ticket_and_to_types(ada: Caller) -> None:
    ticket, other = await a_ticket(ada.engine), await a_ticket(ada.engine)
    mine = (await ada.get("/events", ticket_id=ticket.id, limit=200))["items"]
    assert {event["ticket_id"] for event in mine} == {ticket.id}
    routed = (await ada.get("/events", type="ticket.routed,ticket.created"))["items"]
    assert {event["type"] for event in routed} == {"ticket.routed", "ticket.created"}
    assert {event["ticket_id"] for event in routed} == {ticket.id, other.id}


async def test_event_reads_with_who_and_what(ada: Caller) -> None:
    ticket = await a_ticket(ada.engine)
    (created,) = (await ada.get("/events", ticket_id=ticket.id, type="ticket.created"))["items"]
    assert created["actor"].startswith("customer:")
    assert created["actor_name"] == "Kim Park"
    assert created["data"]["channel"] == "email"
    assert created["at"] == "2026-03-02T09:00:00Z"
    assert created["version"] == 1


async def test_events_of_a_ticket_are_read_page_by_page(ada: Caller) -> None:
    ticket = await a_ticket(ada.engine)
    await a_ticket(ada.engine)
    items = await ada.walk(f"/tickets/{ticket.id}/events", 2)
    whole = await ada.engine.views.ticket(SYSTEM, ticket.id)
    assert [item["seq"] for item in items] == [event.seq for event in whole.events]


async def test_events_of_an_unknown_ticket_are_not_found(ada: Caller) -> None:
    await ada.problem("GET", "tickets/999999/events", 404)


@whatever_database
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"after": "-1"}, "after"),
        ({"after": str(2**63)}, "after"),
        ({"after": "now"}, "after"),
        ({"limit": "0"}, "limit"),
        ({"type": "ticket.lost"}, "type"),
        ({"ticket_id": "x"}, "ticket_id"),
        ({"kind": "x"}, "kind"),
    ],
)
async def test_wrong_query_is_refused_by_name(ada: Caller, query: dict[str, str], field: str) -> None:
    assert (await ada.problem("GET", "events", 422, params=query))["field"] == field
