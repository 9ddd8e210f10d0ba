"""Content-Type and Content-Disposition with their parameters (RFC 2045, RFC 2231), also unquoted and broken ones."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from integrations.email.charset import decode_bytes
from integrations.email.defects import Defects
from integrations.email.encoded_words import decode_words

_MAX_PARAMETERS = 100


@dataclass(frozen=True, slots=True)
class ParameterValue:
    """The value before the first `;` in lower case, and the parameters, decoded, with names in lower case."""

    value: str
    parameters: Mapping[str, str]


def parse_parameters(header: str, defects: Defects) -> ParameterValue:
    """Never raises; a parameter that can't be understood is left out or kept as it was written."""
    pieces = _split(header)
    plain: dict[str, str] = {}
    extended: dict[str, dict[int, tuple[str, bool]]] = {}
    for piece in pieces[1:]:
        name, equals, value = piece.partition("=")
        name = name.strip().lower()
        if not equals or not name:
            continue
        base, star, index = name.partition("*")
        if star:
            number = index.rstrip("*")
            position = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 0
            extended.setdefault(base, {})[position] = (_unquoted(value), name.endswith("*"))
        else:
            plain.setdefault(name, decode_words(_unquoted(value), defects))
    for base, segments in extended.items():
        plain[base] = _joined(segments, defects)
    return ParameterValue(pieces[0].lower() if pieces else "", plain)


def _split(header: str) -> list[str]:
    """The pieces between semicolons that stand outside quotes."""
    pieces: list[str] = []
    start, quoted, escaped = 0, False, False
    for position, char in enumerate(header):
        if escaped:
            escaped = False
        elif quoted and char == "\\":
            escaped = True
        elif char == '"':
            quoted = not quoted
        elif char == ";" and not quoted:
            pieces.append(header[start:position].strip())
            start = position + 1
            if len(pieces) > _MAX_PARAMETERS:
                return pieces
    pieces.append(header[start:].strip())
    return pieces


def _unquoted(value: str) -> str:
    value = value.strip()
    if value.startswith('"'):
        closing = re.match(r'"((?:[^"\\]|\\.)*)"?', value, re.DOTALL)
        return re.sub(r"\\(.)", r"\1", closing[1]) if closing else value.strip('"')
    if len(value) > 1 and value[0] == value[-1] == "'":
        return value[1:-1]
    return value


def _joined(segments: Mapping[int, tuple[str, bool]], defects: Defects) -> str:
    """RFC 2231 section 3 and 4: numbered segments in order, the first of which may name the charset."""
    charset: str | None = None
    data = b""
    for position in sorted(segments):
        value, is_encoded = segments[position]
        if is_encoded and charset is None and value.count("'") >= 2:
            charset, _, value = value.split("'", 2)
        data += unquote_to_bytes(value) if is_encoded else value.encode("utf-8", "replace")
    return decode_words(decode_bytes(data, charset or None, defects), defects)
