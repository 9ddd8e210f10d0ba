"""Turns text into words that both full-text engines cut alike. Pure."""

import re
import unicodedata

LONGEST_DOCUMENT = 50_000
"""Characters of one message that are searchable; PostgreSQL refuses a tsvector over 1 MB."""

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af"
_TOKEN = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+")
_TERM = re.compile(r'"([^"]+)"|(\S+)')
_LONGEST_WORD = 64


def searchable(text: str) -> str:
    """Lower-case words without accents, Han and kana as single characters, separated by spaces.

    Languages without spaces are searched as a phrase of characters, which finds every substring. Punctuation goes,
    because the two engines disagree on what it joins.
    """
    return " ".join(_tokens(text[:LONGEST_DOCUMENT]))


def query_terms(query: str) -> list[list[str]]:
    """The terms of a query, each a phrase of tokens; quotation marks join words to one phrase."""
    found = (_tokens(quoted or word) for quoted, word in _TERM.findall(query[:500]))
    return [tokens for tokens in found if tokens]


def _tokens(text: str) -> list[str]:
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    # Only Latin accents go: in kana the combining mark is part of the letter.
    plain = unicodedata.normalize("NFC", re.sub("[\u0300-\u036f]", "", decomposed))
    return [token[:_LONGEST_WORD] for token in _TOKEN.findall(plain)]
