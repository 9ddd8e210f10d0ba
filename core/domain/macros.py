"""Macros: answers written beforehand, with variables that are filled in from the ticket. Pure.

A variable is a known name in braces. Nothing is evaluated and nothing else in braces means anything, and what was
filled in is not looked at again, so a customer who calls themselves {agent.name} is called just that.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from core.domain.enums import Category, Language, Priority, TicketStatus

VARIABLES = (
    "customer.name",
    "customer.first_name",
    "ticket.number",
    "ticket.subject",
    "agent.name",
    "agent.first_name",
    "company",
)
_BRACED = re.compile(r"\{([A-Za-z][A-Za-z0-9_.]*)\}")
_EASTERN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "herr", "frau", "m", "mme", "sr", "sra"})
WHOLE_NAMES = (Language.JA, Language.ZH)
"""Who writes in these languages is not called by a first name."""


@dataclass(frozen=True, slots=True)
class Macro:
    """`owner_id` is None for a macro that the whole desk shares. Status, priority and queue are what it also sets."""

    id: int
    owner_id: int | None
    title: str
    category: Category | None
    intents: tuple[str, ...]
    bodies: Mapping[Language, str]
    status: TicketStatus | None
    priority: Priority | None
    queue_id: str | None
    used: int
    version: int
    updated_at: datetime

    @property
    def is_shared(self) -> bool:
        return self.owner_id is None

    @property
    def languages(self) -> tuple[Language, ...]:
        return tuple(language for language in Language if language in self.bodies)

    def language_for(self, *wanted: str | None) -> Language:
        """The first wanted language that it is written in, else English, else any."""
        for language in (*wanted, Language.EN):
            if language in self.languages:
                return Language(language)
        return self.languages[0]

    def fits(self, category: Category | None, intent: str | None) -> int:
        """How well it answers such a ticket: 2 for its intent, 1 for its category alone, 0 not at all."""
        if intent is not None and intent in self.intents:
            return 2
        return 1 if category is not None and category is self.category else 0


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a filled text; `variable` names what it stands for, and one that is missing is still in braces."""

    text: str
    variable: str | None = None
    is_missing: bool = False


def fill(body: str, values: Mapping[str, str | None]) -> tuple[Part, ...]:
    return tuple(_parts(body, values))


def missing_in(text: str) -> tuple[str, ...]:
    """The known variables that a text still holds in braces, each once: it can't be sent like this."""
    return tuple(dict.fromkeys(name for name in _BRACED.findall(text) if name in VARIABLES))


def unknown_in(body: str) -> tuple[str, ...]:
    """What looks like a variable and is none."""
    return tuple(dict.fromkeys(name for name in _BRACED.findall(body) if name not in VARIABLES))


def first_name(name: str, *languages: str | None) -> str:
    """What one calls a person: the whole name where any of `languages` is written that way or the name is."""
    whole = " ".join(name.split())
    if any(language in WHOLE_NAMES for language in languages) or _EASTERN.search(name):
        return whole
    words = (name.partition(",")[2] if name.count(",") == 1 else name).split()
    given = [word for word in words if word.rstrip(".").casefold() not in _TITLES]
    is_titled_only = len(given) < 2 and len(words) > len(given)
    if not given or is_titled_only or len(given[0].rstrip(".")) == 1:
        return whole
    return given[0]


def _parts(body: str, values: Mapping[str, str | None]) -> Iterator[Part]:
    at = 0
    for found in _BRACED.finditer(body):
        name = found[1]
        if name not in VARIABLES:
            continue
        if found.start() > at:
            yield Part(body[at : found.start()])
        value = values.get(name)
        yield Part(value, name) if value else Part(found[0], name, is_missing=True)
        at = found.end()
    if at < len(body):
        yield Part(body[at:])
