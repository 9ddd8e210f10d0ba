"""Characters that no database column and no screen should meet are taken out of customer text here."""

import re

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_CONTROL = re.compile("[\x01-\x08\x0b\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufeff\ufffe\uffff]")
_DIRECTION_TRICKS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*){2,}")
_WHITESPACE = re.compile(r"\s+")


def clean_text(text: str) -> str:
    """`text` with \\n line ends and without NUL, lone surrogates and control characters.

    PostgreSQL refuses NUL and UTF-8 refuses lone surrogates, so both would lose the whole message.
    """
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n").replace("\x85", "\n")
    if "\x00" in text or not _is_encodable(text):
        text = _UNSTORABLE.sub("\ufffd", text)
    return _CONTROL.sub("", text)


def clean_line(text: str, limit: int = 998) -> str:
    """One line for subjects, names and file names: whitespace collapsed, text direction overrides removed."""
    text = clean_text(text)
    text = _WHITESPACE.sub(" ", _DIRECTION_TRICKS.sub("", text)).strip()
    return text if len(text) <= limit else text[: limit - 1] + "…"


def tidy_paragraphs(text: str) -> str:
    """`text` without trailing spaces on lines, outer blank lines, and runs of more than two blank lines."""
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n\n", lines).strip("\n")


def _is_encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
