"""The bar above the list says what narrows it, and each chip takes its own away."""

import re

import pytest

from core.domain.entities import Queue
from core.domain.filters import TicketSort
from core.domain.saved_views import SavedView
from core.preferences import Density
from ui.tickets.filter_bar import filter_bar, value_name
from ui.tickets.list_state import FIELDS, VOCABULARIES, WAITS, ListState
from ui.tickets.queue_views import QUEUE_VIEWS
from ui.tickets.views_nav import views_nav

QUEUES = (Queue("vip", "VIP <desk>", (), 1), Queue("billing", "Billing", (), 2))
HOSTILE = "<img src=x onerror=alert(1)>"


def _bar(state: ListState, density: Density = Density.COMFORTABLE) -> str:
    return str(filter_bar(state, QUEUES, density))


def _nav(state: ListState, *saved: SavedView) -> str:
    return str(views_nav(state, QUEUES, saved))


def _saved(query: str, name: str = "Texts", *, shared: bool = False) -> SavedView:
    return SavedView(7, 5, "Ada Okafor", name, query, shared)


def test_each_filter_is_a_chip_with_a_way_out_that_keeps_the_others() -> None:
    bar = _bar(ListState(filters={"priority": ("high", "low"), "channel": ("chat",)}))
    assert "Priority is High, Low" in bar
    assert "Channel is Chat" in bar
    assert re.findall(r'href="([^"]+)"', bar) == ["/queue/open?channel=chat", "/queue/open?priority=high%2Clow"]


def test_a_queue_is_called_by_its_name_and_its_markup_is_text() -> None:
    bar = _bar(ListState(filters={"queue": ("vip",)}))
    assert "Queue is VIP &lt;desk&gt;" in bar
    assert "<desk>" not in bar


def test_a_queue_that_is_gone_is_still_shown_and_can_be_taken_away() -> None:
    bar = _bar(ListState(filters={"queue": (HOSTILE,)}))
    assert "<img" not in bar
    assert 'href="/queue/open"' in bar


def test_a_plain_list_is_not_offered_to_be_saved_and_a_filtered_one_is() -> None:
    assert 'data-run="save_view"' not in _bar(ListState())
    assert 'data-run="save_view"' in _bar(ListState(sort=TicketSort.NEWEST))


@pytest.mark.parametrize("density", Density)
def test_only_the_density_that_holds_is_pressed(density: Density) -> None:
    buttons = re.findall(r"<button[^>]*data-run=\"density\"[^>]*>", _bar(ListState(), density))
    pressed = [button for button in buttons if 'aria-pressed="true"' in button]
    assert len(buttons) == len(Density)
    assert [f'data-value="{density}"' in button for button in pressed] == [True]


def test_every_value_that_can_be_chosen_has_a_name() -> None:
    values = {name: [str(one) for one in kind] for name, kind in VOCABULARIES.items()} | {"waiting": [*WAITS]}
    for name in FIELDS:
        for value in values.get(name, []):
            assert value_name(name, value, {}) not in (value, f"{name}.{value}"), (name, value)


def test_the_view_that_is_shown_is_marked_and_no_other() -> None:
    for view in QUEUE_VIEWS:
        current = re.findall(r'<a[^>]*aria-current="page"[^>]*>', _nav(ListState(view)))
        assert len(current) == 1
        assert f'href="{ListState(view).path}"' in current[0]


def test_a_filter_on_top_of_a_view_is_no_longer_that_view() -> None:
    assert "aria-current" not in _nav(ListState(filters={"priority": ("high",)}))


def test_each_queue_is_a_view_with_its_count() -> None:
    nav = _nav(ListState(filters={"queue": ("billing",)}))
    assert 'data-count="queue:vip"' in nav
    assert re.search(r'<a[^>]*href="/queue/open\?queue=billing"[^>]*aria-current="page"', nav)


def test_saved_views_stand_below_and_their_names_are_text() -> None:
    nav = _nav(ListState(filters={"channel": ("sms",)}), _saved("/queue/open?channel=sms", HOSTILE, shared=True))
    assert "<img" not in nav
    assert "&lt;img" in nav
    assert re.search(r'<a[^>]*href="/queue/open\?channel=sms"[^>]*aria-current="page"', nav)
    assert "Filter the list, then save it here" not in nav


def test_who_has_saved_nothing_is_told_how() -> None:
    assert "Filter the list, then save it here" in _nav(ListState())
