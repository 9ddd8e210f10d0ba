import numpy as np
import pytest

from models.features import BUCKETS, ngrams, surface
from models.lexicon import LEXICON
from models.text import MAX_CHARS, clean, has_words


def buckets(text: str) -> set[int]:
    return set(ngrams([text]).buckets.tolist())


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


def test_equal_texts_share_all_ngrams_and_similar_ones_many() -> None:
    assert buckets("Refund please") == buckets("refund  PLEASE")
    shared = buckets("my refund is late") & buckets("refund is late again")
    assert len(shared) > 20


def test_chinese_words_are_found_inside_a_sentence() -> None:
    assert len(buckets("退款") & buckets("我要退款谢谢")) >= 3


def test_ngrams_of_a_text_do_not_depend_on_its_neighbours() -> None:
    together = ngrams(["first text", "", "another one"])
    own = ngrams(["another one"])
    assert together.offsets[0] == 0
    assert np.array_equal(together.buckets[together.offsets[2] :], own.buckets)
    assert together.buckets.max() < BUCKETS


def test_shouting_shows_on_the_surface() -> None:
    loud, calm = surface(["WHERE IS MY MONEY!!!", "where is my money"], ["en", "en"])
    assert loud[0] > calm[0]
    assert loud[2] > 0.9 > calm[2]


def test_a_concept_is_the_same_in_every_language() -> None:
    texts = ["a refund", "el reembolso", "le remboursement", "die Erstattung", "返金してください", "我要退款"]
    column = LEXICON.concepts.index("refund")
    assert (LEXICON.signs(texts, ["en", "es", "fr", "de", "ja", "zh"])[:, column] > 0).all()
