"""What is shown after patches is what a fresh load shows."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.domain.entities import Ticket
from core.domain.enums import ClockState, TicketStatus
from core.domain.filters import TicketFilter, TicketSort
from tests.ui.factories import NOW, a_ticket
from ui.tickets.queue_views import QUEUE_VIEWS
from ui.tickets.rows import Row, row_of
from ui.tickets.window import Patch, Window

ADA = 5
_tickets = st.builds(
    lambda ticket_id, status, hours, assignee, sla, escalated, subject: a_ticket(
        id=ticket_id,
        status=status,
        due_at=NOW + timedelta(hours=hours),
        assignee_id=assignee,
        sla_state=sla,
        escalated_at=NOW if escalated else None,
        subject=subject,
    ),
    st.integers(1, 8),
    st.sampled_from(TicketStatus),
    st.integers(0, 5),
    st.sampled_from([None, ADA, 6]),
    st.sampled_from([ClockState.RUNNING, ClockState.AT_RISK, ClockState.BREACHED, ClockState.PAUSED]),
    st.booleans(),
    st.sampled_from(["one", "two"]),
)
_desks = st.lists(_tickets, max_size=8, unique_by=lambda ticket: ticket.id)
_steps = st.lists(st.lists(_tickets | st.integers(1, 8), max_size=4), max_size=6)


class _Screen:
    """What the browser keeps: rows by id, changed by patches alone."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = {row.ticket.id: row.json for row in rows}

    def apply(self, patch: Patch) -> None:
        assert not {row.ticket.id for row in patch.add} & self.rows.keys()
        assert {row.ticket.id for row in patch.update} <= self.rows.keys()
        assert set(patch.remove) <= self.rows.keys()
        for row in (*patch.add, *patch.update):
            self.rows[row.ticket.id] = row.json
        for ticket_id in patch.remove:
            del self.rows[ticket_id]


def _listed(desk: dict[int, Ticket], wanted: TicketFilter, sort: TicketSort) -> list[Row]:
    found = [row_of(ticket) for ticket in desk.values() if wanted.holds(ticket, NOW)]
    return sorted(found, key=lambda row: row.key(sort))


@given(_desks, _steps, st.sampled_from(sorted(QUEUE_VIEWS)), st.sampled_from(TicketSort), st.integers(1, 8))
def test_a_load_and_its_patches_give_what_a_fresh_load_gives(
    first: list[Ticket], steps: list[list[Ticket | int]], view: str, sort: TicketSort, page: int
) -> None:
    desk = {ticket.id: ticket for ticket in first}
    versions = dict.fromkeys(range(1, 9), 1)
    wanted = QUEUE_VIEWS[view].wanted(ADA)
    loaded = _listed(desk, wanted, sort)
    horizon = loaded[page - 1].key(sort) if len(loaded) > page else None
    window = Window(wanted, sort)
    window.load(loaded[:page], horizon)
    screen = _Screen(loaded[:page])

    for step in steps:
        changed: dict[int, Row | None] = {}
        for change in step:
            ticket_id = change if isinstance(change, int) else change.id
            versions[ticket_id] += 1
            if isinstance(change, int):
                desk.pop(ticket_id, None)
                changed[ticket_id] = None
            else:
                desk[ticket_id] = a_ticket(**_values(change), version=versions[ticket_id])
                changed[ticket_id] = row_of(desk[ticket_id])
        screen.apply(window.patch(changed, NOW))

    fresh = [row for row in _listed(desk, wanted, sort) if horizon is None or row.key(sort) <= horizon]
    assert screen.rows == {row.ticket.id: row.json for row in fresh}
    assert len(window) == len(fresh)


def _values(ticket: Ticket) -> dict[str, object]:
    names = ("id", "status", "due_at", "assignee_id", "sla_state", "escalated_at", "subject")
    return {name: getattr(ticket, name) for name in names}


def test_older_news_does_not_overwrite_a_newer_row() -> None:
    window = Window(TicketFilter(open=True))
    window.load([row_of(a_ticket(version=3, subject="new"))], None)
    assert window.patch({1: row_of(a_ticket(version=2, subject="old"))}, NOW).is_empty


def test_a_change_that_no_cell_shows_sends_nothing_but_is_remembered() -> None:
    window = Window(TicketFilter(open=True))
    window.load([row_of(a_ticket())], None)
    assert len(window.patch({1: row_of(a_ticket(version=2))}, NOW).update) == 1
    assert window.patch({1: row_of(a_ticket(version=2))}, NOW).is_empty


def test_search_results_change_but_none_come_or_go() -> None:
    window = Window(TicketFilter(), is_search=True)
    window.load([row_of(a_ticket())], None)
    patch = window.patch({1: row_of(a_ticket(version=2, status=TicketStatus.CLOSED)), 2: row_of(a_ticket(id=2))}, NOW)
    assert [row.ticket.id for row in patch.update] == [1]
    assert not patch.add


def test_the_next_page_adds_what_is_not_shown_yet() -> None:
    window = Window(TicketFilter(open=True))
    window.load([row_of(a_ticket())], row_of(a_ticket()).key(TicketSort.DUE))
    patch = window.load([row_of(a_ticket()), row_of(a_ticket(id=2))], None)
    assert [row.ticket.id for row in patch.add] == [2]
    assert not patch.update


def test_what_a_browser_showed_ahead_is_sent_again_though_nothing_changed() -> None:
    window = Window(TicketFilter(open=True))
    window.load([row_of(a_ticket())], None)
    assert window.patch({1: row_of(a_ticket())}, NOW).is_empty
    assert [row.ticket.id for row in window.patch({1: row_of(a_ticket())}, NOW, again=True).update] == [1]


def test_the_version_that_a_browser_shows_is_the_one_last_sent() -> None:
    window = Window(TicketFilter(open=True))
    window.load([row_of(a_ticket(version=3))], None)
    window.patch({1: row_of(a_ticket(version=4, subject="new"))}, NOW)
    assert (window.version(1), window.version(2)) == (4, None)


def test_what_left_the_list_is_taken_away_again_for_who_changed_it() -> None:
    window = Window(TicketFilter(open=True))
    window.load([row_of(a_ticket())], None)
    closed = {1: row_of(a_ticket(version=2, status=TicketStatus.CLOSED))}
    assert window.patch(closed, NOW).remove == (1,)
    assert window.patch(closed, NOW).is_empty
    assert window.patch(closed, NOW, again=True).remove == (1,)
