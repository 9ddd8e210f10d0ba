import pytest

from models.text import MAX_CHARS, calmed, clean, has_words


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("", ""),
        (" \n\t ", ""),
        ("a\x00b\x1bc", "a b c"),
        ("ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
        ("left\u202eright\u200b", "left right"),
        ("lone \ud800 surrogate", "lone surrogate"),
    ],
)
def test_text_is_normalised(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


def test_a_long_text_keeps_its_head_and_its_tail() -> None:
    cleaned = clean("start " + "middle " * 50_000 + "end")
    assert len(cleaned) <= MAX_CHARS + 1
    assert cleaned.startswith("start")
    assert cleaned.endswith("end")


@pytest.mark.parametrize(
    ("text", "answer"), [("ok", True), ("了解", True), ("12 34!", False), ("🙂", False), ("", False)]
)
def test_words_are_letters_of_any_script(text: str, answer: bool) -> None:
    assert has_words(text) is answer


@pytest.mark.parametrize(
    ("text", "calm"),
    [
        ("WHERE IS MY MONEY!!!", "where is my money!!!"),
        ("WO BLEIBT MEIN PAKET, Frau A.?", "wo bleibt mein paket, frau a.?"),
        ("Fix this NOW, the API is DOWN", "Fix this NOW, the API is DOWN"),
        ("ERR 404", "ERR 404"),
        ("荷物はどこですか", "荷物はどこですか"),
        ("", ""),
    ],
)
def test_only_what_is_shouted_throughout_is_calmed(text: str, calm: str) -> None:
    assert calmed(text) == calm
