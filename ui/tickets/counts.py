"""How many tickets each view of the queue holds."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.bootstrap import Engine
from core.domain.access import Actor
from ui.tickets.queue_views import QUEUE_VIEWS

MOST = 2_000
"""Counting stops here, so that a count costs the same at any size of the desk."""
_NOBODY = 0


@dataclass(frozen=True, slots=True)
class Counts:
    shared: Mapping[str, int]
    mine: Mapping[int, int]
    """Open tickets of each assignee."""

    def of(self, user_id: int) -> dict[str, tuple[str, str]]:
        """For each view the figure as people read it, and its tone."""
        figures = {**self.shared, "mine": self.mine.get(user_id, 0)}
        return {view.id: (_shown(figures[view.id]), view.tone) for view in QUEUE_VIEWS.values()}


async def count_views(engine: Engine, actor: Actor) -> Counts:
    wanted = {view.id: view.wanted(_NOBODY) for view in QUEUE_VIEWS.values() if view.id != "mine"}
    shared = await engine.views.counts(actor, wanted, MOST + 1)
    return Counts(shared, await engine.views.loads(actor))


def _shown(count: int) -> str:
    return f"{MOST:,}+" if count > MOST else f"{count:,}"
