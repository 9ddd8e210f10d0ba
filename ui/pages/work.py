"""Where agents work: the list of tickets, and beside it the ticket that is open. One grid serves both layouts."""

from collections.abc import Mapping
from typing import ClassVar

from nicegui import ui

from core.domain.access import Permission
from ui.news import News
from ui.page import Action, Page
from ui.routing import Route
from ui.shell import Shell
from ui.ticket.open_ticket import OpenTicket
from ui.tickets.ticket_list import TicketList


class WorkPage(Page):
    """The queue at /queue, and the desk at /tickets/1."""

    permission: ClassVar[Permission] = Permission.TICKET_READ

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.list = TicketList(shell)
        self.ticket = OpenTicket(shell)

    @property
    def ticket_id(self) -> int | None:  # type: ignore[override]
        return self.ticket.ticket_id

    def build(self) -> None:
        with ui.element("div").classes("work"):
            self.list.build()
            self.ticket.build()

    async def open(self, route: Route) -> None:
        self.browser.call("layout", "ticket" if route.ticket_id else "queue", route.ticket_id)
        await self.ticket.open(route.ticket_id)
        await self.list.open(route)

    async def load(self) -> None:
        await self.ticket.load()
        await self.list.load()

    def apply(self, news: News) -> None:
        self.list.apply(news)
        self.ticket.apply(news)

    def version(self, ticket_id: int) -> int | None:
        """The version of a ticket that this browser shows."""
        opened = self.ticket.version if ticket_id == self.ticket_id else None
        return opened or self.list.version(ticket_id)

    async def after(self, ticket_ids: tuple[int, ...]) -> None:
        await self.list.refresh(ticket_ids)
        if self.ticket_id in ticket_ids:
            await self.ticket.load()

    def actions(self) -> Mapping[str, Action]:
        return {**self.list.actions(), **self.ticket.actions()}
