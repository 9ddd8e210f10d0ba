"""Keywords of one message without the network: codes first, then the words that tell what it is about, in any of the
six languages.

Latin text is cut at blanks and loses its function words; models.segment cuts Japanese and Chinese. Words rank by what
they told about the subject of the corpus's messages (word_weights.tsv), by repetition and by place.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from models.segment import Word, chinese_words, japanese_words, simplified_forms
from models.stopwords import STOPWORDS

MAX_KEYWORDS: Final = 8
_SCANNED_CHARS: Final = 2000
_MAX_LENGTH: Final = 40
WEIGHTS_FILE: Final = Path(__file__).parent / "word_weights.tsv"
_STEM: Final = 6
_UNKNOWN: Final = 0.5
"""A word that the corpus does not know: a product's name as likely as a person's."""
_LEAST: Final = 0.33
"""Words of less weight than this share of the best one's are left out."""
_ALWAYS: Final = 4
"""So many words are given in any case."""
_NOUN: Final = 1.4
"""A capital says of a German word that it is one, and nouns are what a message is about."""

_PRIVATE: Final = re.compile(
    r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # links and addresses
    r"|(?<!\w)\+\d[\d ()/.-]{7,}\d"  # phone numbers with a country code
    r"|(?<![\w-])(?:\d[ -]?){13,19}(?![\w-])"  # as long as a payment card number
)
_CODE: Final = re.compile(
    r"(?<![\w-])(?:0x[0-9a-fA-F]{2,16}"  # 0x80070057
    r"|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+"  # ERR_CONNECTION_RESET
    r"|[A-Za-z]{1,6}(?:-[A-Z]{1,3})?[-_#]?\d[A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)*"  # AB-12345, E42, TX500
    r"|\d{2,}(?:-[A-Za-z0-9]{2,})+"  # 302-5518-X1
    r"|\#\d{3,}|\d{5,12})(?![A-Za-z0-9])"
)
_NUMBER_OF: Final = re.compile(
    r"(?:\b(?:error|code|errors|erreur|fehler|fehlercode|código|codigo|order|bestellung|pedido|commande|invoice|ticket)\s*"
    r"(?:no\.?|nr\.?|n°|number|#|:)?\s*|(?:エラー|コード|错误|错误码|代码|报错|錯誤|代碼|订单|订单号|訂單|注文|注文番号)\s*[:：]?\s*)\#?(\d{3,12})(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_NAME: Final = r"(?:[A-ZÀ-ÖØ-Þ][\w'’.-]*)"
_NAMED: Final = re.compile(
    r"\b((?i:my name is|my name's|this is|i am|i'm|ich bin|ich heiße|mein name ist|hier ist|je m['’]appelle|je suis"
    r"|me llamo|soy|mi nombre es|dear|liebe[r]?|cher|chère|estimad[oa]|hi|hello|hallo|hola|bonjour|mr|mrs|ms|herr|frau"
    r"|mme|sr|sra|monsieur|madame)\b\.?\s+(?:(?i:herr|frau|mr|mrs|ms|sr|sra)\b\.?\s+)?)"
    rf"{_NAME}(?:\s+{_NAME}){{0,2}}"
)
"""How people say who they are, and whom they write to."""
_CJK: Final = re.compile(r"[\u3041-\u30ff\u3400-\u9fff々]")
_KANA: Final = re.compile(r"[\u3041-\u30ff]")
_SEAM: Final = re.compile(
    r"(?<=[\u3041-\u30ff\u3400-\u9fff々])(?=[A-Za-z0-9#])|(?<=[A-Za-z0-9])(?=[\u3041-\u30ff\u3400-\u9fff々])"
)
_ASKED: Final = re.compile(r"(?:-t)?-(?:je|tu|ils?|elles?|on|nous|vous|ce|moi|le|la|les|y|en)$")
"""What French hangs on a verb."""


def extract_keywords(text: str, language: str) -> tuple[str, ...]:
    """At most MAX_KEYWORDS keywords, codes as written, words in lower case, no personal addresses or card numbers."""
    public = _SEAM.sub(" ", _PRIVATE.sub(" \n ", text[:_SCANNED_CHARS]))
    codes = list(dict.fromkeys(_codes(public)))
    rest = _CODE.sub(" ", public)
    is_east_asian = language in ("ja", "zh") or _CJK.search(rest) is not None
    words = _east_asian_words(rest, language) if is_east_asian else _latin_words(rest, language)
    return tuple(dict.fromkeys([*codes, *_ranked(list(words), language)]))[:MAX_KEYWORDS]


def _codes(text: str) -> Iterator[str]:
    numbered = {match.start(1): match.group(1) for match in _NUMBER_OF.finditer(text)}
    plain = {match.start(): match.group().lstrip("#") for match in _CODE.finditer(text)}
    for _, code in sorted({**plain, **numbered}.items()):
        if len(code) <= _MAX_LENGTH:
            yield code


def _latin_words(text: str, language: str) -> Iterator[Word]:
    """Content words. English function words are dropped everywhere: English is mixed into every language."""
    stopwords = STOPWORDS.get(language, frozenset()) | STOPWORDS["en"]
    shouts = text.isupper()
    for match in _WORD.finditer(_NAMED.sub(r"\1", text)):
        word = match.group().replace("’", "'")
        if not 3 <= len(word) <= _MAX_LENGTH:
            continue
        bare = word.lower()
        if language == "fr" and "'" in bare:
            bare = bare.split("'", 1)[1]
        elif bare.endswith("'s"):
            bare = bare[:-2]
        if language == "fr":
            bare = _ASKED.sub("", bare)
        if len(bare) >= 3 and bare not in stopwords:
            yield bare, _NOUN if language == "de" and word[0].isupper() and not shouts else 1.0


def _east_asian_words(text: str, language: str) -> Iterator[Word]:
    is_japanese = language == "ja" or (language != "zh" and _KANA.search(text) is not None)
    for word, weight in japanese_words(text) if is_japanese else chinese_words(text):
        if 2 <= len(word) <= _MAX_LENGTH and any(character.isalpha() for character in word):
            is_latin = not _CJK.search(word)
            if not (is_latin and (word.lower() in STOPWORDS["en"] or len(word) < 3)):
                yield (word.lower() if is_latin else word), weight


def _ranked(words: list[Word], language: str) -> list[str]:
    """Distinct words, the weightiest first."""
    known = _weights().get(language, {})
    total: dict[str, float] = {}
    first: dict[str, int] = {}
    for place, (word, kind) in enumerate(words):
        told = known.get(stem(word), _UNKNOWN)
        first.setdefault(word, place)
        total[word] = max(total.get(word, 0.0) * 1.4, told * kind * (0.75 + 0.25 / (1 + 0.1 * place)))
    best = max(total.values(), default=0.0)
    ranked = sorted(total, key=lambda word: (-total[word], first[word]))
    return [word for place, word in enumerate(ranked) if place < _ALWAYS or total[word] >= _LEAST * best]


def stem(word: str) -> str:
    """What a word is counted by: its first letters without accents, in scripts that bend words."""
    if _CJK.search(word):
        return simplified_forms(word)
    return "".join(one for one in unicodedata.normalize("NFD", word.lower()) if not unicodedata.combining(one))[:_STEM]


@cache
def _weights() -> dict[str, dict[str, float]]:
    """Of each language the weight of each stem; written by `python -m models.training.word_weights`."""
    found: dict[str, dict[str, float]] = {}
    for line in WEIGHTS_FILE.read_text("utf-8").splitlines():
        language, name, weight = line.split("\t")
        found.setdefault(language, {})[name] = float(weight)
    return found


def candidates(text: str, language: str) -> list[str]:
    """All words that may become keywords, for counting them."""
    words = _east_asian_words(text, language) if language in ("ja", "zh") else _latin_words(text, language)
    return [word for word, _ in words]
