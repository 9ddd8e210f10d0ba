"""The pieces of words tell languages in Latin letters apart."""

import pytest

from models.labels import UNDETERMINED
from models.latin import BUCKETS, CODES, LatinLanguages, pieces_of


@pytest.fixture(scope="module")
def languages() -> LatinLanguages:
    return LatinLanguages.load()


def told(languages: LatinLanguages, text: str) -> str:
    shares = languages.shares(text.split())
    return max(shares, key=shares.__getitem__)


def test_shares_are_of_all_languages_and_add_up_to_one(languages: LatinLanguages) -> None:
    shares = languages.shares(["where", "is", "my", "parcel"])
    assert tuple(shares) == CODES
    assert sum(shares.values()) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("shipment delayed again", "en"),
        ("reembolso pendiente", "es"),
        ("remboursement en attente", "fr"),
        ("Rückerstattung ausstehend", "de"),
        ("Dove è il mio ordine", UNDETERMINED),
        ("Gdzie jest moje zamówienie", UNDETERMINED),
        ("Waar is mijn bestelling", UNDETERMINED),
    ],
)
def test_a_few_words_are_enough(languages: LatinLanguages, text: str, language: str) -> None:
    assert told(languages, text) == language


def test_case_drawn_out_letters_and_curly_apostrophes_change_nothing(languages: LatinLanguages) -> None:
    assert pieces_of("HOOOLA") == pieces_of("hola")
    assert pieces_of("l’envoi") == pieces_of("l'envoi")
    assert languages.shares(["MERCI"]) == languages.shares(["merci"])


def test_pieces_are_rows_of_the_table_and_none_comes_twice(languages: LatinLanguages) -> None:
    rows = pieces_of("Straßenverkehrsordnung")
    assert all(0 <= row < BUCKETS for row in rows)
    assert len(pieces_of("a")) == len(dict.fromkeys(["<a>", "<", "a", ">", "<a", "a>"]))
    assert languages.table.shape == (BUCKETS, len(CODES))
