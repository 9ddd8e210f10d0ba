"""Bytes to text: the declared charset, its real-world aliases, and a guess when the declaration is wrong."""

import codecs
import re

from charset_normalizer import from_bytes

from integrations.email.defects import Defects

# Labels seen in mail that Python doesn't know, or that promise less than senders deliver: Korean and Chinese
# mailers label the vendor's superset with the standard's name, and Western ones call windows-1252 Latin-1
# (https://encoding.spec.whatwg.org/#names-and-labels makes the same choices).
_ALIASES = {
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "ks_c_5601-1989": "cp949",
    "ksc5601": "cp949",
    "korean": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "windows-31j": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "chinese": "gb18030",
    "big5": "cp950",
    "x-x-big5": "cp950",
    "big5-hkscs": "big5hkscs",
    "x-euc-jp": "euc_jp",
    "iso-2022-jp": "iso2022_jp_ext",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "ascii",
    "ansi_x3.4-1968": "ascii",
    "iso-8859-8-i": "iso8859_8",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "unicode-1-1-utf-7": "utf_7",
    "x-unicode-2-0-utf-7": "utf_7",
    "utf": "utf_8",
    "utf8mb4": "utf_8",
    "unicode": "utf_8",
}
# Text codecs of Python that aren't charsets; idna and punycode also take quadratic time on hostile input.
_NOT_CHARSETS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
_EAST_ASIAN = frozenset({"cp932", "cp949", "cp950", "gb18030", "euc_jp", "euc_kr", "big5", "big5hkscs", "shift_jis"})
_CODE_PAGE = re.compile(r"(?:cp|windows|ibm|x-cp|x-windows|win)[-_ ]?0*(\d{3,5})$")
_SAMPLE_BYTES = 32_768
_MIN_BYTES_TO_GUESS = 24


def python_codec(label: str) -> str | None:
    """Python's codec for a charset label of a message, or None when the label names no charset."""
    name = label.strip().strip("\"'").strip().lower()
    # RFC 2231 puts a language behind the charset of an encoded word: =?utf-8*en?Q?...?=
    name = name.split("*", 1)[0]
    page = _CODE_PAGE.match(name)
    candidate = _ALIASES.get(name) or (f"cp{page.group(1)}" if page else name)
    if not candidate or not candidate.isascii() or len(candidate) > 40 or "\x00" in candidate:
        return None
    try:
        info = codecs.lookup(candidate)
    except LookupError:
        return None
    is_text = getattr(info, "_is_text_encoding", True)
    return info.name if is_text and info.name.replace("-", "_") not in _NOT_CHARSETS else None


def decode_bytes(data: bytes, declared: str | None, defects: Defects) -> str:
    """`data` as text; never raises. Tries the declared charset, UTF-8, then a statistical guess."""
    if not data:
        return ""
    codec = python_codec(declared) if declared else None
    if codec:
        text = _strict(data, codec)
        if text is not None:
            return text
    utf8 = _strict(data, "utf-8-sig")
    if utf8 is not None:
        twice = _encoded_twice(utf8, codec)
        if twice is not None:
            defects.add(f"A gateway took {declared} for Latin-1 and made UTF-8 of it; that was undone.")
            return twice
        if declared and codec is None:
            defects.add(f"The charset {declared[:40]!r} is unknown; the text was read as UTF-8.")
        return utf8
    if codec and _is_mostly_readable(data, codec):
        defects.add(f"Some bytes are not {declared}; they were replaced.")
        return data.decode(codec, "replace")
    guess = guess_codec(data)
    said = f"not {declared[:40]}" if declared else "without a charset"
    defects.add(f"The text is {said}; it was read as {guess}.")
    return data.decode(guess, "replace")


def decode_header_bytes(data: bytes, fallback: str | None) -> str:
    """8-bit header bytes (RFC 6532 wants UTF-8, old mailers send their local charset) as text; never raises."""
    if data.isascii():
        return data.decode("ascii")
    declared = python_codec(fallback) if fallback else None
    text = _strict(data, "utf-8")
    if text is not None:
        return _encoded_twice(text, declared) or text
    if declared and declared != "ascii" and (text := _strict(data, declared)) is not None:
        return text
    return data.decode(guess_codec(data), "replace")


def _encoded_twice(text: str, declared: str | None) -> str | None:
    """What UTF-8 text was, if it is East Asian bytes that some gateway read as Latin-1 and encoded again."""
    if declared not in _EAST_ASIAN or text.isascii():
        return None
    try:
        return text.encode("latin-1").decode(declared)
    except UnicodeError:
        return None


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError):
        return _latin1_controls(data) if codec == "cp1252" else None


def _latin1_controls(data: bytes) -> str | None:
    """windows-1252 leaves five bytes undefined; a text that has them is real Latin-1 only if it has no others."""
    text = data.decode("latin-1")
    undefined = set("\x81\x8d\x8f\x90\x9d")
    return None if any("\x80" <= char <= "\x9f" and char not in undefined for char in text) else text


def _is_mostly_readable(data: bytes, codec: str) -> bool:
    text = data[:_SAMPLE_BYTES].decode(codec, "replace")
    return codec != "ascii" and text.count("\ufffd") * 20 < len(text)


def guess_codec(data: bytes) -> str:
    """A codec that can be tried with `replace`. A few letters beyond ASCII say too little: then the commonest."""
    sample = data[:_SAMPLE_BYTES]
    beyond_ascii = sum(byte > 0x7F for byte in sample)
    if len(sample) < _MIN_BYTES_TO_GUESS or (beyond_ascii < 20 and beyond_ascii * 4 < len(sample)):
        return "cp1252"
    best = from_bytes(sample).best()
    return best.encoding if best is not None and best.encoding not in {"ascii", "utf_8"} else "cp1252"
