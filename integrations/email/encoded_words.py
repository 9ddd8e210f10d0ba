"""RFC 2047 encoded words in headers, also those that break its rules."""

import base64
import binascii
import quopri
import re

from integrations.email.charset import python_codec
from integrations.email.defects import Defects

_WORD = re.compile(r"=\?([^?\s]{1,40})\?([bBqQ])\?((?:[^?]|\?(?!=)){0,3000})\?=")
# A last word whose closing ?= was cut off by a mailer that limits header length.
_CUT_WORD = re.compile(r"=\?([^?\s]{1,40})\?([bBqQ])\?([^?\s]*)\??$")
_MAX_CHARS = 16_384
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")


def decode_words(value: str, defects: Defects) -> str:
    """`value` with its encoded words decoded; what can't be decoded stays as it was written."""
    if "=?" not in value:
        return value
    value, rest = value[:_MAX_CHARS], value[_MAX_CHARS:]
    out: list[str] = []
    pending: list[tuple[str, bytes, str]] = []
    position = 0
    for match in _WORD.finditer(value):
        between = value[position : match.start()]
        if between.strip() or not pending:
            out.extend((_flush(pending, defects), between))
        pending.append((match[1], _word_bytes(match[2], match[3]), match[0]))
        position = match.end()
    out.append(_flush(pending, defects))
    out.extend((_decode_cut_word(value[position:], defects), rest))
    return "".join(out)


def _decode_cut_word(rest: str, defects: Defects) -> str:
    match = _CUT_WORD.search(rest)
    if match is None:
        return rest
    defects.add("An encoded header was cut off.")
    return rest[: match.start()] + _flush([(match[1], _word_bytes(match[2], match[3]), match[0])], defects)


def _flush(pending: list[tuple[str, bytes, str]], defects: Defects) -> str:
    """Decode neighbouring words; those of one charset together, since mailers split characters between words."""
    out: list[str] = []
    while pending:
        charset = pending[0][0].lower()
        count = 1
        while count < len(pending) and pending[count][0].lower() == charset:
            count += 1
        group = pending[:count]
        del pending[:count]
        out.append(_decode_group(charset, group, defects))
    return "".join(out)


def _decode_group(charset: str, group: list[tuple[str, bytes, str]], defects: Defects) -> str:
    data = b"".join(word[1] for word in group)
    codec = python_codec(charset)
    for candidate in (codec, "utf-8"):
        if candidate is None:
            continue
        try:
            return data.decode(candidate)
        except (UnicodeError, ValueError):
            continue
    if codec is None and not data.isascii():
        defects.add(f"An encoded header names the unknown charset {charset!r}.")
        return "".join(word[2] for word in group)
    defects.add(f"An encoded header is not valid {charset}.")
    return data.decode(codec or "ascii", "replace")


def _word_bytes(encoding: str, payload: str) -> bytes:
    raw = payload.encode("utf-8", "replace")
    if encoding in "bB":
        return decode_base64(raw)
    return quopri.decodestring(raw.replace(b"\n", b" "), header=True)


def decode_base64(data: bytes) -> bytes:
    """Base64 with foreign characters skipped and missing padding supplied; a stray last character is dropped."""
    packed = _NOT_BASE64.sub(b"", data)
    if len(packed) % 4 == 1:
        packed = packed[:-1]
    try:
        return base64.b64decode(packed + b"=" * (-len(packed) % 4))
    except binascii.Error:
        return b""
