"""What a list asks for, as its address says it: a view, filters, an order, a search. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum

from core.domain.enums import Category, Channel, ClockState, CustomerTier, Language, Priority, Sentiment, TicketStatus
from core.domain.filters import TicketFilter, TicketSort
from ui.routing import Route, queue_path
from ui.tickets.queue_views import DEFAULT_VIEW, QUEUE_VIEWS

LONGEST_SEARCH = 200
VOCABULARIES: dict[str, type[StrEnum]] = {
    "status": TicketStatus,
    "priority": Priority,
    "channel": Channel,
    "category": Category,
    "sentiment": Sentiment,
    "tier": CustomerTier,
    "language": Language,
    "sla": ClockState,
}
"""Filters of which any of several values may hold, in the order in which people see them."""
WAITS = ("15", "30", "60", "240", "1440")
"""Minutes that a customer may have waited at least."""
FIELDS = (*VOCABULARIES, "queue", "waiting")
_NAMES = {
    "status": "statuses", "priority": "priorities", "channel": "channels", "category": "categories",
    "sentiment": "sentiments", "tier": "tiers", "language": "languages", "sla": "sla_states",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ListState:
    """`filters` maps a field to the values that may hold; a search looks everywhere, whatever the view."""

    view: str = DEFAULT_VIEW
    text: str = ""
    sort: TicketSort = TicketSort.DUE
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def wanted(self, user_id: int) -> TicketFilter:
        """The filter of the view, narrowed by the filters on top."""
        base = TicketFilter() if self.text else QUEUE_VIEWS[self.view].wanted(user_id)
        changes: dict[str, object] = {
            _NAMES[name]: tuple(VOCABULARIES[name](value) for value in values)
            for name, values in self.filters.items()
            if name in VOCABULARIES
        }
        if queues := self.filters.get("queue"):
            changes["queues"] = queues
        if waits := self.filters.get("waiting"):
            changes["waiting_longer_than"] = timedelta(minutes=int(waits[0]))
        return replace(base, **changes)  # type: ignore[arg-type]

    @property
    def path(self) -> str:
        query = {name: ",".join(self.filters[name]) for name in FIELDS if self.filters.get(name)}
        if self.sort is not TicketSort.DUE:
            query["sort"] = self.sort
        if self.text:
            query["q"] = self.text
        return queue_path(self.view, query)

    def toggled(self, name: str, value: str) -> "ListState":
        """With one value more, or less when it is there; of waits only one can hold."""
        now = self.filters.get(name, ())
        if value in now:
            values = tuple(one for one in now if one != value)
        else:
            values = (value,) if name == "waiting" else (*now, value)
        return self._with(name, values)

    def without(self, name: str) -> "ListState":
        return self._with(name, ())

    def _with(self, name: str, values: tuple[str, ...]) -> "ListState":
        filters = {key: value for key, value in self.filters.items() if key != name}
        return replace(self, filters={**filters, name: values} if values else filters)


def read_state(route: Route) -> tuple[ListState, tuple[str, ...]]:
    """The state that an address says, and the parts of it that make no sense and are left out."""
    wrong: list[str] = []
    view = route.view or DEFAULT_VIEW
    if view not in QUEUE_VIEWS:
        wrong.append(view)
        view = DEFAULT_VIEW
    filters: dict[str, tuple[str, ...]] = {}
    for name in FIELDS:
        given = [value for value in route.query.get(name, "").split(",") if value]
        wrong += [f"{name}={value}" for value in given if not _is_known(name, value)]
        if values := tuple(dict.fromkeys(value for value in given if _is_known(name, value))):
            filters[name] = values[:1] if name == "waiting" else values
    sort = route.query.get("sort", TicketSort.DUE.value)
    if sort not in TicketSort.__members__.values():
        wrong.append(f"sort={sort}")
        sort = TicketSort.DUE
    wrong += [name for name in route.query if name not in (*FIELDS, "sort", "q", "view")]
    text = route.query.get("q", "").strip()[:LONGEST_SEARCH]
    return ListState(view, text, TicketSort(sort), filters), tuple(wrong)


def _is_known(name: str, value: str) -> bool:
    if name == "waiting":
        return value in WAITS
    if name == "queue":
        return len(value) <= 64
    return value in VOCABULARIES[name].__members__.values()
