"""The ticket list: its shape, its filters, its pages; and one ticket with all of it."""

from datetime import timedelta
from typing import Any

import pytest

from core.bootstrap import Engine
from core.domain.enums import Channel
from core.domain.messages import InboundCustomer
from tests import cast
from tests.conftest import MovableClock
from tests.factories import a_ticket, an_article, plant_tickets, receive, resolve
from tests.integrations.api.caller import Caller, whatever_database

SHAPE = {
    "id": int,
    "number": int,
    "status": str,
    "priority": str,
    "category": str,
    "intent": str,
    "sentiment": str,
    "language": str,
    "queue": {"id": str, "name": str},
    "assignee": {"id": int, "name": str},
    "customer": {"id": int, "name": str, "tier": str},
    "subject": str,
    "version": int,
    "sla": {"first_response": {"due_at": str, "state": str}, "resolution": {"due_at": str, "state": str}},
    "routing": {"rule": str, "reasons": list},
    "created_at": str,
    "updated_at": str,
}


def shape_of(value: Any) -> Any:
    return {key: shape_of(each) for key, each in value.items()} if isinstance(value, dict) else type(value)


async def test_a_ticket_reads_exactly_so(ada: Caller) -> None:
    await cast.ada(ada.engine.database)
    await a_ticket(ada.engine, "It crashes [intent=error_report mood=negative]")
    (ticket,) = (await ada.get("/tickets"))["items"]
    assert shape_of(ticket) == SHAPE
    assert ticket["number"] == ticket["id"]
    assert ticket["queue"] == {"id": "technical_support", "name": "Technical support"}
    assert ticket["assignee"]["name"] == "Ada"
    assert ticket["customer"]["name"] == "Kim Park"
    assert ticket["routing"]["rule"] == "TECH_001"
    assert ticket["sla"]["first_response"] == {"due_at": "2026-03-02T10:00:00Z", "state": "running"}
    assert ticket["created_at"] == "2026-03-02T09:00:00Z"


async def test_ticket_that_is_not_analysed_yet_keeps_the_shape(ada: Caller, engine: Engine) -> None:
    async with engine.database.transaction() as tx:
        await plant_tickets(tx, [{}], tx.now)
    (ticket,) = (await ada.get("/tickets"))["items"]
    assert ticket.keys() == SHAPE.keys()
    assert ticket["sla"] == {
        "first_response": {"due_at": None, "state": None},
        "resolution": {"due_at": None, "state": None},
    }
    assert (ticket["queue"], ticket["assignee"], ticket["category"]) == (None, None, None)
    assert ticket["routing"] == {"rule": None, "reasons": []}


async def test_one_ticket_comes_with_all_of_it(ada: Caller) -> None:
    article = await an_article(ada.engine, used=10, solved=1)
    ticket = await a_ticket(ada.engine, "Open the sign-in page and choose Forgot password. [intent=password_reset]")
    response = await ada.ask("GET", f"/api/v1/tickets/{ticket.id}")
    detail = response.json()
    assert detail.keys() > SHAPE.keys()
    assert response.headers["etag"] == f'"{ticket.version}"'
    assert detail["messages"][0]["analysis"]["intent"] == "password_reset"
    assert "embedding" not in detail["messages"][0]["analysis"]
    assert [found["article_id"] for found in detail["suggestions"]] == [article.id]
    assert [event["seq"] for event in detail["events"]] == sorted(event["seq"] for event in detail["events"])
    assert detail["events"][0]["type"] == "ticket.created"
    assert (await ada.get("/events", after=detail["seq"]))["items"] == []
    assert detail["channel"] == "email"


async def test_unknown_ticket_is_not_found(ada: Caller) -> None:
    told = await ada.problem("GET", "tickets/999999", 404)
    assert told["code"] == "not_found"
    assert "999999" in told["detail"]


