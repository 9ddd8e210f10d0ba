"""Types that several nouns share: numbers in paths, lists in queries, texts that databases can hold."""

from typing import Annotated, Any, TypeVar

from fastapi import Path
from pydantic import AfterValidator, BeforeValidator, Field

from integrations.api.pages import LAST_ID

T = TypeVar("T")


def _divided(value: Any) -> Any:
    """A filter may be repeated, or hold several values with commas between them."""
    if not isinstance(value, list):
        return value
    return [part.strip() for item in value for part in str(item).split(",") if part.strip()]


def _storable(text: str) -> str:
    # PostgreSQL can hold every character but this one.
    if "\x00" in text:
        raise ValueError("Leave out the character U+0000")
    return text


Many = Annotated[tuple[T, ...], Field(max_length=50), BeforeValidator(_divided)]
Text = Annotated[str, AfterValidator(_storable)]
Word = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,100}$")]
LanguageCode = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
Id = Annotated[int, Field(ge=1, le=LAST_ID)]
PathId = Annotated[int, Path(ge=1, le=LAST_ID)]
Seq = Annotated[int, Field(ge=0, le=LAST_ID)]
