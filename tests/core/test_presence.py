"""Who is on a ticket: each person once, gone when nothing is heard of them."""

import pytest

from core.presence import Presence, PresenceBoard, Seat
from tests.conftest import MovableClock

ADA, MEI = (5, "Ada Okafor"), (6, "Mei Tanaka")


class Told:
    """Remembers which tickets the board told of."""

    def __init__(self, board: PresenceBoard) -> None:
        self.ids: list[set[int]] = []
        self.end = board.subscribe(self.ids.append)

    def take(self) -> list[set[int]]:
        taken, self.ids[:] = list(self.ids), []
        return taken


@pytest.fixture
def board(clock: MovableClock) -> PresenceBoard:
    return PresenceBoard(clock, "here")


@pytest.fixture
def told(board: PresenceBoard) -> Told:
    return Told(board)


def names(board: PresenceBoard, ticket_id: int) -> list[str]:
    return [presence.name for presence in board.of([ticket_id])[ticket_id]]


def test_whoever_looks_is_seen_until_they_look_elsewhere(board: PresenceBoard, told: Told) -> None:
    board.look(*ADA, "tab", 1)
    board.look(*MEI, "other", 1)
    assert names(board, 1) == ["Ada Okafor", "Mei Tanaka"]
    assert told.take() == [{1}, {1}]
    board.look(*ADA, "tab", 2)
    assert (names(board, 1), names(board, 2)) == (["Mei Tanaka"], ["Ada Okafor"])
    assert told.take() == [{1, 2}]
    board.look(*ADA, "tab", None)
    board.leave("other")
    assert board.of([1, 2]) == {1: (), 2: ()}
    assert told.take() == [{2}, {1}]


def test_a_person_with_two_tabs_is_seen_once_and_until_both_are_gone(board: PresenceBoard, told: Told) -> None:
    board.look(*ADA, "first", 1)
    board.look(*ADA, "second", 1)
    board.typing("first", "reply")
    assert board.of([1])[1] == (Presence(5, "Ada Okafor", "reply"),)
    told.take()
    board.leave("first")
    assert board.of([1])[1] == (Presence(5, "Ada Okafor"),)
    board.leave("second")
    assert board.of([1])[1] == ()
    assert told.take() == [{1}, {1}]


def test_typing_is_told_once_and_ends_with_the_ticket(board: PresenceBoard, told: Told) -> None:
    board.look(*ADA, "tab", 1)
    told.take()
    board.typing("tab", "note")
    board.typing("tab", "note")
    assert told.take() == [{1}]
    board.look(*ADA, "tab", 2)
    assert board.of([2])[2] == (Presence(5, "Ada Okafor"),)


def test_a_screen_without_a_ticket_shows_nobody_anywhere(board: PresenceBoard, told: Told) -> None:
    board.look(*ADA, "tab", None)
    board.typing("tab", "reply")
    assert told.take() == []
    assert board.local_seats() == {}


def test_who_is_silent_for_25_seconds_vanishes(board: PresenceBoard, told: Told, clock: MovableClock) -> None:
    board.look(*ADA, "tab", 1)
    clock.advance(seconds=24)
    board.sweep()
    assert names(board, 1) == ["Ada Okafor"]
    clock.advance(seconds=1)
    assert names(board, 1) == []
    told.take()
    board.sweep()
    board.sweep()
    assert told.take() == [{1}]


def test_a_beat_keeps_a_screen_alive_and_tells_nobody(board: PresenceBoard, told: Told, clock: MovableClock) -> None:
    board.look(*ADA, "tab", 1)
    told.take()
    for _ in range(5):
        clock.advance(seconds=20)
        board.beat("tab")
        board.sweep()
    assert names(board, 1) == ["Ada Okafor"]
    assert told.take() == []


def test_a_screen_that_comes_back_is_seen_again(board: PresenceBoard, told: Told, clock: MovableClock) -> None:
    board.look(*ADA, "tab", 1)
    clock.advance(minutes=2)
    board.sweep()
    told.take()
    board.beat("tab")
    assert names(board, 1) == ["Ada Okafor"]
    assert told.take() == [{1}]


def test_unknown_screens_are_ignored(board: PresenceBoard, told: Told) -> None:
    board.beat("nowhere")
    board.typing("nowhere", "reply")
    board.leave("nowhere")
    assert told.take() == []


def test_screens_of_two_processes_may_share_a_name(board: PresenceBoard, clock: MovableClock) -> None:
    board.look(*ADA, "tab", 1)
    board.hear_of("there", "tab", Seat(*MEI, 1, "reply", clock.now()))
    assert names(board, 1) == ["Ada Okafor", "Mei Tanaka"]
    board.hear_of("there", "tab", None)
    assert names(board, 1) == ["Ada Okafor"]


def test_a_process_that_ended_takes_its_people_along(board: PresenceBoard, told: Told, clock: MovableClock) -> None:
    board.look(*ADA, "tab", 1)
    board.hear_of("there", "tab", Seat(*MEI, 1, None, clock.now()))
    told.take()
    board.forget("there")
    assert names(board, 1) == ["Ada Okafor"]
    assert told.take() == [{1}]


def test_a_listener_that_fails_costs_the_others_nothing(board: PresenceBoard, told: Told) -> None:
    def fail(_: set[int]) -> None:
        raise RuntimeError("no")

    board.subscribe(fail)
    last = Told(board)
    board.look(*ADA, "tab", 1)
    assert (told.take(), last.take()) == ([{1}], [{1}])


def test_who_ended_the_subscription_hears_nothing(board: PresenceBoard, told: Told) -> None:
    told.end()
    board.look(*ADA, "tab", 1)
    assert told.take() == []
