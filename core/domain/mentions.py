"""Who is meant by an @ in a note. Pure."""

import re
from collections.abc import Iterable
from itertools import islice

from core.domain.access import Permission
from core.domain.entities import User

MOST_PLACES = 200
_AT = re.compile(r"(?<![\w.@])[@\uff20]")
"""Not within a word: an e-mail address names nobody. A Japanese or Chinese keyboard writes the wide one."""
_RUNS_ON = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""Scripts that put no space between a name and what follows it."""


def may_mention(text: str) -> bool:
    return _AT.search(text) is not None


def mentioned_in(text: str, users: Iterable[User]) -> tuple[int, ...]:
    """The ids of the users whom a text names behind an @, by first or full name, in any case, each once.

    Only who can read the text is named. Where a full name fits, those who only share its first name are not meant.
    """
    readers = [user for user in users if user.active and user.actor.may(Permission.TICKET_READ) and user.name.split()]
    full = [(user.id, _pattern(user.name.split())) for user in readers]
    first = [(user.id, _pattern(user.name.split()[:1])) for user in readers]
    found: dict[int, None] = {}
    for at in islice(_AT.finditer(text), MOST_PLACES):
        named = _named(text, at.end(), full) or _named(text, at.end(), first)
        found.update(dict.fromkeys(named))
    return tuple(found)


def _named(text: str, at: int, patterns: Iterable[tuple[int, re.Pattern[str]]]) -> list[int]:
    return [user_id for user_id, pattern in patterns if pattern.match(text, at)]


def _pattern(words: list[str]) -> re.Pattern[str]:
    end = "" if _RUNS_ON.search(words[-1][-1]) else r"(?!\w)"
    return re.compile(r"\s+".join(map(re.escape, words)) + end, re.IGNORECASE)
