"""The description of the API, completed with what FastAPI can't know: tokens, problems, the way in for messages."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from core.domain.enums import Channel, CustomerTier
from core.domain.intents import INTENTS_BY_CATEGORY
from integrations.api.problems import PROBLEM_SCHEMA, problem_response

VERSION = "1"
_SECURED = "/api/v1/"
_ALWAYS = (401, 403, 422, 429, 500, 503)
_WRITES = (507,)
_CODES = "`" + "`, `".join(intent for intents in INTENTS_BY_CATEGORY.values() for intent in intents) + "`"

DESCRIPTION = f"""\
The desk for programs: messages come in, tickets are read and worked on, events are followed.

* **Tokens.** Send `Authorization: Bearer fl_…`. A token has a role, and the role decides what it may do. A revoked
  token stops working within five seconds.
* **Errors** are problem details by RFC 9457 (`application/problem+json`). `code` is for programs, `detail` for people.
* **Lists** hold `items` and `next_cursor`. Give the cursor back as `cursor`; null ends the list. Rows that are added
  meanwhile do not make others come twice or get lost.
* **Versions.** A change of a ticket names the version that it was made from. See `PATCH /tickets/{{ticket_id}}`.
* **Rate limits** hold for each token: `RateLimit` says what is left, and 429 comes with `Retry-After`.
* **Times** are ISO 8601 in UTC with Z. Every reading of `/metrics` from this machine needs no token.
* **Intents**: {_CODES}.
"""

TAGS = (
    {"name": "messages", "description": "What customers wrote and what was answered. New messages come in here."},
    {"name": "tickets", "description": "Conversations with a status, an owner and deadlines."},
    {"name": "customers", "description": "People and how they are reached."},
    {"name": "articles", "description": "The knowledge base."},
    {"name": "queues", "description": "Where tickets wait for a team."},
    {"name": "events", "description": "The journal: everything that happens to a ticket is one row of it."},
    {"name": "model", "description": "For administrators: corrections of the model, and heads learned from them."},
    {"name": "operating", "description": "For operators: quarantine, dead letters, rules."},
    {"name": "metrics", "description": "Figures of the desk."},
    {"name": "health", "description": "For whoever watches the process."},
)

_SCHEME = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "fl_…",
    "description": "An API token, made by an administrator: `python main.py tokens add --role agent`",
}


def description_of(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, made once."""
    if app.openapi_schema is None:
        document = get_openapi(
            title="Frontline", version=VERSION, description=DESCRIPTION, routes=app.routes, tags=list(TAGS)
        )
        components = document.setdefault("components", {})
        components.setdefault("schemas", {}).update({"Problem": PROBLEM_SCHEMA, "NewMessage": NEW_MESSAGE_SCHEMA})
        components["securitySchemes"] = {"token": _SCHEME}
        for unused in ("HTTPValidationError", "ValidationError"):
            components["schemas"].pop(unused, None)
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                _complete(path, method, operation)
        app.openapi_schema = document
    return app.openapi_schema


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    if path.startswith(_SECURED):
        operation["security"] = [{"token": []}]
        always = _ALWAYS + (_WRITES if method != "get" else ())
        responses.update({str(status): problem_response(status) for status in always})
    else:
        responses.pop("422", None)
        responses["500"] = problem_response(500)
    operation["responses"] = dict(sorted(responses.items()))


MESSAGE_OPERATION: dict[str, Any] = {
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "The same key again yields the first receipt; with another message it gives 409",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[\\x21-\\x7e]+$"},
        }
    ],
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewMessage"}}},
    },
}

NEW_MESSAGE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "NewMessage",
    "required": ["channel", "external_id", "customer"],
    "additionalProperties": False,
    "properties": {
        "channel": {"type": "string", "enum": [channel.value for channel in Channel]},
        "external_id": {
            "type": "string",
            "maxLength": 512,
            "description": "The message's id where it comes from: the same one again yields the first receipt",
        },
        "customer": {
            "type": "object",
            "description": "At least one of email, phone and handle",
            "additionalProperties": False,
            "properties": {
                "email": {"type": "string", "maxLength": 254},
                "phone": {"type": "string", "description": "With the country's number, such as +44 20 7946 0000"},
                "handle": {"type": "string", "maxLength": 200, "description": "In a social network or a chat"},
                "name": {"type": "string", "maxLength": 200},
                "tier": {"type": "string", "enum": [tier.value for tier in CustomerTier]},
                "language": {"type": "string", "description": "A code such as en or pt-BR"},
            },
        },
        "subject": {"type": "string", "maxLength": 998},
        "text": {"type": "string", "maxLength": 1_000_000},
        "html": {"type": "string", "maxLength": 1_000_000, "description": "Cleaned before anybody sees it"},
        "ticket_id": {"type": "integer", "minimum": 1, "description": "The ticket that it belongs to, when known"},
        "in_reply_to": {"type": "string", "maxLength": 998, "description": "The Message-ID that it answers"},
        "sent_at": {"type": "string", "format": "date-time", "description": "At most a day ahead"},
        "attachments": {
            "type": "array",
            "maxItems": 100,
            "items": {
                "type": "object",
                "required": ["filename", "content"],
                "additionalProperties": False,
                "properties": {
                    "filename": {"type": "string"},
                    "content_type": {"type": "string", "examples": ["image/png"]},
                    "content": {"type": "string", "contentEncoding": "base64"},
                },
            },
        },
    },
    "example": {
        "channel": "email",
        "external_id": "crm-88412",
        "customer": {"email": "kim@example.com", "name": "Kim Larsen", "tier": "gold", "language": "en"},
        "subject": "The export stops at 90 %",
        "text": "Since this morning every export stops at 90 %. What can I do?",
        "sent_at": "2026-03-02T08:58:00Z",
    },
}
