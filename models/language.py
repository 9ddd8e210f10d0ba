"""Which of the six languages a message is written in: script first, then the words of the Latin ones."""

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import Final

from models.labels import UNDETERMINED
from models.latin import WORD, LatinLanguages
from models.stopwords import FOREIGN_WORDS, STOPWORDS

_KANA: Final = re.compile(r"[\u3041-\u309f\u30a1-\u30ff\u31f0-\u31ff\uff66-\uff9d]")
_HAN: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_HIRAGANA_SAID: Final = re.compile(r"[\u3041-\u306d\u306f-\u3096]")
"""Hiragana but の, which Chinese shops write for its looks."""
_EAST_ASIAN: Final = re.compile("[\u3041-\u30ff\u3400-\u9fff]+")
_JAPANESE_WORDS: Final = re.compile(
    "返品|注文|不具合|至急|領収|請求書|見積|宛名|割引|割増|年額|月額|取消|返金|返却|納期|荷物|送料|手数料|口座|残高|受付|予約|申込"
    "|登録|受注|名義|離島|株式会社|有限会社|御社|弊社|貴社|御中|第 ?世代"
)
"""Words of letters and orders that Chinese does not write so."""
_CHINESE_WORDS: Final = re.compile(
    "[我你您他她它们們这這那吗嗎呢吧啊呀哦喔啦么麼怎哪给給把被让讓没沒说說还還就都也很想跟在是了的不到得着著再又去能可想要请請问問]"
)
"""Characters that Chinese says its grammar with; those of them that Japanese compounds hold count when they are two."""
_ONLY_CHINESE: Final = re.compile("[你您她它们們这這吗嗎呢吧啊呀哦喔啦么麼怎哪给給把让讓沒没说說还還很跟嘅咗唔冇喺]")
_LATIN: Final = re.compile(r"[A-Za-z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff]")
_NOT_WORDS: Final = re.compile(r"(?:https?://|www\.)\S+|\S*@\w\S*|[A-Za-z_/#-]*\d[A-Za-z0-9_/#.,:-]*")

_CHARS: Final = 600
"""Enough to tell a language; the cost is linear in it."""
_HAN_WEIGHT: Final = 3.0
"""One ideograph says about as much as three Latin letters; a Chinese message may carry English product names."""
_LATIN_WEIGHT: Final = 3.5
"""And a whole Latin word, however long, about as much as one ideograph."""
_LATIN_FLOOR: Final = 0.45
"""Below this the four Latin languages are too close together: `und`."""
_SINGLE_WORD_CEILING: Final = 0.6
"""One word alone ("ok", "Radio") proves little."""
_SHORT: Final = 12
"""Up to so many words, function words are counted beside the pieces of words, which need more text."""
_STOPWORD_ODDS: Final = 4.0
"""What one function word of a language adds to its odds; one that no other language has adds more."""
_OWN_WORD: Final = 1.5
_DRAWN_OUT: Final = re.compile(r"([^\W\d_])\1{2,}")
_ACCENTS: Final = re.compile("[\u0300-\u036f]")


