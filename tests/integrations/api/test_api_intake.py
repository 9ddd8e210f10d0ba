"""`POST /api/v1/messages`: what is taken in, what is refused and how, and what a repeat yields."""

import asyncio
import base64
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import orjson
import pytest

from core.bootstrap import Engine
from core.domain.access import SYSTEM
from core.domain.enums import Role
from core.domain.errors import StorageFull, Unavailable
from core.domain.messages import InboundMessage, Receipt
from tests.conftest import MovableClock
from tests.factories import a_ticket
from tests.integrations.api.caller import V1, Caller, a_payload, problem_of, whatever_database

PATH = f"{V1}/messages"


async def test_message_becomes_a_ticket_and_the_receipt_names_it(ada: Caller) -> None:
    receipt = await ada.post("/messages", a_payload(), 202)
    assert receipt.keys() == {"ticket_id", "message_id", "duplicate"}
    assert receipt["duplicate"] is False
    ticket = await ada.get(f"/tickets/{receipt['ticket_id']}")
    assert [message["id"] for message in ticket["messages"]] == [receipt["message_id"]]
    assert ticket["subject"] == "A question"


async def test_same_external_id_yields_the_first_receipt(ada: Caller) -> None:
    first = await ada.post("/messages", a_payload(), 202)
    again = await ada.post("/messages", a_payload(text="Changed"), 202)
    assert again == {**first, "duplicate": True}


async def test_concurrent_repeats_make_one_message(ada: Caller) -> None:
    receipts = await asyncio.gather(*(ada.post("/messages", a_payload(), 202) for _ in range(8)))
    assert len({receipt["message_id"] for receipt in receipts}) == 1
    assert sum(not receipt["duplicate"] for receipt in receipts) == 1
    assert ada.engine.statistics.accepted["email"] == 1


async def test_idempotency_key_yields_the_first_receipt(ada: Caller) -> None:
    body, headers = orjson.dumps(a_payload()), {"idempotency-key": "order-77"}
    first = await ada.ask("POST", PATH, content=body, headers=headers)
    again = await ada.ask("POST", PATH, content=body, headers=headers)
    assert first.json()["message_id"] == again.json()["message_id"]
    assert again.json()["duplicate"] is True


async def test_idempotency_key_with_another_message_is_a_conflict(ada: Caller) -> None:
    headers = {"idempotency-key": "order-77"}
    await ada.post("/messages", a_payload("one"), 202, headers=headers)
    told = await ada.problem("POST", "messages", 409, json=a_payload("two"), headers=headers)
    assert told["code"] == "conflict"
    assert "Idempotency-Key" in told["detail"]


async def test_idempotency_keys_of_two_tokens_do_not_meet(ada: Caller, sam: Caller) -> None:
    headers = {"idempotency-key": "1"}
    first = await ada.post("/messages", a_payload("one"), 202, headers=headers)
    other = await sam.post("/messages", a_payload("two"), 202, headers=headers)
    assert other["duplicate"] is False
    assert other["message_id"] != first["message_id"]


@pytest.mark.parametrize("length", [1, 250, 255])
async def test_long_idempotency_keys_are_told_apart(ada: Caller, length: int) -> None:
    first = await ada.post("/messages", a_payload("a"), 202, headers={"idempotency-key": "k" * length})
    other = await ada.post("/messages", a_payload("b"), 202, headers={"idempotency-key": "k" * (length - 1) + "j"})
    assert other["message_id"] != first["message_id"]


@whatever_database
@pytest.mark.parametrize("key", ["", "k" * 256, "two words", "schön".encode()])
async def test_idempotency_key_that_is_not_plain_is_refused(ada: Caller, key: str | bytes) -> None:
    told = await ada.problem("POST", "messages", 422, json=a_payload(), headers={"idempotency-key": key})
    assert told["field"] == "Idempotency-Key"


@whatever_database
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "malformed"),
        (b"   \n", 400, "malformed"),
        (b"{", 400, "malformed"),
        (b'{"channel": "email",}', 400, "malformed"),
        (orjson.dumps(a_payload()).decode().encode("utf-16"), 400, "malformed"),
        ('{"channel": "email", "text": "schön"}'.encode("latin-1"), 400, "malformed"),
        (b"[" * 100_000, 400, "malformed"),
        (b"[]", 422, "invalid_input"),
        (b'"text"', 422, "invalid_input"),
        (b"null", 422, "invalid_input"),
        (b"7", 422, "invalid_input"),
    ],
)
async def test_body_that_is_no_object_is_refused(ada: Caller, body: bytes, status: int, code: str) -> None:
    told = await ada.problem("POST", "messages", status, content=body)
    assert told["code"] == code
    assert told["remedy"]


@whatever_database
@pytest.mark.parametrize("charset", ["latin-1", '"ISO-8859-1"', "utf-16"])
async def test_other_charset_is_refused(ada: Caller, charset: str) -> None:
    headers = {"content-type": f"application/json; charset={charset}"}
    told = await ada.problem("POST", "messages", 400, content=orjson.dumps(a_payload()), headers=headers)
    assert "charset" in told["detail"]
    assert "UTF-8" in told["remedy"]


