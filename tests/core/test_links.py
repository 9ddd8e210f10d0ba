"""Signed addresses open only what they were made for."""

import pytest

from core.links import Links, Signed

OURS = Links("https://desk.example", b"secret")


@pytest.mark.parametrize("noun", Signed)
def test_a_token_of_ours_opens_its_number(noun: Signed) -> None:
    assert OURS.opened(noun, OURS.token(noun, 1001)) == 1001


def test_a_token_opens_nothing_else() -> None:
    signature = OURS.token(Signed.MESSAGE, 1001).split("-")[1]
    assert OURS.opened(Signed.MESSAGE, f"1002-{signature}") is None
    assert OURS.opened(Signed.MESSAGE, OURS.token(Signed.SURVEY, 1001)) is None
    assert OURS.opened(Signed.SURVEY, OURS.token(Signed.MESSAGE, 1001)) is None


def test_a_token_of_another_desk_opens_nothing() -> None:
    theirs = Links("https://desk.example", b"another secret")
    assert OURS.opened(Signed.MESSAGE, theirs.token(Signed.MESSAGE, 1001)) is None


@pytest.mark.parametrize("token", ["", "-", "x", "1001", "1001-", "1001-0", "01001-0", "٣-0", "²-0", "9" * 400 + "-1"])
def test_what_is_no_token_opens_nothing(token: str) -> None:
    assert OURS.opened(Signed.MESSAGE, token) is None


def test_a_token_is_taken_to_the_letter() -> None:
    token = OURS.token(Signed.MESSAGE, 1001)
    for changed in (f"0{token}", token.upper(), token[:-1], f"{token}0", f"{token}\n"):
        assert OURS.opened(Signed.MESSAGE, changed) is None


def test_a_link_in_a_text_message_is_short() -> None:
    assert len(OURS.message(1_000_000)) <= len("https://desk.example/m/") + 28