@whatever_database
@pytest.mark.parametrize("ticket_id", ["seven", "0", "-1", str(2**63), "1.5"])
async def test_number_that_no_ticket_can_have_is_refused(ada: Caller, ticket_id: str) -> None:
    told = await ada.problem("GET", f"tickets/{ticket_id}", 422)
    assert told["field"] == "ticket_id"


@pytest.fixture
async def mixed(ada: Caller, clock: MovableClock) -> dict[str, int]:
    """Tickets that differ in everything that a filter asks."""
    engine = ada.engine
    await cast.someone(engine.database, name="Tess", queues=["technical_support"])
    made = {
        "broken": await a_ticket(engine, "It crashes [intent=error_report mood=negative]"),
        "charged": await a_ticket(engine, "Charged twice [intent=wrong_charge mood=very_negative language=de]"),
        "chat": await a_ticket(engine, "In stock?", channel=Channel.CHAT),
        "vip": await a_ticket(engine, "We need help", customer=cast.VERA),
        "done": await a_ticket(engine, "Thank you for the manual", customer=InboundCustomer(email="d@done.example")),
    }
    await resolve(engine, made["done"].id)
    return {name: ticket.id for name, ticket in made.items()}


FILTERS: list[tuple[dict[str, Any], list[str]]] = [
    ({"status": "resolved"}, ["done"]),
    ({"status": "resolved,assigned"}, ["broken", "done"]),
    ({"status": ["resolved", "assigned"]}, ["broken", "done"]),
    ({"open": "false"}, ["done"]),
    ({"open": "true", "channel": "email", "tier": "standard"}, ["broken", "charged"]),
    ({"queue": "technical_support"}, ["broken"]),
    ({"queue": "vip_support,billing_specialist"}, ["charged", "vip"]),
    ({"queue": "no_such_queue"}, []),
    ({"category": "technical"}, ["broken"]),
    ({"channel": "chat"}, ["chat"]),
    ({"sentiment": "very_negative, negative"}, ["broken", "charged"]),
    ({"tier": "enterprise"}, ["vip"]),
    ({"tier": "enterprise", "q": "help"}, ["vip"]),
    ({"language": "de"}, ["charged"]),
    ({"assignee": "none", "channel": "chat"}, ["chat"]),
    ({"sla": "running", "category": "technical"}, ["broken"]),
    ({"sla": "breached,paused,at_risk"}, []),
    ({"escalated": "true"}, []),
    ({"q": "crashes"}, ["broken"]),
    ({"q": '"charged twice"'}, ["charged"]),
    ({"q": "crashes", "status": "resolved"}, []),
    ({"q": "!!!"}, []),
    ({"priority": "low", "category": "technical"}, []),
]


async def test_filters_find_what_they_name(ada: Caller, mixed: dict[str, int]) -> None:
    for query, found in FILTERS:
        items = (await ada.get("/tickets", **query))["items"]
        assert sorted(item["id"] for item in items) == sorted(mixed[name] for name in found), query


async def test_filter_by_person_and_by_customer(ada: Caller, mixed: dict[str, int]) -> None:
    ticket = await ada.get(f"/tickets/{mixed['broken']}")
    of_tess = await ada.get("/tickets", assignee=str(ticket["assignee"]["id"]))
    assert [item["id"] for item in of_tess["items"]] == [mixed["broken"]]
    vip = await ada.get(f"/tickets/{mixed['vip']}")
    of_vera = await ada.get("/tickets", customer_id=vip["customer"]["id"])
    assert [item["id"] for item in of_vera["items"]] == [mixed["vip"]]


