"""Texts to token numbers, with the prefix that tells the encoder a message from a passage."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Prefix = Literal["query: ", "passage: "]
QUERY: Final = "query: "
PASSAGE: Final = "passage: "
START, PAD, END, UNKNOWN = "\x02", "\x00", "\x03", "\x1a"
"""The four special pieces. Cleaned texts hold no control characters, so no customer can write one."""
MAX_TOKENS: Final = 256
_WORD_BEGINS: Final = "▁"


class Tokens:
    def __init__(self, tokenizer: "Tokenizer") -> None:
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self._tokenizer = tokenizer
        self._start, self.pad, self._end = (_number(tokenizer, name) for name in (START, PAD, END))
        self._prefixes = {prefix: self._encoded(prefix.strip()) for prefix in (QUERY, PASSAGE)}

    @classmethod
    def load(cls, path: Path) -> "Tokens":
        """Raises OSError or ValueError on a file that is no tokenizer."""
        from tokenizers import Tokenizer  # noqa: PLC0415

        text = path.read_text("utf-8")
        try:
            return cls(Tokenizer.from_str(text))
        except Exception as error:
            # The library raises bare Exception.
            raise ValueError(f"{path.name} is not a tokenizer ({error})") from error

    def numbers(self, texts: Sequence[str], prefix: Prefix, limit: int = MAX_TOKENS) -> list[list[int]]:
        """Token numbers of each cleaned text between start and end, cut at `limit`."""
        room = limit - self.overhead(prefix)
        encoded = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [self.framed(one.ids[:room], prefix) for one in encoded]

    def pieces(self, text: str) -> list[int]:
        """Token numbers of a cleaned text alone, however long."""
        return self._encoded(text)

    def framed(self, pieces: list[int], prefix: Prefix) -> list[int]:
        return [self._start, *self._prefixes[prefix], *pieces, self._end]

    def before(self, prefix: Prefix) -> int:
        """Tokens of a frame before the text: the start and the pieces of the prefix."""
        return self.overhead(prefix) - 1

    def overhead(self, prefix: Prefix) -> int:
        """Tokens that a frame adds."""
        return len(self._prefixes[prefix]) + 2

    def units(self, text: str, prefix: Prefix, limit: int = MAX_TOKENS) -> list[tuple[str, tuple[int, ...]]]:
        """Words of a cleaned text, or pieces where a script has no blanks, with the places of their tokens in
        `numbers`."""
        encoded = self._tokenizer.encode(text, add_special_tokens=False)
        first = 1 + len(self._prefixes[prefix])
        found: list[tuple[str, tuple[int, ...]]] = []
        for place, piece in enumerate(encoded.tokens[: limit - self.overhead(prefix)]):
            word = piece.removeprefix(_WORD_BEGINS)
            if found and piece[:1] != _WORD_BEGINS and _joins(found[-1][0], word):
                found[-1] = (found[-1][0] + word, (*found[-1][1], first + place))
            else:
                found.append((word, (first + place,)))
        return [unit for unit in found if unit[0]]

    def _encoded(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids


def _joins(word: str, piece: str) -> bool:
    """Whether a piece goes on with a word: letters and digits do, in scripts that put blanks between words."""
    return all((character.isalnum() or character in "'’-") and ord(character) < 0x2E80 for character in word + piece)


def _number(tokenizer: "Tokenizer", token: str) -> int:
    found = tokenizer.token_to_id(token)
    if found is None:
        raise ValueError(f"the tokenizer has no {token!r}")
    return int(found)
