"""Every text of the screens. `catalogue/` has a folder for each language and in it a file for each area; a translation
has the same keys.

The language is the reader's: whoever builds or patches a page does so inside `speaking(language)`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from functools import cache
from pathlib import Path
from string import Formatter

import yaml

from core.domain.enums import Language
from ui.markup import Child, Html, join

CATALOGUE = Path(__file__).parent / "catalogue"
_spoken: ContextVar[Language] = ContextVar("spoken", default=Language.EN)


@cache
def texts(language: Language) -> dict[str, str]:
    """All texts of a language by key; what is not translated yet is in English."""
    own = _read(language)
    return own if language is Language.EN else {**_read(Language.EN), **own}


def spoken() -> Language:
    """The language in which `say` speaks now."""
    return _spoken.get()


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def say(key: str, **values: object) -> str:
    """The text of `key`, with its values filled in."""
    text = texts(spoken())[key]
    return text.format(**values) if values else text


def fill(key: str, **values: Child) -> Html:
    """As `say`, with markup among the values; everything else is escaped."""
    parts = Formatter().parse(texts(spoken())[key])
    return join([(words, values[name] if name else None) for words, name, _, _ in parts])


def name_of(kind: str, member: StrEnum | str) -> str:
    """How people call a member of a vocabulary; one that has no name here is shown as it is stored."""
    return texts(spoken()).get(f"{kind}.{member}", str(member).replace("_", " ").capitalize())


def _read(language: Language) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted((CATALOGUE / language.value).glob("*.yaml")):
        found |= yaml.safe_load(path.read_text(encoding="utf-8"))
    return found
