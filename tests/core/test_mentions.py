"""An @ names a colleague when it says so, and nobody else."""

from dataclasses import replace

import pytest

from core.domain.entities import User
from core.domain.enums import Role
from core.domain.mentions import may_mention, mentioned_in


def _user(user_id: int, name: str, role: Role = Role.AGENT, *, active: bool = True) -> User:
    nothing: frozenset[str] = frozenset()
    return User(user_id, f"u{user_id}@desk.example", name, role, (), False, 20, True, active, nothing, nothing)


ADA, LIN, SAM, YUKI = _user(1, "Ada Okafor"), _user(2, "Ada Lin"), _user(3, "Sam", Role.SUPERVISOR), _user(4, "佐藤 雪")
ALL = (ADA, LIN, SAM, YUKI, _user(5, "Eve Stone", Role.EXECUTIVE), _user(6, "Old Hand", active=False))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@Sam can you look?", (3,)),
        ("Can you look, @sam?", (3,)),
        ("@SAM, @sam and (@Sam)", (3,)),
        ("@Ada Okafor knows", (1,)),
        ("@ada  lin and @sam", (2, 3)),
        ("@Ada knows", (1, 2)),
        ("@Ada Okaforson knows", (1, 2)),
        ("@佐藤さん、お願いします", (4,)),
        ("\uff20佐藤 雪さん", (4,)),
        ("Sam knows", ()),
        ("@Samantha knows", ()),
        ("write to help@sam.example", ()),
        ("a.@Sam", ()),
        ("@@Sam", ()),
        ("@ Sam", ()),
        ("@Eve, @Old Hand, @nobody", ()),
        ("@", ()),
    ],
)
def test_who_is_named(text: str, named: tuple[int, ...]) -> None:
    assert mentioned_in(text, ALL) == named


def test_a_name_is_no_pattern() -> None:
    assert mentioned_in("@Anybody", [_user(1, ".*")]) == ()
    assert mentioned_in("@.*", [_user(1, ".*")]) == (1,)


def test_who_has_no_name_is_not_named_by_an_at_alone() -> None:
    assert mentioned_in("@ and @", [replace(SAM, name=" ")]) == ()


def test_a_text_that_is_all_ats_is_soon_read() -> None:
    assert mentioned_in("@Sam " * 20_000, ALL) == (3,)
    assert mentioned_in("@x " * 1_000 + "@Sam", ALL) == ()


def test_a_text_without_an_at_needs_no_names() -> None:
    assert not may_mention("mail kim@customer.example")
    assert may_mention("ask @sam")
