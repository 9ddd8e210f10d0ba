"""What a page of the shell is, and what a part of one. `apply` is quick and never awaits; `load` brings everything
anew; an action is what the page's script may ask for."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from core.domain.access import Permission
from core.domain.errors import InvalidInput
from ui.news import News
from ui.routing import Route

if TYPE_CHECKING:
    from ui.shell import Shell

Payload = Mapping[str, Any]
Action = Callable[[Payload], Awaitable[None]]


class Part(ABC):
    """A piece of a page in one browser."""

    def __init__(self, shell: "Shell") -> None:
        self.shell, self.engine, self.browser = shell, shell.engine, shell.browser

    @abstractmethod
    def build(self) -> None:
        """Put the frame on the page; content comes with `load`."""

    @abstractmethod
    async def load(self) -> None: ...

    @abstractmethod
    def apply(self, news: News) -> None: ...

    @abstractmethod
    def actions(self) -> Mapping[str, Action]: ...


class Page(Part):
    """What fills the panel of the shell. `permission` is checked before it is built and again at each action."""

    permission: ClassVar[Permission]
    ticket_id: int | None = None
    """The ticket that is shown in full, if one is."""

    @abstractmethod
    async def open(self, route: Route) -> None:
        """Go to another address of this page."""

    async def after(self, ticket_ids: tuple[int, ...]) -> None:
        """This person has just changed these tickets: show them as they are now, without waiting for the feed."""


def text_of(payload: Payload, field: str) -> str:
    """A text that the script sent; raises InvalidInput for anything else."""
    value = payload.get(field)
    if not isinstance(value, str):
        raise InvalidInput(field, "is not a text", "Reload the page")
    return value


def number_of(payload: Payload, field: str) -> int:
    value = payload.get(field)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**63:
        raise InvalidInput(field, "is not a whole number", "Reload the page")
    return value


def numbers_of(payload: Payload, field: str, most: int = 200) -> tuple[int, ...]:
    """Ids that the script sent, each once."""
    values = payload.get(field)
    if not isinstance(values, list) or len(values) > most:
        raise InvalidInput(field, f"is not a list of at most {most} numbers", "Reload the page")
    return tuple(dict.fromkeys(number_of({field: value}, field) for value in values))