@whatever_database
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"status": "lost"}, "status"),
        ({"status": "new,lost"}, "status"),
        ({"statsu": "new"}, "statsu"),
        ({"sort": "colour"}, "sort"),
        ({"limit": "0"}, "limit"),
        ({"limit": "201"}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"open": "perhaps"}, "open"),
        ({"assignee": "somebody"}, "assignee"),
        ({"assignee": "me"}, "assignee"),
        ({"assignee": "9" * 19}, "assignee"),
        ({"queue": "a\x00b"}, "queue"),
        ({"language": "e\x00"}, "language"),
        ({"q": "a\x00b"}, "q"),
        ({"q": ""}, "q"),
        ({"customer_id": "0"}, "customer_id"),
        ({"cursor": "nonsense"}, "cursor"),
    ],
)
async def test_wrong_query_is_refused_by_name(ada: Caller, query: dict[str, str], field: str) -> None:
    told = await ada.problem("GET", "tickets", 422, params=query)
    assert told["field"] == field
    assert told["problem"]


@whatever_database
async def test_refused_value_names_what_is_allowed(ada: Caller) -> None:
    told = await ada.problem("GET", "tickets", 422, params={"status": "lost", "limit": "0"})
    assert {error["field"] for error in told["errors"]} == {"status", "limit"}
    remedy = next(error["remedy"] for error in told["errors"] if error["field"] == "status")
    assert "'pending_customer'" in remedy


@pytest.fixture
async def many(engine: Engine, clock: MovableClock) -> list[int]:
    """25 tickets, several with the same deadline and priority, some with neither."""
    at = clock.now()
    rows: list[dict[str, Any]] = []
    for number in range(25):
        due = {"due_at": at + timedelta(minutes=number // 3)} if number % 5 else {}
        rank = ("critical", "high", "medium", "low")[number % 4]
        rows.append({"priority": rank, "priority_order": number % 4, **due})
    async with engine.database.transaction() as tx:
        return await plant_tickets(tx, rows, at)


@pytest.mark.parametrize("sort", ["due", "newest", "oldest", "priority"])
@pytest.mark.parametrize("limit", [4, 25])
async def test_pages_show_every_ticket_once(ada: Caller, many: list[int], sort: str, limit: int) -> None:
    items = await ada.walk("/tickets", limit, sort=sort)
    ids = [item["id"] for item in items]
    assert sorted(ids) == sorted(many)
    if sort in ("newest", "oldest"):
        assert ids == sorted(many, reverse=sort == "newest")
    if sort == "priority":
        ranks = [("critical", "high", "medium", "low").index(item["priority"]) for item in items]
        assert ranks == sorted(ranks)


@pytest.mark.parametrize("sort", ["due", "newest", "oldest", "priority"])
async def test_pages_hold_while_tickets_arrive(ada: Caller, many: list[int], sort: str) -> None:
    seen: list[int] = []
    page = await ada.get("/tickets", sort=sort, limit=4)
    while True:
        seen += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        if len(seen) < 25:
            async with ada.engine.database.transaction() as tx:
                await plant_tickets(tx, [{"priority": "high", "priority_order": 1}], tx.now)
        page = await ada.get("/tickets", sort=sort, limit=4, cursor=page["next_cursor"])
    assert len(seen) == len(set(seen))
    assert set(many) <= set(seen)


async def test_search_pages_show_every_ticket_once(ada: Caller) -> None:
    made = [(await receive(ada.engine, f"The kettle leaks, number {number}")).ticket_id for number in range(9)]
    items = await ada.walk("/tickets", 2, q="kettle")
    assert [item["id"] for item in items] == made[::-1]


async def test_cursor_of_another_order_is_refused(ada: Caller, many: list[int]) -> None:
    page = await ada.get("/tickets", sort="due", limit=2)
    told = await ada.problem("GET", "tickets", 422, params={"sort": "priority", "cursor": page["next_cursor"]})
    assert told["field"] == "cursor"
    other = await ada.problem("GET", "customers", 422, params={"cursor": page["next_cursor"]})
    assert other["field"] == "cursor"


@whatever_database
async def test_executive_reads_no_tickets(eve: Caller) -> None:
    told = await eve.problem("GET", "tickets", 403)
    assert (told["code"], told["permission"]) == ("not_allowed", "ticket.read")
