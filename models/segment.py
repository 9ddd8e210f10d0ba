"""The words of Japanese and Chinese, which put no blanks between them, with how well each would stand as a keyword.

Japanese is read by Sudachi and Chinese by a Rust port of jieba; both bring a dictionary and are loaded at first use.
"""

import threading
from collections.abc import Iterator, Sequence
from enum import Enum, auto
from functools import cache
from pathlib import Path
from typing import Any, Final

from models.stopwords import CHINESE_TERMS, CJK_STOPWORDS

_NOUN: Final = 1.0
_VERB: Final = 0.55
_LONGEST: Final = 8
"""Letters of a compound; longer ones are given as their parts."""
_FORMS: Final = Path(__file__).parent / "chinese_forms.txt"
_LIGHT_VERBS: Final = frozenset(
    {
        "為る",
        "出来る",
        "成る",
        "有る",
        "居る",
        "下さる",
        "頂く",
        "致す",
        "思う",
        "言う",
        "見る",
        "行く",
        "来る",
        "教える",
        "申す",
    }
)
_own = threading.local()

Word = tuple[str, float]


class _Role(Enum):
    """What a part of speech is to keywords; VERB stands for adjectives too."""

    NOUN = auto()
    ENDING = auto()
    VERB = auto()
    NONE = auto()


def japanese_words(text: str) -> Iterator[Word]:
    """Compound nouns as written, verbs and adjectives in their dictionary form; names of people are left out."""
    roles: dict[int, _Role] = _own.roles if hasattr(_own, "roles") else {}
    _own.roles = roles
    run: list[str] = []
    for piece in _japanese().tokenize(text):
        number = piece.part_of_speech_id()
        role = roles.get(number)
        if role is None:
            role = roles[number] = _role(piece.part_of_speech())
        if role is _Role.NOUN or (role is _Role.ENDING and run):
            run.append(piece.surface())
            continue
        if run:
            yield from _compounds(run, CJK_STOPWORDS["ja"])
            run = []
        if role is _Role.VERB and piece.normalized_form() not in _LIGHT_VERBS:
            yield piece.dictionary_form(), _VERB
    yield from _compounds(run, CJK_STOPWORDS["ja"])


def _role(parts: Sequence[str]) -> _Role:
    """`parts` of speech as Sudachi names them, the widest first."""
    match parts:
        case "名詞", "普通名詞", use, *_ if use not in ("副詞可能", "助数詞可能"):
            return _Role.NOUN
        case "名詞", "固有名詞", use, *_ if use != "人名":
            return _Role.NOUN
        case "接尾辞", "名詞的", *_:
            return _Role.ENDING
        case "動詞" | "形容詞" | "形状詞", "一般", *_:
            return _Role.VERB
        case _:
            return _Role.NONE


def chinese_words(text: str) -> Iterator[Word]:
    """Nouns, joined where they stand side by side, and verbs. Traditional characters are read as their simplified forms
    and given back as written."""
    simplified = text.translate(_forms())
    run: list[str] = []
    place = 0
    for piece, kind in _chinese().tag(simplified):
        surface, place = text[place : place + len(piece)], place + len(piece)
        is_stopped = piece in CJK_STOPWORDS["zh"] or len(piece) < 2
        if not is_stopped and (piece in CHINESE_TERMS or _is_noun(kind)):
            run.append(surface)
            continue
        yield from _compounds(run, frozenset())
        run = []
        if not is_stopped and kind[0] in "val":
            yield surface, _VERB
    yield from _compounds(run, frozenset())


def _is_noun(kind: str) -> bool:
    """nr are names of people, or what is taken for them."""
    return kind in ("vn", "eng") or (kind.startswith("n") and kind != "nr")


def simplified_forms(text: str) -> str:
    return text.translate(_forms())


def _compounds(run: Sequence[str], stopwords: frozenset[str]) -> Iterator[Word]:
    """Nouns side by side: one word when it is short enough, else each for itself. Latin words stay alone."""
    whole = "".join(run)
    is_one = len(whole) <= _LONGEST and not any(word.isascii() for word in run)
    for word in [whole] if is_one else run:
        if len(word) >= 2 and word not in stopwords:
            yield word, _NOUN


def _japanese() -> Any:
    """A tokenizer of this thread's own, as Sudachi asks."""
    if not hasattr(_own, "japanese"):
        from sudachipy import SplitMode  # noqa: PLC0415

        _own.japanese = _japanese_dictionary().tokenizer(mode=SplitMode.C)
    return _own.japanese


@cache
def _japanese_dictionary() -> Any:
    from sudachipy import Dictionary  # noqa: PLC0415

    return Dictionary(dict="small")


@cache
def _chinese() -> Any:
    import rjieba  # noqa: PLC0415

    reader = rjieba.Jieba()
    for term in CHINESE_TERMS:
        if len(term) <= 4:
            reader.add_word(term, None, "n")
    return reader


@cache
def _forms() -> dict[int, str]:
    """Traditional characters and their simplified forms, one for one."""
    traditional, simplified = _FORMS.read_text("utf-8").splitlines()
    return {ord(one): other for one, other in zip(traditional, simplified, strict=True)}
