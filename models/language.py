"""Which of the six languages a message is written in: script first, then lingua for the Latin ones."""

import re
from typing import Final

from lingua import IsoCode639_1, Language, LanguageDetectorBuilder

from models.labels import UNDETERMINED
from models.stopwords import STOPWORDS

_KANA: Final = re.compile(r"[\u3041-\u309f\u30a1-\u30ff\u31f0-\u31ff\uff66-\uff9d]")
_HAN: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_JAPANESE_HAN: Final = re.compile(
    "[払込働発売図団応気対単戦実楽薬県険験検駅歯顔済続経軽転伝読変広帰徴悪択拡総絵縦焼渋桜沢様円価処]"
    "|返品|注文|解約|不具合|至急|領収"
)
"""Character forms and words of Japanese that simplified Chinese does not share."""
_LATIN: Final = re.compile(r"[A-Za-z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff]")
_NOT_WORDS: Final = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+|[A-Za-z_/#-]*\d[A-Za-z0-9_/#.,:-]*")
_LATIN_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")

_CHARS: Final = 600
"""Enough to tell a language; the cost is linear in it."""
_HAN_WEIGHT: Final = 3.0
"""One ideograph says about as much as three Latin letters; a Chinese message may carry English product names."""
_LATIN_FLOOR: Final = 0.45
"""Below this the four Latin languages are too close together: `und`."""
_SINGLE_WORD_CEILING: Final = 0.6
"""One word alone ("ok", "Radio") proves little."""
_SHORT: Final = 12
"""Up to so many words, function words are counted beside lingua's letter statistics, which need more text."""
_STOPWORD_ODDS: Final = 4.0
"""What one function word of a language adds to its odds."""


class LanguageDetector:
    """Loads lingua's models for the four Latin languages; `detect` is pure and safe in any thread."""

    def __init__(self) -> None:
        self._latin = (
            LanguageDetectorBuilder.from_languages(Language.ENGLISH, Language.SPANISH, Language.FRENCH, Language.GERMAN)
            .with_preloaded_language_models()
            .build()
        )

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
        if east_asian > latin:
            return _east_asian(sample, kana, han, east_asian / (east_asian + latin + foreign))
        return self._detect_latin(sample)

    def _detect_latin(self, sample: str) -> tuple[str, float]:
        words = [word.lower().replace("’", "'") for word in _LATIN_WORD.findall(sample)]
        if not words:
            return UNDETERMINED, 0.0
        shares = {
            _code(value.language.iso_code_639_1): value.value
            for value in self._latin.compute_language_confidence_values(sample)
        }
        if len(words) <= _SHORT:
            shares = _with_function_words(shares, words)
        best = max(shares, key=shares.__getitem__)
        confidence = shares[best] if len(words) > 1 else min(shares[best], _SINGLE_WORD_CEILING)
        return (best if confidence >= _LATIN_FLOOR else UNDETERMINED), confidence


def _with_function_words(shares: dict[str, float], words: list[str]) -> dict[str, float]:
    odds = {
        code: share * _STOPWORD_ODDS ** sum(word in STOPWORDS[code] for word in words) for code, share in shares.items()
    }
    total = sum(odds.values())
    return {code: value / total for code, value in odds.items()} if total else shares


def _east_asian(sample: str, kana: int, han: int, share: float) -> tuple[str, float]:
    """Kana decide for Japanese. Ideographs alone are Chinese unless a form is Japanese; less surely when few."""
    if kana:
        return "ja", share
    language = "ja" if _JAPANESE_HAN.search(sample) else "zh"
    return language, share * (0.7 if han < 4 or language == "ja" else 0.97)


def _code(iso: IsoCode639_1) -> str:
    return str(iso.name).lower()
