"""What a file is: by its ending, else by how it begins."""

import re
from pathlib import Path

from integrations.files.items import Format

_ENDINGS = {
    ".eml": Format.EML, ".mbox": Format.MBOX, ".mbx": Format.MBOX,
    ".jsonl": Format.JSONL, ".ndjson": Format.JSONL, ".csv": Format.CSV, ".tsv": Format.CSV,
}  # fmt: skip
_HEADERS = re.compile(rb"(?:[!-9;-~]{1,60}[ \t]*:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){2}")
_POSTMARK = re.compile(rb"From \S+[^\r\n]*\r?\n")
_SAMPLE_BYTES = 8192


def format_of(path: Path) -> Format | None:
    """None when neither the ending nor the first bytes say it. An empty file counts as an empty e-mail."""
    known = _ENDINGS.get(path.suffix.lower())
    if known is not None:
        return known
    with path.open("rb") as file:
        start = file.read(_SAMPLE_BYTES).lstrip()
    if not start or _HEADERS.match(start):
        return Format.EML
    postmark = _POSTMARK.match(start)
    if postmark and _HEADERS.match(start, postmark.end()):
        return Format.MBOX
    return Format.JSONL if start.startswith(b'{"') else None
