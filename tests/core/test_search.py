"""Text is cut into the same words for both databases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.search import LONGEST_DOCUMENT, query_terms, searchable


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello, World!", "hello world"),
        ("Café Müller", "cafe muller"),
        ("STRASSE straße", "strasse strasse"),
        ("東京都で", "東 京 都 で"),
        ("パスワード", "パ ス ワ ー ド"),
        ("ﾊﾟｽ", "パ ス"),
        ("비밀번호", "비 밀 번 호"),
        ("order-2026/0815", "order 2026 0815"),
        ("kim_park@x.example", "kim park x example"),
        ("Ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
        ("x" * 80, "x" * 64),
        ("\x00\ud800", ""),
    ],
)
def test_text_becomes_plain_words(text: str, words: str) -> None:
    assert searchable(text) == words


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("two words", [["two"], ["words"]]),
        ('"one phrase" more', [["one", "phrase"], ["more"]]),
        ("a-b", [["a", "b"]]),
        ("訂單", [["訂", "單"]]),
        ('"', []),
        ("!!! ???", []),
        ('"unclosed phrase', [["unclosed"], ["phrase"]]),
    ],
)
def test_a_query_becomes_phrases(query: str, terms: list[list[str]]) -> None:
    assert query_terms(query) == terms


@given(st.text(max_size=200))
def test_what_was_cut_once_is_cut_no_further(text: str) -> None:
    assert searchable(searchable(text)) == searchable(text)


@given(st.text(max_size=200))
def test_no_sign_of_a_query_language_survives(text: str) -> None:
    assert all(char.isalnum() or char == " " for char in searchable(text))


def test_the_end_of_a_very_long_text_is_not_searched() -> None:
    assert len(searchable("a " * LONGEST_DOCUMENT)) <= LONGEST_DOCUMENT
