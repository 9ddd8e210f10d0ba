"""What each role may call: every operation of the description, against the table of permissions."""

import re
from typing import Any

import pytest
from fastapi import FastAPI

from core.bootstrap import Engine
from core.domain.access import PERMISSIONS, Permission
from core.domain.enums import Role
from integrations.api.openapi import description_of
from tests.integrations.api.caller import Caller, a_payload, whatever_database

CALLS: dict[tuple[str, str], tuple[Permission, Any]] = {
    ("post", "/messages"): (Permission.INTAKE_SEND, a_payload()),
    ("get", "/tickets"): (Permission.TICKET_READ, None),
    ("get", "/tickets/{ticket_id}"): (Permission.TICKET_READ, None),
    ("patch", "/tickets/{ticket_id}"): (Permission.TICKET_CHANGE, {"version": 1, "priority": "low"}),
    ("post", "/tickets/{ticket_id}/assign"): (Permission.TICKET_ASSIGN_OTHERS, {"assignee_id": None}),
    ("post", "/tickets/{ticket_id}/reply"): (Permission.TICKET_REPLY, {"text": "Hello"}),
    ("post", "/tickets/{ticket_id}/notes"): (Permission.TICKET_NOTE, {"text": "Hello"}),
    ("get", "/tickets/{ticket_id}/messages"): (Permission.TICKET_READ, None),
    ("get", "/tickets/{ticket_id}/events"): (Permission.EVENTS_READ, None),
    ("get", "/tickets/{ticket_id}/explanation"): (Permission.TICKET_READ, None),
    ("get", "/messages/{message_id}"): (Permission.TICKET_READ, None),
    ("get", "/messages/{message_id}/original"): (Permission.TICKET_READ, None),
    ("get", "/attachments/{attachment_id}"): (Permission.TICKET_READ, None),
    ("get", "/customers"): (Permission.CUSTOMER_READ, None),
    ("get", "/customers/{customer_id}"): (Permission.CUSTOMER_READ, None),
    ("get", "/articles"): (Permission.ARTICLE_READ, None),
    ("get", "/articles/search?q=x"): (Permission.ARTICLE_READ, None),
    ("get", "/articles/{article_id}"): (Permission.ARTICLE_READ, None),
    ("post", "/articles"): (
        Permission.ARTICLE_WRITE,
        {"external_id": "a", "title": "A", "category": "other", "body": "B"},
    ),
    ("get", "/queues"): (Permission.TICKET_READ, None),
    ("get", "/events"): (Permission.EVENTS_READ, None),
    ("get", "/quarantine"): (Permission.OPERATE, None),
    ("get", "/quarantine/{item_id}/raw"): (Permission.OPERATE, None),
    ("delete", "/quarantine/{item_id}"): (Permission.OPERATE, None),
    ("get", "/work/dead"): (Permission.OPERATE, None),
    ("post", "/work/{item_id}/requeue"): (Permission.OPERATE, None),
    ("get", "/outbox/stuck"): (Permission.OPERATE, None),
    ("post", "/outbox/{item_id}/requeue"): (Permission.OPERATE, None),
    ("post", "/rules/reload"): (Permission.OPERATE, None),
    ("get", "/metrics/operations"): (Permission.METRICS_READ, None),
    ("get", "/model"): (Permission.ADMINISTER, None),
    ("get", "/model/corrections"): (Permission.ADMINISTER, None),
    ("get", "/model/proposals"): (Permission.ADMINISTER, None),
    ("get", "/model/proposals/{proposal_id}"): (Permission.ADMINISTER, None),
    ("post", "/model/proposals/{proposal_id}/accept"): (Permission.ADMINISTER, None),
    ("post", "/model/proposals/{proposal_id}/reject"): (Permission.ADMINISTER, None),
    ("post", "/model/retrain"): (Permission.ADMINISTER, None),
    ("get", "/model/retraining"): (Permission.ADMINISTER, None),
    ("post", "/model/roll-back"): (Permission.ADMINISTER, None),
}
STREAM = ("get", "/events/stream")
"""Has tests of its own: a stream that is allowed does not end."""


def filled(path: str) -> str:
    """Of a ticket that exists; what else is asked for does not."""
    return "/api/v1" + re.sub(r"{\w+}", "999999", path.replace("{ticket_id}", "1001"))


def test_the_table_names_every_operation(api: FastAPI) -> None:
    described = {
        (method, path.removeprefix("/api/v1"))
        for path, operations in description_of(api)["paths"].items()
        for method in operations
        if path.startswith("/api/v1/")
    }
    assert described - {STREAM} == {(method, path.partition("?")[0]) for method, path in CALLS}


@whatever_database
@pytest.mark.parametrize("role", list(Role))
async def test_role_may_do_what_the_table_says_and_nothing_else(
    engine: Engine, api: FastAPI, open_caller: Any, role: Role
) -> None:
    caller: Caller = await open_caller(engine, role, api)
    admin: Caller = await open_caller(engine, Role.ADMIN, api)
    await admin.post("/messages", a_payload("first"), 202)
    for (method, path), (permission, body) in CALLS.items():
        response = await caller.ask(method.upper(), filled(path), json=body)
        allowed = permission in PERMISSIONS[role]
        if allowed:
            assert response.status_code != 403, (method, path, response.text)
            assert response.status_code < 500, (method, path, response.text)
        else:
            assert response.status_code == 403, (method, path, response.text)


@whatever_database
async def test_nobody_may_do_nothing(nobody: Caller) -> None:
    for (method, path), (_, body) in CALLS.items():
        response = await nobody.ask(method.upper(), filled(path), json=body)
        assert response.status_code == 401, (method, path)
