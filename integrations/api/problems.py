"""Errors as the API tells them: problem details by RFC 9457, one `code` for each kind."""

from collections.abc import Collection
from http import HTTPStatus
from math import ceil
from typing import Any

from starlette.exceptions import HTTPException

from core.domain.errors import (
    ConfigurationError,
    Conflict,
    DeliveryError,
    FrontlineError,
    InvalidInput,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    RateLimited,
    StorageFull,
    TooLarge,
    Unavailable,
    Unreadable,
    VersionConflict,
)
from integrations.api.responses import Header, Problem

TYPE = "urn:frontline:problem:"


class Malformed(FrontlineError):
    """The bytes are not what they should be, before any field can be looked at."""

    code = "malformed"

    def __init__(self, problem: str, remedy: str) -> None:
        self.remedy = remedy
        super().__init__(f"{problem}. {remedy}.")


class NoToken(NotAuthenticated):
    """No credential was sent at all."""


class PreconditionFailed(VersionConflict):
    """A version conflict on a version that If-Match named."""


class VersionRequired(FrontlineError):
    """A change must say which version it was made from, so that nobody overwrites what they have not seen."""

    code = "version_required"

    def __init__(self) -> None:
        super().__init__("The change names no version. Send the ticket's version in If-Match or as `version`.")


class BodyTooLarge(HTTPException):
    """A TooLarge that passes through FastAPI's reading of bodies, which turns other errors into a bare 400."""

    def __init__(self, limit: int) -> None:
        self.error = TooLarge("body", f"it has more than {limit:,} bytes", "Send less")
        super().__init__(413, str(self.error))


KINDS: dict[type[FrontlineError], tuple[int, str]] = {
    TooLarge: (413, "Too large"),
    InvalidInput: (422, "Invalid input"),
    Malformed: (400, "Malformed request"),
    NotFound: (404, "Not found"),
    PreconditionFailed: (412, "Changed by someone else"),
    VersionConflict: (409, "Changed by someone else"),
    Conflict: (409, "Conflict"),
    VersionRequired: (428, "Version required"),
    NotAllowed: (403, "Not allowed"),
    NotAuthenticated: (401, "Not authenticated"),
    RateLimited: (429, "Too many requests"),
    StorageFull: (507, "Storage full"),
    Unavailable: (503, "Unavailable"),
    ConfigurationError: (422, "Configuration is wrong"),
    Unreadable: (422, "Unreadable"),
    DeliveryError: (502, "Not delivered"),
    FrontlineError: (500, "Error"),
}

_MEMBERS: dict[type[FrontlineError], dict[str, str]] = {
    InvalidInput: {"field": "field", "problem": "problem", "remedy": "remedy"},
    Malformed: {"remedy": "remedy"},
    VersionConflict: {"current_version": "current"},
    NotFound: {"noun": "noun"},
    NotAllowed: {"permission": "permission"},
    ConfigurationError: {"problems": "problems"},
}
"""Members of a problem beside the usual ones, and the attribute of the error that each is."""


def problem_of(error: FrontlineError) -> Problem:
    status, title = next(KINDS[kind] for kind in type(error).__mro__ if kind in KINDS)
    return problem(status, error.code, title, str(error), _headers(error), **_members(error))


def problem(
    status: int, code: str, title: str, detail: str, headers: tuple[Header, ...] = (), **members: Any
) -> Problem:
    content = {"type": TYPE + code, "title": title, "status": status, "detail": detail, "code": code}
    return Problem({**content, **{name: value for name, value in members.items() if value not in (None, "")}}, headers)


def http_problem(error: HTTPException, allowed: Collection[str] = ()) -> Problem:
    """What the framework itself refuses: no such path, a method that a path has not, a body that can't be read."""
    if isinstance(error, BodyTooLarge):
        return problem_of(error.error)
    if error.status_code == 404:
        return problem(404, "no_such_path", "Not found", "There is nothing at this path. See /api/docs.")
    if error.status_code == 405:
        methods = ", ".join(sorted(allowed))
        detail = f"This path does not take this method. Allowed: {methods}."
        headers = ((b"allow", methods.encode()),)
        return problem(405, "method_not_allowed", "Method not allowed", detail, headers)
    if error.status_code == 400:
        return problem_of(Malformed("The body can't be read as JSON", "Send JSON in UTF-8"))
    title = HTTPStatus(error.status_code).phrase
    return problem(error.status_code, f"http_{error.status_code}", title, str(error.detail))


