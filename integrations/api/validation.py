"""What FastAPI found wrong with a request, in the words of InvalidInput: the field, the problem, the remedy."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi.exceptions import RequestValidationError

from core.domain.errors import InvalidInput
from integrations.api.problems import KINDS, Malformed, problem, problem_of
from integrations.api.responses import Problem

_PLACES = ("body", "query", "path", "header")
_MOST = 20
_LONGEST = 80


def validation_problem(error: RequestValidationError) -> Problem:
    found: Sequence[Mapping[str, Any]] = error.errors()
    if found[0]["type"] == "json_invalid":
        reason = str(found[0].get("ctx", {}).get("error", "")).rstrip(".")
        return problem_of(Malformed(f"The body is not valid JSON ({reason})", "Send JSON in UTF-8"))
    told = [_told(detail) for detail in found[:_MOST]]
    first = told[0]
    members: dict[str, Any] = {"field": first.field, "problem": first.problem, "remedy": first.remedy}
    if len(told) > 1:
        members["errors"] = [
            {"field": each.field, "problem": each.problem, **({"remedy": each.remedy} if each.remedy else {})}
            for each in told
        ]
    status, title = KINDS[InvalidInput]
    return problem(status, InvalidInput.code, title, str(first), **members)


def _told(detail: Mapping[str, Any]) -> InvalidInput:
    field, kind = _field(detail["loc"]), detail["type"]
    if kind == "missing":
        return InvalidInput(field, "it is missing", "Give it")
    if kind == "extra_forbidden":
        return InvalidInput(field, "it is unknown", "Leave it out, or look for its name in /api/docs")
    message = str(detail["msg"]).rstrip(".")
    given = repr(detail.get("input"))
    shown = given if len(given) <= _LONGEST else given[: _LONGEST - 1] + "…"
    if message.startswith("Input should be "):
        wanted = message.removeprefix("Input should be ")
        number = "a number " if wanted.startswith(("greater", "less")) else ""
        return InvalidInput(field, f"{shown} is not allowed", f"Give {number}{wanted}")
    return InvalidInput(field, f"{shown} is not allowed", message.removeprefix("Value error, "))


def _field(location: Sequence[str | int]) -> str:
    """`body.attachments[2].name` without the place that it was sent in."""
    parts = list(location)
    if len(parts) > 1 and parts[0] == "query":
        # Of a repeated parameter people know the name, not the position.
        parts = parts[1:2]
    elif len(parts) > 1 and parts[0] in _PLACES:
        parts = parts[1:]
    named = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return named.lstrip(".")[:200] or "body"
