import time

import pytest

from models.labels import LANGUAGES
from models.language import LanguageDetector


@pytest.fixture(scope="module")
def detector() -> LanguageDetector:
    return LanguageDetector()


FIVE_WORDS = {
    "en": ["Where is my order please", "My invoice has wrong address", "The agent was very rude"],
    "es": ["¿Dónde está mi pedido ahora?", "No puedo entrar en la web", "Me sale un error raro"],
    "fr": ["Où est ma commande maintenant", "Le colis est arrivé cassé", "Je veux annuler mon abonnement"],
    "de": ["Wo ist meine Bestellung denn", "Die Rechnung ist leider falsch", "Ich kann mich nicht anmelden"],
    "ja": ["注文はどこですか", "ログインできません", "返金してほしいです"],
    "zh": ["我的订单在哪里", "忘记密码了怎么办", "请给我开发票"],
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_five_words_are_enough(detector: LanguageDetector, language: str) -> None:
    assert [detector.detect(text)[0] for text in FIVE_WORDS[language]] == [language] * 3


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Danke", "de"),
        ("Merci", "fr"),
        ("Hola", "es"),
        ("hello", "en"),
        ("返品希望", "ja"),
        ("订单 AB-1234 的 shipping status 是什么", "zh"),
        ("iPhoneのケースを注文しました", "ja"),
        ("注文7741の配送先を変更できますか？", "ja"),
    ],
)
def test_short_and_mixed_texts_get_their_language(detector: LanguageDetector, text: str, language: str) -> None:
    assert detector.detect(text)[0] == language


@pytest.mark.parametrize(
    "text", ["", "   ", "12345", "👍👍", "Привет, где мой заказ?", "أين طلبي", "주문 어디 있나요", "!!!"]
)
def test_other_scripts_and_wordless_texts_are_undetermined(detector: LanguageDetector, text: str) -> None:
    assert detector.detect(text) == ("und", 0.0)


def test_a_single_latin_word_is_never_certain(detector: LanguageDetector) -> None:
    assert detector.detect("Radio")[1] <= 0.6


def test_a_huge_text_costs_no_more_than_its_beginning(detector: LanguageDetector) -> None:
    started = time.process_time()
    assert detector.detect("Der Drucker druckt nicht. " * 40_000)[0] == "de"
    assert time.process_time() - started < 0.5
