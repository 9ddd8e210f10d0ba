"""The pieces of an article that are embedded: the whole, and each of its sentences under the title."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

WAY: Final = "s2"
"""Names this way of cutting, and of comparing tokens; vectors that were made otherwise are made again."""
PASSAGE_LETTERS: Final = 900
"""A longer body is embedded in passages of whole paragraphs, each under the title."""
MOST_PASSAGES: Final = 40
MOST_SENTENCES: Final = 120
"""A text of a hundred pages is found by its first twenty."""
_SENTENCE_LETTERS: Final = 60
"""A sentence that is shorter is embedded with the next."""
_IDEOGRAPH_LETTERS: Final = 3
_SENTENCE_END: Final = re.compile(r"(?<=[.!?;])\s+|(?<=[。！？；])|\n")


def passages_of(title: str, body: str) -> list[str]:
    """The text of an article, whole, or in passages of whole paragraphs when it is long."""
    passages: list[str] = []
    part = ""
    for paragraph in body.split("\n"):
        if part and len(part) + len(paragraph) > PASSAGE_LETTERS:
            passages.append(part)
            part = ""
        part = f"{part}\n{paragraph}".strip()
    return [f"{title}\n{passage}" for passage in [*passages, part][:MOST_PASSAGES]]


def sentences_of(title: str, body: str) -> list[str]:
    """Each sentence under the title: a question is about one of them, and the whole hides it."""
    return [f"{title}\n{sentence}" for sentence in list(_sentences(body))[:MOST_SENTENCES]]


def _sentences(body: str) -> Iterator[str]:
    part = ""
    for sentence in _SENTENCE_END.split(body):
        part = f"{part} {sentence.strip()}".strip()
        if _weight(part) >= _SENTENCE_LETTERS:
            yield part
            part = ""
    if part:
        yield part


def _weight(text: str) -> int:
    """Letters, as many as a Latin text would need."""
    return sum(_IDEOGRAPH_LETTERS if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
