"""Pages of lists: `items`, and an opaque cursor for those that follow."""

import base64
import binascii
import hashlib
from typing import Annotated, Any, Generic, TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, Field

from core.domain.errors import InvalidInput

DEFAULT_LIMIT = 50
MOST_ITEMS = 200
LAST_ID = 2**63 - 1
_SIGNATURE_BYTES = 6

T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    """The shape of every list, for the description of the API."""

    items: list[T]
    next_cursor: Annotated[
        str | None, Field(description="Give it as `cursor` to get the next page; null when this is the last")
    ]

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        name: str = params[0].__name__
        return f"{name}Page"


class PageQuery(BaseModel):
    """What every list takes. An unknown parameter is refused, for a misspelt filter would show everything."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=MOST_ITEMS, description="How many items, at most")] = DEFAULT_LIMIT
    cursor: Annotated[str | None, Field(max_length=500, description="`next_cursor` of the page before")] = None


class Cursors:
    """Writes where a page ended as text that only its own list accepts again.

    The text is base64url JSON behind a keyed BLAKE2 hash, so that a cursor which was changed, cut or taken from
    another list is told from a good one instead of starting somewhere unexpected.
    """

    def __init__(self, secret: bytes) -> None:
        self._key = hashlib.blake2b(b"cursors" + secret, digest_size=32).digest()

    def write(self, place: str, *values: int | str) -> str:
        """`place` names the list and its order."""
        body = orjson.dumps(values)
        return base64.urlsafe_b64encode(self._signature(place, body) + body).rstrip(b"=").decode()

    def read(self, place: str, cursor: str) -> list[Any]:
        """The values that `write` was given for this place; raises InvalidInput."""
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raise _unknown() from None
        signature, body = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
        # Base64 has several spellings of the same bytes; only the one that was given out counts.
        if signature != self._signature(place, body) or self.write(place, *orjson.loads(body)) != cursor:
            raise _unknown()
        values: list[Any] = orjson.loads(body)
        return values

    def next_id(self, place: str, last_id: int, count: int, limit: int) -> str | None:
        """The cursor after a full page that was ordered by id; a page that is not full is the last."""
        return self.write(place, last_id) if count >= limit else None

    def read_id(self, place: str, cursor: str | None) -> int | None:
        return None if cursor is None else int(self.read(place, cursor)[0])

    def _signature(self, place: str, body: bytes) -> bytes:
        return hashlib.blake2b(place.encode() + b"\0" + body, digest_size=_SIGNATURE_BYTES, key=self._key).digest()


def _unknown() -> InvalidInput:
    return InvalidInput("cursor", "this list gave no such cursor", "Give next_cursor of the page before, or nothing")
