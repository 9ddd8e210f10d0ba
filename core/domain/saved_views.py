"""A list of tickets that somebody gave a name."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SavedView:
    """`query` is the list's part of the address behind the question mark. Everybody sees what is shared."""

    id: int
    owner_id: int
    owner_name: str
    name: str
    query: str
    shared: bool
