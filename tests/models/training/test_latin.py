import random

from models.latin import CODES, WORD, pieces_of
from models.training.latin import Lesson, learn, lessons


def test_what_is_learned_tells_the_lessons_apart() -> None:
    given: list[Lesson] = [(["parcel", "late"], "en", 1.0), (["paquete", "tarde"], "es", 1.0)] * 40
    table = learn(given)
    for words, language, _ in given[:2]:
        rows = [piece for word in words for piece in pieces_of(word)]
        assert CODES[table[rows].mean(0).argmax()] == language


def test_learning_twice_gives_the_same_table() -> None:
    given: list[Lesson] = [(["hola"], "es", 1.0), (["hello"], "en", 1.0), (["hallo"], "de", 0.5)]
    assert (learn(given) == learn(given)).all()


def test_lessons_are_words_of_every_language() -> None:
    drawn = list(lessons(random.Random(1)))
    assert {language for _, language, _ in drawn} == set(CODES[:-1])
    assert all(words and 0 < weight <= 2 for words, _, weight in drawn)
    assert all(WORD.fullmatch(word) for words, _, _ in drawn[:2000] for word in words)
