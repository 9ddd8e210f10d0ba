"""Figures are written as the reader's language writes them."""

from datetime import timedelta

import pytest

from core.domain.enums import Language
from ui.figures import duration, file_size, number
from ui.texts import speaking


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (Language.EN, "1,234,567.9"),
        (Language.ES, "1.234.567,9"),
        (Language.FR, "1\u202f234\u202f567,9"),
        (Language.DE, "1.234.567,9"),
        (Language.JA, "1,234,567.9"),
        (Language.ZH, "1,234,567.9"),
    ],
)
def test_a_number_has_the_marks_of_its_language(language: Language, text: str) -> None:
    with speaking(language):
        assert number(1_234_567.89, 1) == text


def test_a_factor_has_only_the_decimals_it_needs() -> None:
    assert [number(factor, None) for factor in (1.0, 0.5, 0.75)] == ["1", "0.5", "0.75"]


@pytest.mark.parametrize(
    ("length", "english", "japanese"),
    [
        (timedelta(seconds=20), "20 s", "20秒"),
        (timedelta(), "0 min", "0分"),
        (timedelta(minutes=25), "25 min", "25分"),
        (timedelta(hours=2), "2 h", "2時間"),
        (timedelta(hours=1_002, minutes=5), "1,002 h 5 min", "1,002時間5分"),
    ],
)
def test_a_length_of_time_has_the_units_of_its_language(length: timedelta, english: str, japanese: str) -> None:
    assert duration(length) == english
    with speaking(Language.JA):
        assert duration(length) == japanese


def test_a_file_is_as_large_as_people_say() -> None:
    assert [file_size(octets) for octets in (999, 48_400, 2_340_000)] == ["999 B", "48 kB", "2.3 MB"]
    with speaking(Language.DE):
        assert file_size(2_340_000) == "2,3 MB"
