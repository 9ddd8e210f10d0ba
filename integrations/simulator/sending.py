"""One message to the public API, repeated while the desk asks for patience."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

MOST_ATTEMPTS = 5
TIMEOUT_SECONDS = 30.0
LONGEST_WAIT_SECONDS = 10.0
_COME_BACK = frozenset({429, 502, 503, 504})
_ACCEPTED = 202


@dataclass(frozen=True, slots=True)
class Outcome:
    """`ticket_id` is set when the desk took the message; else `failure` says in a few words why not."""

    ticket_id: int | None = None
    is_duplicate: bool = False
    failure: str = ""
    attempts: int = 1


async def send(client: httpx.AsyncClient, payload: Mapping[str, Any]) -> Outcome:
    """POST one message. Its external id is the idempotency key of all attempts, so that a repeat changes nothing."""
    headers = {"Idempotency-Key": str(payload["external_id"])}
    failure, wait = "", 0.0
    for attempt in range(1, MOST_ATTEMPTS + 1):
        await asyncio.sleep(wait)
        wait = _backoff(attempt)
        try:
            response = await client.post("api/v1/messages", json=payload, headers=headers)
        except httpx.TransportError as error:
            failure = type(error).__name__
            continue
        if response.status_code == _ACCEPTED:
            receipt = response.json()
            return Outcome(receipt["ticket_id"], receipt["duplicate"], attempts=attempt)
        failure = f"HTTP {response.status_code}"
        if response.status_code not in _COME_BACK:
            return Outcome(failure=failure, attempts=attempt)
        wait = _asked_to_wait(response, wait)
    return Outcome(failure=failure, attempts=MOST_ATTEMPTS)


def _asked_to_wait(response: httpx.Response, default: float) -> float:
    """The seconds of Retry-After (RFC 9110, section 10.2.3); our API gives no dates there."""
    asked: str = response.headers.get("Retry-After", "")
    is_number = asked.replace(".", "", 1).isdigit()
    return min(float(asked), LONGEST_WAIT_SECONDS) if is_number else default


def _backoff(attempt: int) -> float:
    return min(0.2 * 2.0**attempt, LONGEST_WAIT_SECONDS)
