"""A program that calls the API, and what every answer must be like."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from core.bootstrap import Engine

V1 = "/api/v1"

whatever_database = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
"""For what is decided before a database is asked."""


@dataclass
class Caller:
    engine: Engine
    http: httpx.AsyncClient

    async def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        response = await self.http.request(method, path, **options)
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["cache-control"] == "no-store"
        return response

    async def get(self, path: str, **query: Any) -> Any:
        response = await self.ask("GET", V1 + path, params=query)
        assert response.status_code == 200, response.text
        return response.json()

    async def post(self, path: str, body: Any = None, status: int = 200, **options: Any) -> Any:
        response = await self.ask("POST", V1 + path, json=body, **options)
        assert response.status_code == status, response.text
        return response.json()

    async def patch(self, path: str, body: Any, status: int = 200, **options: Any) -> Any:
        response = await self.ask("PATCH", V1 + path, json=body, **options)
        assert response.status_code == status, response.text
        return response.json()

    async def problem(self, method: str, path: str, status: int, **options: Any) -> dict[str, Any]:
        """The problem document of a call that must fail with `status`."""
        response = await self.ask(method, path if path.startswith("/") else f"{V1}/{path}", **options)
        assert response.status_code == status, response.text
        return problem_of(response)

    async def walk(self, path: str, limit: int, **query: Any) -> list[Any]:
        """All items of a list, page after page."""
        items: list[Any] = []
        cursor: str | None = ""
        while cursor is not None:
            page = await self.get(path, limit=limit, **query, **({"cursor": cursor} if cursor else {}))
            assert set(page) == {"items", "next_cursor"}
            assert len(page["items"]) <= limit
            items += page["items"]
            cursor = page["next_cursor"]
        return items


def problem_of(response: httpx.Response) -> dict[str, Any]:
    assert response.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = response.json()
    assert told["status"] == response.status_code
    assert told["type"] == f"urn:frontline:problem:{told['code']}"
    assert told["title"]
    assert told["detail"]
    return told


def a_payload(external_id: str = "crm-1", **fields: Any) -> dict[str, Any]:
    """The body of `POST /messages`."""
    usual = {
        "channel": "email",
        "external_id": external_id,
        "customer": {"email": "kim@customer.example", "name": "Kim Park"},
        "subject": "A question",
        "text": "Is the blue one in stock?",
    }
    return {**usual, **fields}