class LanguageDetector:
    """`detect` is pure and safe in any thread."""

    def __init__(self) -> None:
        self._latin = LatinLanguages.load()

    def detect(self, text: str) -> tuple[str, float]:
        """Language code (one of the six, or `und`) and confidence in [0, 1]."""
        words = _NOT_WORDS.sub(" ", text[: _CHARS * 4])[:_CHARS]
        sample = words if any(character.isalpha() for character in words) else text[:_CHARS]
        kana, han, latin = len(_KANA.findall(sample)), len(_HAN.findall(sample)), len(_LATIN.findall(sample))
        letters = sum(character.isalpha() for character in sample)
        if letters == 0:
            return UNDETERMINED, 0.0
        east_asian = (kana + han) * _HAN_WEIGHT
        foreign = letters - kana - han - latin
        if foreign > max(east_asian, latin):
            return UNDETERMINED, 0.0
        names = min(float(latin), _LATIN_WEIGHT * len(WORD.findall(_EAST_ASIAN.sub(" ", sample))))
        if east_asian > names:
            return _east_asian(sample, kana, han, east_asian / (east_asian + names + foreign))
        return self._detect_latin(sample)

    def _detect_latin(self, sample: str) -> tuple[str, float]:
        words = WORD.findall(sample.lower().replace("’", "'"))
        if not words:
            return UNDETERMINED, 0.0
        shares = self._latin.shares(words)
        if len(words) <= _SHORT:
            shares = _with_function_words(shares, words)
        best = max(shares, key=shares.__getitem__)
        confidence = shares[best] if len(words) > 1 else min(shares[best], _SINGLE_WORD_CEILING)
        return (best if confidence >= _LATIN_FLOOR else UNDETERMINED), confidence


def _with_function_words(shares: dict[str, float], words: list[str]) -> dict[str, float]:
    forms = [word if word in _WRITTEN else _bare(word) for word in words]
    odds = {
        code: share * _STOPWORD_ODDS ** sum(_FUNCTION_WORDS[code].get(form, 0.0) for form in forms)
        for code, share in shares.items()
    }
    total = sum(odds.values())
    return {code: value / total for code, value in odds.items()} if total else shares


def _bare(word: str) -> str:
    """Without accents and with no letter drawn out: so people write on telephones."""
    return _ACCENTS.sub("", unicodedata.normalize("NFD", _DRAWN_OUT.sub(r"\1", word)))


def _function_words() -> dict[str, dict[str, float]]:
    """Of each language its function words, with and without accents, and how much each says for it."""
    lists = {code: words | {_bare(word) for word in words} for code, words in STOPWORDS.items()}
    lists[UNDETERMINED] = FOREIGN_WORDS.difference(*lists.values())
    counts = Counter(word for words in lists.values() for word in words)
    return {code: {word: _OWN_WORD if counts[word] == 1 else 1.0 for word in words} for code, words in lists.items()}


_FUNCTION_WORDS: Final = _function_words()
_WRITTEN: Final = FOREIGN_WORDS.union(*STOPWORDS.values())


def _east_asian(sample: str, kana: int, han: int, share: float) -> tuple[str, float]:
    """Kana decide for Japanese, unless they only spell names inside Chinese sentences. Ideographs alone are judged by
    their forms, then by their words; less surely when there are few."""
    if kana and (_HIRAGANA_SAID.search(sample) or not _speaks_chinese(sample)):
        return "ja", share
    language = "ja" if _is_japanese_without_kana(sample) else "zh"
    return language, share * (0.7 if han < 4 or language == "ja" or kana else 0.97)


def _is_japanese_without_kana(sample: str) -> bool:
    forms = [_form(character) for character in _HAN.findall(sample)]
    japanese, chinese = forms.count("ja"), forms.count("zh")
    if japanese != chinese:
        return japanese > chinese
    return not _speaks_chinese(sample) and _JAPANESE_WORDS.search(sample) is not None


def _speaks_chinese(sample: str) -> bool:
    return _ONLY_CHINESE.search(sample) is not None or len(set(_CHINESE_WORDS.findall(sample))) >= 2


@lru_cache(maxsize=8192)
def _form(character: str) -> str:
    """`ja` or `zh` when an ideograph is in everyday use in that language alone, as the character sets of its countries
    (JIS X 0208, GB 2312, Big5) have it."""
    in_japan = _is_in(character, "shift_jis")
    in_china = _is_in(character, "gb2312") or _is_in(character, "big5")
    return "" if in_japan == in_china else "ja" if in_japan else "zh"


def _is_in(character: str, charset: str) -> bool:
    try:
        character.encode(charset)
    except UnicodeEncodeError:
        return False
    return True
