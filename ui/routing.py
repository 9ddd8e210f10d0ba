"""The addresses inside the desk: which page an address means, and the address of a page. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import parse_qsl, quote, urlencode, urlsplit


class Place(StrEnum):
    WORK = "work"
    """The queue and, beside it, an open ticket."""
    DESIGN = "design"
    MODEL = "model"


PATTERNS = {
    "/queue": Place.WORK,
    "/queue/{view}": Place.WORK,
    "/tickets/{ticket_id}": Place.WORK,
    "/design": Place.DESIGN,
    "/model": Place.MODEL,
}
"""Every address that one shell shows, as the web server knows it."""
_LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Route:
    """`view` names the list, None where the address leaves it as it is; `query` narrows and sorts it."""

    place: Place
    view: str | None = None
    ticket_id: int | None = None
    query: Mapping[str, str] = field(default_factory=dict)


def parse(address: str) -> Route | None:
    """The route of a path with its query, or None when no page of the shell answers there."""
    if len(address) > _LONGEST:
        return None
    parts = urlsplit(address)
    query = dict(parse_qsl(parts.query))
    match [part for part in parts.path.split("/") if part]:
        case ["queue"]:
            return Route(Place.WORK, view=query.pop("view", ""), query=query)
        case ["queue", view]:
            return Route(Place.WORK, view=view.replace("-", "_"), query=query)
        case ["tickets", number] if number.isascii() and number.isdigit() and len(number) < 19:
            return Route(Place.WORK, ticket_id=int(number), query=query)
        case ["design" | "model" as name]:
            return Route(Place(name), query=query)
        case _:
            return None


def queue_path(view: str, query: Mapping[str, str] | None = None) -> str:
    path = f"/queue/{quote(view.replace('_', '-'), safe='')}"
    return f"{path}?{urlencode(query)}" if query else path


def ticket_path(ticket_id: int) -> str:
    return f"/tickets/{ticket_id}"
