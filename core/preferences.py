"""How each person wants their desk: remembered on the server, so that it is the same at every screen."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from core.domain.access import Actor
from core.domain.enums import Language
from core.domain.errors import InvalidInput
from core.personal import person_of
from core.storage.database import Database

MOST_FOLDED, LONGEST_SECTION = 30, 40
LONGEST_PATH = 500


class Theme(StrEnum):
    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Density(StrEnum):
    COMFORTABLE = "comfortable"
    COMPACT = "compact"


@dataclass(frozen=True, slots=True)
class Preferences:
    """`language` is None for whatever the browser asks for. `folded` names the side sections that are closed, and
    `last_list` is the path and query of the list that the person was at last, or empty."""

    theme: Theme = Theme.SYSTEM
    density: Density = Density.COMFORTABLE
    language: Language | None = None
    folded: tuple[str, ...] = ()
    last_list: str = ""


class PreferenceKeeper:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, actor: Actor) -> Preferences:
        user_id = person_of(actor)
        async with self._database.read() as tx:
            return _read(await tx.preferences.of(user_id))

    async def change(self, actor: Actor, **changes: Any) -> Preferences:
        """Change what is named and leave the rest, also where another screen of the same person changes that.

        Raises InvalidInput for what is no preference, or no value of one.
        """
        user_id = person_of(actor)
        checked = {name: _checked(name, value) for name, value in changes.items()}
        async with self._database.transaction() as tx:
            return _read(await tx.preferences.merge(user_id, checked))


def _read(stored: Mapping[str, Any]) -> Preferences:
    """What another version of the desk stored, and this one does not know, is as if it had not been said."""
    known = {}
    for name, value in stored.items():
        try:
            known[name] = _CHECKS[name](value)
        except (KeyError, InvalidInput):
            continue
    return Preferences(**known)


def _checked(name: str, value: Any) -> Any:
    """As it is stored."""
    if name not in _CHECKS:
        raise InvalidInput(name, "is no preference", f"Choose from {', '.join(_CHECKS)}")
    return _CHECKS[name](value)


_Choice = TypeVar("_Choice", bound=StrEnum)


def _one_of(field: str, choices: type[_Choice]) -> Callable[[Any], _Choice]:
    def check(value: Any) -> _Choice:
        try:
            return choices(value)
        except ValueError:
            known = ", ".join(choice.value for choice in choices)
            raise InvalidInput(field, f"{value!r} is not known", f"Choose one of {known}") from None

    return check


def _language(value: Any) -> Language | None:
    return None if value is None else _one_of("language", Language)(value)


def _folded(value: Any) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise InvalidInput("folded", "is no list", "Give the ids of the closed sections")
    ids = tuple(dict.fromkeys(value))
    if len(ids) > MOST_FOLDED:
        raise InvalidInput("folded", f"names {len(ids)} sections", f"Give at most {MOST_FOLDED}")
    for each in ids:
        if not isinstance(each, str) or not 1 <= len(each) <= LONGEST_SECTION or not each.isprintable():
            raise InvalidInput("folded", f"{each!r} is no section", f"Give ids of 1 to {LONGEST_SECTION} characters")
    return ids


def _path(value: Any) -> str:
    """Within the desk only: a path that names another server would lead its reader there."""
    if not isinstance(value, str) or not value.isprintable() or "\\" in value:
        raise InvalidInput("last_list", "is no path", "Give one such as /queue/mine?sort=due")
    if len(value) > LONGEST_PATH:
        raise InvalidInput("last_list", f"has {len(value)} characters", f"Give at most {LONGEST_PATH}")
    if value and (value[0] not in "/?" or value.startswith("//")):
        raise InvalidInput("last_list", "is no path of the desk", "Give one such as /queue/mine?sort=due")
    return value


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "theme": _one_of("theme", Theme),
    "density": _one_of("density", Density),
    "language": _language,
    "folded": _folded,
    "last_list": _path,
}
