import time
import unicodedata
from collections import Counter
from collections.abc import Callable

import pytest

from models.labels import LANGUAGES
from models.language import LanguageDetector
from models.text import clean
from models.training.corpus import read_corpus

FLOOR = 0.985
"""Of each language; what remains is one word, or another language's."""


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
        ("@cloud_desk ログインできない", "ja"),
        ("holaaaa", "es"),
        ("bjr", "fr"),
        ("Mein MacBook Pro zeigt Kernel Panic nach Update", "de"),
        ("Le dashboard de Power BI ne charge pas", "fr"),
        ("El login con Google Workspace no funciona", "es"),
        ("我的 MacBook Pro 开机 kernel panic 了", "zh"),
    ],
)
def test_short_and_mixed_texts_get_their_language(detector: LanguageDetector, text: str, language: str) -> None:
    assert detector.detect(text)[0] == language


@pytest.mark.parametrize(
    "text",
    [
        "請求書 英語 宛名 海外本社",
        "冷蔵 注射 離島 配送",
        "三人兄弟 割引 年額",
        "至急返金希望",
        "領収書発行",
        "解約手続",
    ],
)
def test_japanese_without_kana_is_told_from_chinese(detector: LanguageDetector, text: str) -> None:
    assert detector.detect(text)[0] == "ja"


@pytest.mark.parametrize(
    "text",
    [
        "我的包裹還沒有送到，請幫忙查詢",
        "帳單多了一筆訂閱費",
        "ログインのパスワード忘了，日本手機收不到驗證，可以重設嗎",
        "請問有現貨嗎",
        "個router又斷線，幾時有師傅上門？",
        "产品故障",
    ],
)
def test_chinese_of_either_script_stays_chinese(detector: LanguageDetector, text: str) -> None:
    assert detector.detect(text)[0] == "zh"


@pytest.mark.parametrize(
    "text",
    [
        "Dove è il mio ordine? Non è arrivato",
        "Meu pacote não chegou até agora, podem ajudar?",
        "Waar blijft mijn pakket?",
        "Gdzie jest moje zamówienie",
        "Jag vill ha pengarna tillbaka",
    ],
)
def test_a_neighbouring_language_is_none_of_the_six(detector: LanguageDetector, text: str) -> None:
    assert detector.detect(text)[0] == "und"


def plainly(text: str) -> str:
    """In capitals and without accents, as old telephones and hasty fingers write."""
    if any(ord(character) >= 0x2E80 for character in text):
        return text.upper()
    apart = unicodedata.normalize("NFD", text)
    return "".join(character for character in apart if not unicodedata.combining(character)).upper()


@pytest.mark.parametrize("way", [str, plainly])
def test_messages_of_the_corpus_get_their_language(detector: LanguageDetector, way: Callable[[str], str]) -> None:
    told: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for example in read_corpus():
        told[example.language] += 1
        right[example.language] += detector.detect(clean(way(example.text)))[0] == example.language
    shares = {language: right[language] / told[language] for language in LANGUAGES}
    assert {language: share for language, share in shares.items() if share < FLOOR} == {}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("WO BLEIBT MEIN PAKET DENN", "de"),
        ("DONDE ESTA MI PEDIDO", "es"),
        ("ou est passee ma commande", "fr"),
        ("WHERE IS MY MONEY", "en"),
    ],
)
def test_capitals_and_lost_accents_hide_no_language(detector: LanguageDetector, text: str, language: str) -> None:
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