def _members(error: FrontlineError) -> dict[str, Any]:
    told = {
        member: getattr(error, attribute)
        for kind, attributes in _MEMBERS.items()
        if isinstance(error, kind)
        for member, attribute in attributes.items()
    }
    if isinstance(error, RateLimited | Unavailable):
        told["retry_after"] = ceil(error.retry_after)
    return told


def _headers(error: FrontlineError) -> tuple[Header, ...]:
    if isinstance(error, RateLimited | Unavailable):
        return ((b"retry-after", b"%d" % max(1, ceil(error.retry_after))),)
    if isinstance(error, NotAuthenticated):
        # RFC 6750: an error code only when a credential was sent.
        wrong = b"" if isinstance(error, NoToken) else b', error="invalid_token"'
        return ((b"www-authenticate", b'Bearer realm="frontline"' + wrong),)
    return ()


PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "An error by RFC 9457. Programs look at `code`; people read `detail`, which says what to do.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri", "description": "`urn:frontline:problem:` and the code"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What happened, to what, and what to do"},
        "code": {"type": "string", "description": "The kind of error, which does not change between versions"},
        "field": {"type": "string", "description": "The field of the body, the query or the headers that is wrong"},
        "problem": {"type": "string", "description": "What is wrong with the field"},
        "remedy": {"type": "string", "description": "What to give instead"},
        "errors": {
            "type": "array",
            "description": "Every wrong field, when there are several",
            "items": {
                "type": "object",
                "required": ["field", "problem"],
                "properties": {
                    "field": {"type": "string"},
                    "problem": {"type": "string"},
                    "remedy": {"type": "string"},
                },
            },
        },
        "current_version": {"type": "integer", "description": "The version that the thing has by now"},
        "permission": {"type": "string", "description": "The permission that the token lacks"},
        "noun": {"type": "string", "description": "What does not exist"},
        "problems": {"type": "array", "items": {"type": "string"}, "description": "Every problem of the rules file"},
        "retry_after": {"type": "integer", "description": "Seconds to wait before the next try"},
        "reference": {"type": "string", "description": "Names this failure in the server's log"},
        "checks": {"type": "object", "description": "What /readyz looked at"},
    },
    "example": {
        "type": TYPE + "invalid_input",
        "title": "Invalid input",
        "status": 422,
        "detail": "channel: 'fax' is unknown. Give one of email, chat, phone, social_media, self_service, sms.",
        "code": "invalid_input",
        "field": "channel",
        "problem": "'fax' is unknown",
        "remedy": "Give one of email, chat, phone, social_media, self_service, sms",
    },
}

_MEANINGS = {
    400: "The body is not JSON in UTF-8, or a header can't be read",
    401: "The token is missing, unknown or revoked",
    403: "The token's role lacks the permission",
    404: "It does not exist",
    405: "The path does not take this method",
    409: "It was changed by someone else (`version_conflict`), or is in a state that forbids this (`conflict`)",
    412: "It has another version than If-Match names",
    413: "The body, a field or an attachment is over its limit",
    422: "A value is wrong; `field` names it and `remedy` says what to give",
    428: "A change must name the version that it was made from",
    429: "Too many requests for this token; wait as Retry-After says",
    500: "A mistake of the server; `reference` names it in the log",
    503: "Can't be done now; nothing was changed; repeat as Retry-After says",
    507: "The disk is full; nothing was changed",
}


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """`responses` of a route for the description of the API."""
    return {status: problem_response(status) for status in statuses}


def problem_response(status: int) -> dict[str, Any]:
    reference = {"$ref": "#/components/schemas/Problem"}
    return {"description": _MEANINGS[status], "content": {"application/problem+json": {"schema": reference}}}
