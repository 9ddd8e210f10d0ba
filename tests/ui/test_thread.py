"""What a browser is sent of a thread: what is new or changed, in its place, and never more."""

from datetime import timedelta

from tests.ui.factories import NOW, a_message, a_view
from ui.ticket.conversation import Entry, entries_of
from ui.ticket.thread import FIRST, Thread, is_empty


def _entries(count: int, **changed: str) -> list[Entry]:
    texts = {number: changed.get(f"m{number}", "The door stays shut.") for number in range(count)}
    messages = [
        a_message(id=number, text=text, created_at=NOW + timedelta(minutes=number)) for number, text in texts.items()
    ]
    return entries_of(a_view(*messages))


def test_nothing_changed_is_nothing_sent() -> None:
    thread = Thread()
    thread.start(_entries(3))
    assert is_empty(thread.patch(_entries(3)))


def test_what_changed_is_sent_alone() -> None:
    thread = Thread()
    thread.start(_entries(3))
    patch = thread.patch(_entries(3, m1="Edited"))
    assert [one["key"] for one in patch["change"]] == ["message:1"]
    assert patch["add"] == []


def test_what_is_new_names_what_it_follows() -> None:
    thread = Thread()
    thread.start(_entries(2))
    (added,) = thread.patch(_entries(3))["add"]
    assert (added["key"], added["after"]) == ("message:2", "message:1")


def test_what_is_gone_is_taken_away() -> None:
    thread = Thread()
    thread.start(_entries(3))
    assert thread.patch(_entries(2))["remove"] == ["message:2"]


def test_the_page_grows_at_its_end_and_forgets_nothing_above() -> None:
    thread = Thread()
    thread.start(_entries(FIRST + 30))
    patch = thread.patch(_entries(FIRST + 40))
    assert (len(patch["add"]), patch["remove"], patch["older"]) == (10, [], 30)


def test_a_thread_reaches_back_to_what_is_unread() -> None:
    thread = Thread()
    first = thread.start(_entries(FIRST + 30), unread_from=10)
    assert (len(first["add"]), first["older"]) == (FIRST + 20, 10)


def test_older_entries_come_before_what_is_shown() -> None:
    thread = Thread()
    thread.start(_entries(FIRST + 2))
    thread.reach_back()
    patch = thread.patch(_entries(FIRST + 2))
    assert [(one["key"], one["after"]) for one in patch["add"]] == [("message:0", None), ("message:1", "message:0")]
    assert patch["older"] == 0
