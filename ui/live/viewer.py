"""What the feed knows of an open browser; the shell fills it."""

from typing import Protocol

from core.domain.entities import User
from ui.browser import Browser
from ui.news import News
from ui.session import Visitor


class Viewer(Protocol):
    seq: int
    """The last journal row that this browser was told of; 0 when it has not been told anything."""

    @property
    def browser(self) -> Browser: ...

    @property
    def visitor(self) -> Visitor: ...

    @property
    def may_read(self) -> bool:
        """Whether news may go to this browser at all."""
        ...

    @property
    def ticket_id(self) -> int | None:
        """The ticket that it shows in full."""
        ...

    def apply(self, news: News) -> None:
        """Patch what is shown. Quick, and never awaits."""
        ...

    def alerts_changed(self) -> None:
        """Something happened that concerns this person."""
        ...

    def meet(self, user: User | None) -> None:
        """Take over who the user is now; None when the session has ended."""
        ...

    def end(self) -> None: ...

    async def resync(self) -> None:
        """Show everything anew, and set `seq` to where that reading began."""
        ...