@whatever_database
@pytest.mark.parametrize("content_type", ["application/json; charset=UTF-8", 'application/json;charset="utf8"', ""])
async def test_utf8_is_accepted_however_it_is_named(ada: Caller, content_type: str) -> None:
    body = orjson.dumps(a_payload(text="schön 日本"))
    response = await ada.ask("POST", PATH, content=body, headers={"content-type": content_type})
    assert response.status_code == 202


@whatever_database
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"channel": "fax"}, "channel"),
        ({"channel": None}, "channel"),
        ({"external_id": ""}, "external_id"),
        ({"customer": {"name": "Kim"}}, "customer"),
        ({"customer": {"email": "nonsense"}}, "customer.email"),
        ({"text": "", "subject": ""}, "text"),
        ({"ticket_id": "7"}, "ticket_id"),
        ({"sent_at": "yesterday"}, "sent_at"),
        ({"attachments": [{"filename": "a.txt", "content": "***"}]}, "attachments[0].content"),
        ({"colour": "blue"}, "colour"),
    ],
)
async def test_wrong_field_is_named(ada: Caller, changes: dict[str, Any], field: str) -> None:
    told = await ada.problem("POST", "messages", 422, json=a_payload(**changes))
    assert told["code"] == "invalid_input"
    assert told["field"] == field
    assert told["problem"]


@whatever_database
async def test_unknown_channel_names_the_known_ones(ada: Caller) -> None:
    told = await ada.problem("POST", "messages", 422, json=a_payload(channel="fax"))
    assert "self_service" in told["remedy"]


async def test_date_in_the_future_is_refused_and_a_fast_clock_forgiven(ada: Caller, clock: MovableClock) -> None:
    ahead = (clock.now() + timedelta(hours=20)).isoformat()
    await ada.post("/messages", a_payload(sent_at=ahead), 202)
    too_far = (clock.now() + timedelta(days=2)).isoformat()
    told = await ada.problem("POST", "messages", 422, json=a_payload("two", sent_at=too_far))
    assert told["field"] == "sent_at"


async def test_unknown_ticket_is_refused_and_a_known_one_joined(ada: Caller) -> None:
    told = await ada.problem("POST", "messages", 422, json=a_payload(ticket_id=999_999))
    assert told["field"] == "ticket_id"
    ticket = await a_ticket(ada.engine)
    receipt = await ada.post("/messages", a_payload("two", ticket_id=ticket.id), 202)
    assert receipt["ticket_id"] == ticket.id


@whatever_database
async def test_message_of_26_mb_is_refused_by_its_announced_length(ada: Caller) -> None:
    told = await ada.problem("POST", "messages", 413, content=b" " * 26_000_000)
    assert told["code"] == "too_large"
    assert "25,000,000" in told["detail"]


@whatever_database
async def test_message_of_26_mb_is_refused_while_it_streams(ada: Caller) -> None:
    sent = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(260):
            sent += 100_000
            yield b" " * 100_000

    response = await ada.ask("POST", PATH, content=chunks())
    assert response.status_code == 413
    assert problem_of(response)["field"] == "body"
    assert sent <= 25_200_000


async def test_message_just_under_the_limit_is_accepted(ada: Caller) -> None:
    file = {"filename": "scan.bin", "content": base64.b64encode(b"x" * 18_000_000).decode()}
    receipt = await ada.post("/messages", a_payload(attachments=[file]), 202)
    message = await ada.get(f"/messages/{receipt['message_id']}")
    assert message["attachments"][0]["size"] == 18_000_000


@whatever_database
@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Unavailable("The database can't be used now", retry_after=3), 503, "unavailable"),
        (StorageFull("The disk that holds the database is full", retry_after=5), 507, "storage_full"),
    ],
)
async def test_storage_trouble_says_when_to_come_back(
    ada: Caller, monkeypatch: pytest.MonkeyPatch, error: Unavailable, status: int, code: str
) -> None:
    async def refuse(_: InboundMessage) -> Receipt:
        raise error

    monkeypatch.setattr(ada.engine.intake, "accept", refuse)
    response = await ada.ask("POST", PATH, json=a_payload())
    assert response.status_code == status
    assert response.headers["retry-after"] == str(int(error.retry_after))
    assert problem_of(response)["code"] == code


async def test_executive_may_not_send(eve: Caller) -> None:
    told = await eve.problem("POST", "messages", 403, json=a_payload())
    assert told["permission"] == "intake.send"


async def test_caller_who_hangs_up_leaves_nothing(engine: Engine, ada: Caller, api: Any) -> None:
    _, secret = await engine.people.add_token(SYSTEM, "shaky", Role.AGENT)
    coming: list[dict[str, Any]] = [
        {"type": "http.request", "body": b'{"channel":', "more_body": True},
        {"type": "http.disconnect"},
    ]
    answered: list[Any] = []

    async def receive() -> dict[str, Any]:
        return coming.pop(0)

    async def send(message: Any) -> None:
        answered.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": PATH,
        "headers": [(b"authorization", f"Bearer {secret}".encode())],
        "query_string": b"",
    }
    await api(scope, receive, send)
    assert answered == []
    assert (await ada.get("/tickets"))["items"] == []
