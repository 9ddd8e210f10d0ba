"""The address says what the list asks for, and nothing in an address can break it."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.domain.enums import Channel, ClockState, Priority, TicketStatus
from core.domain.filters import TicketSort
from ui.routing import parse
from ui.tickets.list_state import FIELDS, VOCABULARIES, WAITS, ListState, read_state
from ui.tickets.queue_views import QUEUE_VIEWS

ADA = 5


def _some(name: str) -> st.SearchStrategy[tuple[str, ...]]:
    values = [*VOCABULARIES[name]] if name in VOCABULARIES else ["vip_support", "billing"]
    return st.lists(st.sampled_from([str(value) for value in values]), min_size=1, max_size=3, unique=True).map(tuple)


_filters = st.fixed_dictionaries(
    {},
    optional={
        **{name: _some(name) for name in FIELDS if name != "waiting"},
        "waiting": st.sampled_from(WAITS).map(lambda minutes: (minutes,)),
    },
)
_texts = st.text(max_size=30).map(str.strip)
_states = st.builds(ListState, st.sampled_from(sorted(QUEUE_VIEWS)), _texts, st.sampled_from(TicketSort), _filters)


def _read(address: str) -> tuple[ListState, tuple[str, ...]]:
    route = parse(address)
    assert route is not None
    return read_state(route)


@given(_states)
def test_an_address_gives_back_the_state_that_wrote_it(state: ListState) -> None:
    assert _read(state.path) == (state, ())


@given(st.dictionaries(st.sampled_from([*FIELDS, "sort", "q", "odd"]), st.text(max_size=20)), st.text(max_size=10))
def test_whatever_stands_in_an_address_a_list_comes_out(query: dict[str, str], view: str) -> None:
    from ui.routing import Place, Route

    state, _ = read_state(Route(Place.WORK, view=view, query=query))
    state.wanted(ADA)
    assert _read(state.path)[0] == state


def test_what_an_address_asks_for_in_vain_is_left_out_and_named() -> None:
    state, wrong = _read("/queue/lost?status=new,lazy&priority=urgent&sort=mood&waiting=7&colour=red")
    assert state == ListState(filters={"status": ("new",)})
    assert wrong == ("lost", "status=lazy", "priority=urgent", "waiting=7", "sort=mood", "colour")


def test_filters_narrow_the_view() -> None:
    state, _ = _read("/queue/at-risk?priority=high,critical&channel=chat&queue=vip_support&waiting=60")
    wanted = state.wanted(ADA)
    assert wanted.open is True
    assert wanted.sla_states == (ClockState.AT_RISK,)
    assert wanted.priorities == (Priority.HIGH, Priority.CRITICAL)
    assert wanted.channels == (Channel.CHAT,)
    assert wanted.queues == ("vip_support",)
    assert wanted.waiting_longer_than == timedelta(hours=1)


def test_mine_is_of_who_looks() -> None:
    assert ListState("mine").wanted(ADA).assignee_id == ADA


def test_a_search_looks_beyond_the_view_and_keeps_the_filters() -> None:
    wanted = ListState("mine", "hub", filters={"status": ("closed",)}).wanted(ADA)
    assert (wanted.open, wanted.assignee_id, wanted.statuses) == (None, None, (TicketStatus.CLOSED,))


def test_choosing_a_value_twice_takes_it_away() -> None:
    once = ListState().toggled("priority", "high").toggled("priority", "low")
    assert once.filters == {"priority": ("high", "low")}
    assert once.toggled("priority", "high").toggled("priority", "low") == ListState()


def test_of_two_waits_the_later_choice_holds() -> None:
    assert ListState().toggled("waiting", "15").toggled("waiting", "60").filters == {"waiting": ("60",)}


def test_a_chip_taken_away_leaves_the_others() -> None:
    state = ListState(filters={"priority": ("high",), "channel": ("chat",)})
    assert state.without("priority").path == "/queue/open?channel=chat"
