"""The header block of a message or part, read line by line so that no garbage in it can stop the rest."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from integrations.email.charset import decode_header_bytes
from integrations.email.cleaning import clean_line
from integrations.email.defects import Defects
from integrations.email.encoded_words import decode_words
from integrations.email.limits import EmailLimits

_FIELD = re.compile(rb"([!-9;-~]{1,100})[ \t]*:[ \t]*(.*)", re.DOTALL)
_KNOWN_FIELD = re.compile(
    rb"(?:from|to|cc|bcc|subject|date|message-id|mime-version|received|return-path|reply-to|sender|in-reply-to"
    rb"|references|delivered-to|content-[a-z-]+|dkim-signature|list-[a-z-]+|resent-[a-z-]+|x-[a-z0-9-]+)[ \t]*:",
    re.IGNORECASE,
)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r|$)")
_LOOK_AHEAD = 3


@dataclass(frozen=True, slots=True)
class Headers:
    """Fields in order, names in lower case, values unfolded but not decoded. `charset` reads their 8-bit bytes."""

    fields: tuple[tuple[str, bytes], ...]
    charset: str | None = None

    def all(self, name: str) -> list[str]:
        """Every value of a field, encoded words left alone: for fields with a grammar."""
        return [decode_header_bytes(value, self.charset).strip() for key, value in self.fields if key == name]

    def first(self, name: str) -> str:
        values = self.all(name)
        return values[0] if values else ""

    def has(self, name: str) -> bool:
        return any(key == name for key, _ in self.fields)

    def text(self, name: str, defects: Defects) -> str:
        """The first value as a person reads it."""
        return clean_line(decode_words(self.first(name), defects))


def split_head(raw: bytes, limits: EmailLimits, defects: Defects) -> tuple[Headers, bytes]:
    """Headers and body of a message or part. Lines that are no header are skipped when headers go on after them."""
    fields: list[tuple[str, list[bytes]]] = []
    position = 0
    for start, end, line in _lines(raw):
        if start > limits.max_header_bytes:
            defects.add("The headers are too long; the rest of them is only in the original.")
            position = _after_blank_line(raw, start)
            break
        position = end
        text = line.rstrip(b"\r\n")
        if not text:
            break
        field = _FIELD.match(text)
        if text[:1] in b" \t" and fields:
            fields[-1][1].append(text)
        elif field is not None and text[:1] not in b" \t":
            fields.append((field[1].decode("ascii").lower(), [field[2]]))
        elif text.startswith((b"From ", b">From ")) and not fields:
            continue
        elif _headers_go_on(raw, end):
            defects.add("A line among the headers is not a header.")
        else:
            defects.add("No blank line parts the headers from the text.")
            position = start
            break
    return _headers(fields, limits), raw[position:]


def _headers(fields: list[tuple[str, list[bytes]]], limits: EmailLimits) -> Headers:
    unfolded = tuple((name, b"".join(lines)[: limits.max_header_value_bytes]) for name, lines in fields)
    found = next((_CHARSET.search(value) for name, value in unfolded if name == "content-type"), None)
    return Headers(unfolded, found[1].decode("ascii") if found else None)


def _lines(raw: bytes) -> Iterator[tuple[int, int, bytes]]:
    for match in _LINE.finditer(raw):
        if match.start() == match.end():
            return
        yield match.start(), match.end(), match[0]


def _headers_go_on(raw: bytes, position: int) -> bool:
    """Whether one of the next lines is a header that mail really has; prose with a colon in it is not."""
    for _ in range(_LOOK_AHEAD):
        line = _LINE.match(raw, position)
        if line is None or not line[0].strip(b"\r\n"):
            return False
        if _KNOWN_FIELD.match(line[0]):
            return True
        position = line.end()
    return False


def _after_blank_line(raw: bytes, position: int) -> int:
    ends = [found + len(gap) for gap in (b"\r\n\r\n", b"\n\n") if (found := raw.find(gap, position)) >= 0]
    return min(ends, default=len(raw))
