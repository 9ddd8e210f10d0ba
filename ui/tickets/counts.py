"""How many tickets each view of the queue holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.bootstrap import Engine
from core.domain.access import Actor
from ui.figures import number
from ui.tickets.queue_views import QUEUE_VIEWS

MOST = 2_000
"""Counting stops here, so that a count costs the same at any size of the desk."""
_NOBODY = 0


@dataclass(frozen=True, slots=True)
class Counts:
    shared: Mapping[str, int]
    mine: Mapping[int, int]
    """Open tickets of each assignee."""
    queues: Mapping[str, int] = field(default_factory=dict)
    """Open tickets of each queue."""

    def of(self, user_id: int) -> dict[str, tuple[str, str]]:
        """For each view the figure as people read it, and its tone."""
        figures = {**self.shared, "mine": self.mine.get(user_id, 0)}
        views = {view.id: (shown(figures[view.id]), view.tone) for view in QUEUE_VIEWS.values()}
        return views | {f"queue:{queue}": (shown(count), "") for queue, count in self.queues.items()}


async def count_views(engine: Engine, actor: Actor) -> Counts:
    wanted = {view.id: view.wanted(_NOBODY) for view in QUEUE_VIEWS.values() if view.id != "mine"}
    shared = await engine.views.counts(actor, wanted, MOST + 1)
    queues = {load.queue.id: load.open for load in await engine.views.queues(actor)}
    return Counts(shared, await engine.views.loads(actor), queues)


def shown(count: int) -> str:
    return f"{number(MOST)}+" if count > MOST else number(count)
