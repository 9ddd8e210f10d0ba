import pytest

from models.keywords import MAX_KEYWORDS, extract_keywords


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
