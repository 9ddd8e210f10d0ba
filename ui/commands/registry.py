"""What a command is, and the registry to which each area of the desk adds its own."""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from core.domain.access import Actor, Permission
from core.domain.errors import InvalidInput
from ui.texts import say

if TYPE_CHECKING:
    from ui.shell import Shell


class Scope(StrEnum):
    """Where a command makes sense; elsewhere its key rests and the command bar leaves it out."""

    ANYWHERE = "anywhere"
    LIST = "list"
    """Moves through the list of tickets."""
    TICKETS = "tickets"
    """Acts on the selected tickets, else the open one, else the current row."""
    TICKET = "ticket"
    """Acts on the open ticket."""


class Group(StrEnum):
    MOVE = "move"
    WRITE = "write"
    ACT = "act"
    GO = "go"
    LOOK = "look"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a command. `hint` stands right, `search` holds more words that find it, `is_on` marks what
    holds now. `detail` is what a preview shows; its shape is the command's own."""

    value: str
    title: str
    icon: str = ""
    hint: str = ""
    group: str = ""
    search: str = ""
    is_on: bool = False
    detail: Any = None


@dataclass(frozen=True, slots=True)
class Run:
    """One call: what was chosen, and the tickets it is for."""

    value: str | None
    targets: tuple[int, ...]


Options = Callable[["Shell", str, tuple[int, ...]], Awaitable[list[Option]]]
"""The choices for a typed text and the tickets that the command is for."""
Runner = Callable[["Shell", Run], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Command:
    """One verb. `keys` as in "E", "Shift+E", "Mod+K", "?". Without `run` the browser does it by itself."""

    id: str
    icon: str
    group: Group
    scope: Scope = Scope.ANYWHERE
    keys: str = ""
    permission: Permission | None = None
    options: Options | None = None
    run: Runner | None = None
    is_typed: bool = False
    """Options depend on what is typed, so the server is asked again with each change."""

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id, "icon": self.icon, "group": self.group, "scope": self.scope, "keys": self.keys,
            "title": say(f"command.{self.id}"), "nested": self.options is not None, "typed": self.is_typed,
        }  # fmt: skip


class Registry:
    def __init__(self, commands: Iterable[Command] = ()) -> None:
        self._commands: dict[str, Command] = {}
        self.add(*commands)

    def add(self, *commands: Command) -> None:
        """Raises ValueError for an id or a key that another command of the same scope has."""
        for command in commands:
            taken = next((other for other in self._commands.values() if _collide(command, other)), None)
            if taken is not None:
                raise ValueError(f"command {command.id!r} takes the id or the keys of {taken.id!r}")
            self._commands[command.id] = command

    def __iter__(self) -> Iterator[Command]:
        return iter(self._commands.values())

    def of(self, actor: Actor) -> list[Command]:
        """The commands that this actor may use."""
        return [command for command in self if command.permission is None or actor.may(command.permission)]

    def get(self, actor: Actor, command_id: str) -> Command:
        """Raises NotAllowed or InvalidInput."""
        command = self._commands.get(command_id)
        if command is None:
            raise InvalidInput("command", f"there is no command {command_id!r}", "Reload the page")
        if command.permission is not None:
            actor.require(command.permission)
        return command


def _collide(one: Command, other: Command) -> bool:
    return one.id == other.id or (bool(one.keys) and one.keys == other.keys)
