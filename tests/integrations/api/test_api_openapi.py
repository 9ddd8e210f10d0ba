"""The description of the API: complete, valid, and true to what is answered."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import TypeAdapter

from core.bootstrap import Engine
from integrations.api.app import ROUTERS
from integrations.api.openapi import NEW_MESSAGE_SCHEMA, description_of
from integrations.payload import _CUSTOMER_FIELDS, _FIELDS
from tests.factories import a_ticket, an_article
from tests.integrations.api.caller import Caller, whatever_database

pytestmark = whatever_database


@pytest.fixture
def document(api: FastAPI) -> dict[str, Any]:
    return description_of(api)


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


async def test_description_is_served_without_a_token(nobody: Caller, document: dict[str, Any]) -> None:
    response = await nobody.ask("GET", "/api/openapi.json")
    assert response.status_code == 200
    assert response.json() == document
    assert document["openapi"].startswith("3.1")


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for reference in references(document):
        found: Any = document
        for part in reference.removeprefix("#/").split("/"):
            assert part in found, reference
            found = found[part]


def test_every_schema_is_used(document: dict[str, Any]) -> None:
    used = {reference.rpartition("/")[2] for reference in references(document)}
    assert set(document["components"]["schemas"]) == used


def test_every_operation_is_described(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(ids) == len(set(ids))
    tags = {tag["name"] for tag in document["tags"]}
    for method, path, operation in operations(document):
        assert operation["summary"], path
        assert set(operation["tags"]) <= tags
        named = set(re.findall(r"{(\w+)}", path))
        assert named == {each["name"] for each in operation.get("parameters", ()) if each["in"] == "path"}
        assert any(status.startswith("2") for status in operation["responses"]), (method, path)


def test_every_operation_tells_its_errors(document: dict[str, Any]) -> None:
    for _, path, operation in operations(document):
        responses = operation["responses"]
        if path.startswith("/api/v1/"):
            assert operation["security"] == [{"token": []}]
            assert {"401", "403", "422", "429", "500", "503"} <= set(responses), path
        for status, response in responses.items():
            assert response["description"]
            if status[0] in "45":
                schema = response["content"]["application/problem+json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Problem"}, (path, status)


def test_every_answer_has_a_shape(document: dict[str, Any]) -> None:
    for _, path, operation in operations(document):
        for status, response in operation["responses"].items():
            if status.startswith("2") and status != "204":
                (media,) = response["content"].values()
                assert media["schema"], path


def test_the_way_in_is_described_as_it_is_read(document: dict[str, Any]) -> None:
    operation = document["paths"]["/api/v1/messages"]["post"]
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/NewMessage"}
    assert set(NEW_MESSAGE_SCHEMA["properties"]) == _FIELDS
    assert set(NEW_MESSAGE_SCHEMA["properties"]["customer"]["properties"]) == _CUSTOMER_FIELDS
    assert [each["name"] for each in operation["parameters"]] == ["Idempotency-Key"]
    assert {"202", "400", "409", "413", "507"} <= set(operation["responses"])


async def test_the_example_of_a_message_is_accepted(engine: Engine, ada: Caller) -> None:
    await ada.post("/messages", NEW_MESSAGE_SCHEMA["example"], 202)


def test_filters_are_described_as_lists_of_limited_length(document: dict[str, Any]) -> None:
    parameters = {each["name"]: each["schema"] for each in document["paths"]["/api/v1/tickets"]["get"]["parameters"]}
    assert parameters["status"]["items"] == {"$ref": "#/components/schemas/TicketStatus"}
    assert parameters["status"]["maxItems"] == 50


def test_operations_are_named_as_clients_would_call_them(document: dict[str, Any]) -> None:
    ids = {operation["operationId"] for _, _, operation in operations(document)}
    assert {"list_tickets", "get_ticket", "change_ticket", "send_message", "stream_events"} <= ids


LISTED = ("tickets", "tickets/1001/messages", "tickets/1001/events", "customers", "articles", "queues", "events")
SINGLE = ("tickets/1001", "messages/1", "customers/1", "metrics/operations", "articles/search?q=blue")


@pytest.mark.parametrize("path", [*LISTED, *SINGLE])
async def test_answers_have_the_shape_that_is_described(ada: Caller, sam: Caller, api: FastAPI, path: str) -> None:
    await an_article(ada.engine, "The blue one", "It is in stock.")
    await a_ticket(ada.engine)
    response = await sam.ask("GET", f"/api/v1/{path}")
    assert response.status_code == 200
    template = re.sub(r"/1001", "/{ticket_id}", path.partition("?")[0])
    template = re.sub(r"(message|customer)s/1$", r"\1s/{\1_id}", template)
    (model,) = {
        route.response_model
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute) and route.path == f"/api/v1/{template}" and "GET" in (route.methods or ())
    }
    shape = TypeAdapter(model)
    assert shape.dump_python(shape.validate_json(response.content), mode="json") == response.json()


def test_intents_are_listed(document: dict[str, Any]) -> None:
    assert "`wrong_charge`" in document["info"]["description"]


async def test_page_for_people_loads_nothing_and_lists_every_operation(
    nobody: Caller, document: dict[str, Any]
) -> None:
    response = await nobody.ask("GET", "/api/docs")
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert "<script" not in response.text
    assert not re.search(r"""(src|href)\s*=\s*["']?(https?:)?//""", response.text)
    for method, path, _ in operations(document):
        assert f"{method.upper()}</span> <code>{path}</code>" in response.text
