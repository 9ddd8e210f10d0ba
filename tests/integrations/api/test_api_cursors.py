"""Cursors: what was written is read again, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import InvalidInput
from integrations.api.pages import Cursors

CURSORS = Cursors(b"a secret")


@given(st.lists(st.integers(-(2**63), 2**63 - 1) | st.text(max_size=40).filter(str.isprintable), max_size=3))
def test_what_was_written_is_read_again(values: list[int | str]) -> None:
    assert CURSORS.read("place", CURSORS.write("place", *values)) == values


def test_changed_character_is_noticed_wherever_it_stands() -> None:
    cursor = CURSORS.write("tickets:due", "2026-03-02T09:00:00+00:00", 1001)
    for position, old in enumerate(cursor):
        for new in "A9_-x":
            if new != old:
                with pytest.raises(InvalidInput) as caught:
                    CURSORS.read("tickets:due", cursor[:position] + new + cursor[position + 1 :])
                assert caught.value.field == "cursor"


@pytest.mark.parametrize("cursor", ["", "x", "====", "%%%", "ü", "A" * 500, "e30", CURSORS.write("b", 1)])
def test_foreign_text_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidInput):
        CURSORS.read("a", cursor)


def test_cut_or_lengthened_cursor_is_refused() -> None:
    cursor = CURSORS.write("a", 12345)
    for wrong in (cursor[:-1], cursor + "A", cursor + "=", "A" + cursor, cursor + "\n"):
        with pytest.raises(InvalidInput):
            CURSORS.read("a", wrong)


def test_cursor_of_another_desk_is_refused() -> None:
    with pytest.raises(InvalidInput):
        CURSORS.read("a", Cursors(b"another secret").write("a", 1))
