import time
from pathlib import Path

import pytest

from models.keywords import MAX_KEYWORDS, WEIGHTS_FILE, extract_keywords
from models.labels import LANGUAGES
from models.segment import chinese_words, japanese_words
from models.training.corpus import read_corpus

BY_HAND = Path(__file__).parent / "keywords_by_hand.tsv"
"""Language, message, words that a person would surely pick, words that she might."""


def listed(words: str) -> list[str]:
    return [word.strip() for word in words.split(",") if word.strip()]


def is_same(language: str, one: str, other: str) -> bool:
    """Where there are no blanks, a compound and its part are the same pick."""
    is_part = language in ("ja", "zh") and (one in other or other in one)
    return is_part or one.lower() == other.lower()


@pytest.mark.parametrize("language", LANGUAGES)
def test_keywords_are_those_that_a_person_would_pick(language: str) -> None:
    rows = [row.split("\t") for row in BY_HAND.read_text("utf-8").splitlines() if row.startswith(f"{language}\t")]
    assert len(rows) >= 10
    hits = surely = fair = given = 0
    for _, text, sure, maybe in rows:
        keywords = extract_keywords(text, language)
        hits += sum(any(is_same(language, word, found) for found in keywords) for word in listed(sure))
        surely += len(listed(sure))
        wanted = [*listed(sure), *listed(maybe)]
        fair += sum(any(is_same(language, word, found) for word in wanted) for found in keywords)
        given += len(keywords)
    assert hits / surely >= 0.9
    assert fair / given >= 0.9


def test_the_weights_know_all_six_languages() -> None:
    lines = WEIGHTS_FILE.read_text("utf-8").splitlines()
    assert {line.split("\t")[0] for line in lines} == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_message_costs_a_fraction_of_a_millisecond(language: str) -> None:
    texts = [example.text for example in read_corpus() if example.language == language]
    extract_keywords(texts[0], language)
    started = time.process_time()
    for text in texts:
        extract_keywords(text, language)
    assert (time.process_time() - started) / len(texts) < 0.0003


def test_japanese_is_cut_into_compounds_and_dictionary_forms() -> None:
    words = [word for word, _ in japanese_words("佐藤です。適格請求書の宛名を直してください。水が漏れました")]
    assert words == ["適格請求書", "宛名", "漏れる"]


def test_chinese_is_cut_in_both_scripts_and_given_back_as_written() -> None:
    assert "扫地机器人" in dict(chinese_words("扫地机器人充满电也不动"))
    assert {"路由器", "網路"} <= dict(chinese_words("路由器連不上網路")).keys()


@pytest.mark.parametrize(
    ("text", "language", "name"),
    [
        ("My name is Oliver Brandt, the zipper broke", "en", "oliver"),
        ("Hallo Frau Kessler, der Reißverschluss ist gerissen", "de", "kessler"),
        ("Soy Marta Ibarra y la cremallera se ha roto", "es", "ibarra"),
        ("Bonjour, je m'appelle Nadia Perrin, la fermeture a cassé", "fr", "perrin"),
        ("田中太郎です。ファスナーが壊れました", "ja", "田中太郎"),
    ],
)
def test_names_of_people_are_no_keywords(text: str, language: str, name: str) -> None:
    keywords = extract_keywords(text, language)
    assert keywords
    assert not any(name in keyword for keyword in keywords)


@pytest.mark.parametrize(
    ("text", "language", "code"),
    [
        ("予約番号HX-20931の領収書", "ja", "HX-20931"),
        ("打开相机就报错2207，闪退", "zh", "2207"),
        ("bitte paket RF-M-21015 umleiten", "de", "RF-M-21015"),
    ],
)
def test_codes_are_found_without_blanks_around_them(text: str, language: str, code: str) -> None:
    assert extract_keywords(text, language)[0] == code


@pytest.mark.parametrize("text", ["I was charged 49.90 EUR twice", "Mir wurden 1.299,00 € abgebucht", "被扣了58元"])
def test_amounts_are_no_keywords(text: str) -> None:
    assert not any(character.isdigit() for word in extract_keywords(text, "en") for character in word)


def test_order_numbers_and_error_codes_come_first() -> None:
    keywords = extract_keywords("My order #48213 failed with ERR_TIMEOUT (0x80070057) on the TX-500", "en")
    assert keywords[:4] == ("48213", "ERR_TIMEOUT", "0x80070057", "TX-500")


@pytest.mark.parametrize(
    ("text", "language", "code"),
    [
        ("I get error 502 all day", "en", "502"),
        ("Ich bekomme Fehler 502", "de", "502"),
        ("エラー502が出ます", "ja", "502"),
        ("出现502错误，错误代码 3007", "zh", "3007"),
    ],
)
def test_a_short_number_counts_when_it_is_called_an_error(text: str, language: str, code: str) -> None:
    assert code in extract_keywords(text, language)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("The printer will not connect to the wifi", "en", {"printer", "connect", "wifi"}),
        ("La impresora no se conecta al wifi", "es", {"impresora", "conecta", "wifi"}),
        ("L'imprimante ne se connecte pas au wifi", "fr", {"imprimante", "connecte", "wifi"}),
        ("Der Drucker verbindet sich nicht mit dem WLAN", "de", {"drucker", "verbindet", "wlan"}),
        ("プリンターが接続できません", "ja", {"プリンター", "接続"}),
        ("打印机连不上网络，请问怎么办", "zh", {"打印机", "网络"}),
    ],
)
def test_content_words_stay_and_function_words_go(text: str, language: str, expected: set[str]) -> None:
    keywords = set(extract_keywords(text, language))
    assert expected <= keywords
    assert not keywords & {"the", "la", "der", "not", "no", "nicht", "请问", "怎么办", "se", "sich"}


def test_private_data_is_no_keyword() -> None:
    text = "card 4111 1111 1111 1111, phone +49 170 1234567, mail ann@example.org, https://example.org/x"
    assert not any(digit in " ".join(extract_keywords(text, "en")) for digit in ("4111", "1234567", "example"))


def test_repeated_words_lead() -> None:
    assert extract_keywords("Refund missing. Where is the refund? I need my refund", "en")[0] == "refund"


def test_the_list_is_bounded_and_distinct() -> None:
    keywords = extract_keywords(" ".join(f"word{letter}x thing{letter}" for letter in "abcdefghijklm") * 50, "en")
    assert len(keywords) == len(set(keywords)) <= MAX_KEYWORDS


@pytest.mark.parametrize("text", ["", "???", "\x00\x01", "🙂" * 500, "a" * 100_000])
def test_text_without_words_gives_nothing_or_little(text: str) -> None:
    assert len(extract_keywords(text, "und")) <= 1
