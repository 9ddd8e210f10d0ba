"""Content-Transfer-Encoding (RFC 2045 section 6), with the misspellings that real mailers send."""

import quopri

from integrations.email.defects import Defects
from integrations.email.encoded_words import decode_base64
from integrations.email.uuencode import decode_whole

_IDENTITY = frozenset({"", "7bit", "8bit", "binary"})


def decode_transfer(body: bytes, encoding: str, defects: Defects) -> bytes:
    """`body` decoded; an unknown encoding leaves it as it is."""
    name = encoding.split("(", 1)[0].split(";", 1)[0].strip().strip("\"'").lower()
    if "base64" in name:
        return _base64(body, defects)
    if "quoted" in name:
        if name != "quoted-printable":
            defects.add(f"The transfer encoding {encoding[:40]!r} was read as quoted-printable.")
        return quopri.decodestring(body)
    if "uu" in name:
        return _uuencoded(body, defects)
    if name not in _IDENTITY:
        defects.add(f"The transfer encoding {encoding[:40]!r} is unknown; the text was taken as it is.")
    return body


def _uuencoded(body: bytes, defects: Defects) -> bytes:
    decoded = decode_whole(body)
    if decoded is None and body.strip():
        defects.add("A part is declared uuencoded but is not; it was taken as it is.")
        return body
    return decoded or b""


def _base64(body: bytes, defects: Defects) -> bytes:
    decoded = decode_base64(body)
    if body.strip() and not decoded:
        defects.add("A part is declared base64 but is not; it was taken as it is.")
        return body
    return decoded
