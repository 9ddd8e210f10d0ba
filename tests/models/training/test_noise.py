import random

import pytest

from models.labels import LANGUAGES
from models.training.noise import _CHANGES, disturbed

TEXTS = {
    "en": "Where is my parcel? It was due on Monday, and nobody answers.",
    "es": "¿Dónde está mi paquete? Tenía que llegar el lunes, y nadie contesta.",
    "fr": "Où est mon colis ? Il était prévu lundi, et personne ne répond.",
    "de": "Wo ist mein Paket? Es sollte am Montag kommen, für mich wäre das wichtig.",
    "ja": "荷物はどこですか。月曜日に届くはずでした、連絡もありません。",
    "zh": "我的包裹在哪里？本来星期一应该到，没有人回复。",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_chance_disturbs_alike(language: str) -> None:
    text = TEXTS[language]
    once = [disturbed(text, language, random.Random(seed)) for seed in range(20)]
    again = [disturbed(text, language, random.Random(seed)) for seed in range(20)]
    assert once == again
    assert len(set(once)) > 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_disturbed_still_says_most_of_it(language: str) -> None:
    text = TEXTS[language]
    for seed in range(60):
        other = disturbed(text, language, random.Random(seed)).lower()
        kept = sum(character in other for character in text.lower()) / len(text)
        assert kept > 0.7


@pytest.mark.parametrize("text", ["", "a", "??", "🙂", "1234"])
def test_little_text_can_be_disturbed_too(text: str) -> None:
    for change in _CHANGES:
        for seed in range(10):
            assert isinstance(change(text, "en", random.Random(seed)), str)
