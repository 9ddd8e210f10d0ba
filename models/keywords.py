"""Keywords of one message without a model: codes first, then the words that carry content, in any of the six languages.

Latin text is cut at blanks and loses its function words. Japanese is cut where the script changes, Chinese at
function words, with a short list of support terms that stay whole.
"""

import re
from collections.abc import Iterator
from typing import Final

from models.stopwords import CHINESE_TERMS, CJK_STOPWORDS, STOPWORDS

MAX_KEYWORDS: Final = 8
_SCANNED_CHARS: Final = 2000
_MAX_LENGTH: Final = 40

_PRIVATE: Final = re.compile(
    r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # links and addresses
    r"|(?<!\w)\+\d[\d ()/.-]{7,}\d"  # phone numbers with a country code
    r"|(?<![\w-])(?:\d[ -]?){13,19}(?![\w-])"  # as long as a payment card number
)
_CODE: Final = re.compile(
    r"(?<![\w-])(?:0x[0-9a-fA-F]{2,16}"  # 0x80070057
    r"|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+"  # ERR_CONNECTION_RESET
    r"|[A-Za-z]{1,6}[-_#]?\d[A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)*"  # AB-12345, E42, TX500
    r"|\d{2,}(?:-[A-Za-z0-9]{2,})+"  # 302-5518-X1
    r"|\#\d{3,}|\d{5,12})(?![A-Za-z0-9])"
)
_NUMBER_OF: Final = re.compile(
    r"(?:\b(?:error|code|errors|erreur|fehler|fehlercode|código|codigo|order|bestellung|pedido|commande|invoice|ticket)\s*"
    r"(?:no\.?|nr\.?|n°|number|#|:)?\s*|(?:エラー|コード|错误|错误码|代码|订单|订单号|注文|注文番号)\s*[:：]?\s*)\#?(\d{3,12})(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CJK: Final = re.compile(
    r"[\u30a1-\u30fa\u30fc]{2,}|[\u3400-\u9fff々]+"  # katakana runs, ideograph runs
)
_KANA: Final = re.compile(r"[\u3041-\u30ff]")
_CHINESE_TOKEN: Final = re.compile(
    "|".join(sorted(map(re.escape, CHINESE_TERMS | CJK_STOPWORDS["zh"]), key=len, reverse=True))
)
_LONGEST_CJK: Final = 8


def extract_keywords(text: str, language: str) -> tuple[str, ...]:
    """At most MAX_KEYWORDS keywords, codes as written, words in lower case, no personal addresses or card numbers."""
    public = _PRIVATE.sub(" \n ", text[:_SCANNED_CHARS])
    codes = list(dict.fromkeys(_codes(public)))
    rest = _CODE.sub(" ", public)
    words = _ranked([*_latin_words(rest, language), *_cjk_words(rest)])
    return tuple(dict.fromkeys([*codes, *words]))[:MAX_KEYWORDS]


def _codes(text: str) -> Iterator[str]:
    numbered = {match.start(1): match.group(1) for match in _NUMBER_OF.finditer(text)}
    plain = {match.start(): match.group().lstrip("#") for match in _CODE.finditer(text)}
    for _, code in sorted({**plain, **numbered}.items()):
        if len(code) <= _MAX_LENGTH:
            yield code


def _latin_words(text: str, language: str) -> Iterator[str]:
    """Content words. English function words are dropped everywhere: English is mixed into every language."""
    stopwords = STOPWORDS.get(language, frozenset()) | STOPWORDS["en"]
    for match in _WORD.finditer(text):
        word = match.group().replace("’", "'")
        if _CJK.search(word) or _KANA.search(word) or not 3 <= len(word) <= _MAX_LENGTH:
            continue
        bare = word.lower()
        if language == "fr" and "'" in bare:
            bare = bare.split("'", 1)[1]
        elif bare.endswith("'s"):
            bare = bare[:-2]
        if len(bare) >= 3 and bare not in stopwords:
            yield bare


def _cjk_words(text: str) -> Iterator[str]:
    is_japanese = _KANA.search(text) is not None
    stopwords = CJK_STOPWORDS["ja" if is_japanese else "zh"]
    for match in _CJK.finditer(text):
        run = match.group()
        for word in [run] if is_japanese else _chinese_words(run):
            if 2 <= len(word) <= _LONGEST_CJK and word not in stopwords:
                yield word


def _chinese_words(run: str) -> Iterator[str]:
    """Known terms stay whole, function words are cut out, what lies between is taken as one word."""
    position = 0
    for match in _CHINESE_TOKEN.finditer(run):
        yield run[position : match.start()]
        yield match.group()
        position = match.end()
    yield run[position:]


def _ranked(words: list[str]) -> list[str]:
    """Distinct words: the repeated first, then the longer ones a little before the short, then in order of place."""
    first: dict[str, int] = {}
    count: dict[str, int] = {}
    for place, word in enumerate(words):
        first.setdefault(word, place)
        count[word] = count.get(word, 0) + 1

    def weight(word: str) -> float:
        return 2.0 * (count[word] - 1) + 0.1 * min(len(word), 10) - 0.05 * first[word]

    return sorted(first, key=lambda word: (-weight(word), first[word]))
