"""Viewers that are no browsers: they write down what the feed tells them."""

from core.bootstrap import Engine
from core.domain.access import Permission
from core.domain.entities import User
from tests.ui.conftest import PASSWORD, WrittenBrowser, heard
from ui.live import Feed
from ui.news import News
from ui.session import Visitor


class WrittenViewer:
    """Fills ui.live.Viewer. `fails` is raised by the next `apply`."""

    def __init__(self, engine: Engine, visitor: Visitor) -> None:
        self.engine, self.visitor = engine, visitor
        self.browser = WrittenBrowser()
        self.seq = 0
        self.ticket_id: int | None = None
        self.news: list[News] = []
        self.resyncs = self.alerts = 0
        self.has_ended = False
        self.fails: Exception | None = None

    @property
    def may_read(self) -> bool:
        return self.visitor.actor.may(Permission.TICKET_READ)

    def apply(self, news: News) -> None:
        if (failure := self.fails) is not None:
            self.fails = None
            raise failure
        self.news.append(news)

    def alerts_changed(self) -> None:
        self.alerts += 1

    def meet(self, user: User | None) -> None:
        if user is None:
            self.end()
        else:
            self.visitor = Visitor(user, self.visitor.secret)

    def end(self) -> None:
        self.has_ended = True

    async def resync(self) -> None:
        self.seq = self.engine.bus.seq
        self.resyncs += 1

    def told_of(self) -> set[int]:
        """The tickets of which it has heard."""
        return {ticket_id for news in self.news for ticket_id in news.rows}


async def join(engine: Engine, feed: Feed, user: User) -> WrittenViewer:
    """A viewer that is up to date."""
    viewer = WrittenViewer(engine, Visitor(user, await engine.people.sign_in(user.email, PASSWORD, "test")))
    await heard(engine)
    feed.join(viewer)
    await viewer.resync()
    viewer.resyncs = 0
    return viewer
