"""mbox files of any size, message by message.

The standard library's reader scans the whole file for its table of contents first and splits at every "From " line.
Here a message begins at a "From " line that follows a blank line (or opens the file) and has a header below it, so
that text with such a line stays whole; ">From " is unquoted as mboxrd does
(https://www.loc.gov/preservation/digital/formats/fdd/fdd000385.shtml).
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from integrations.files.eml import email_item
from integrations.files.items import Item, ReadContext

_HEADER = re.compile(rb"[!-9;-~]{1,100}[ \t]*:|>?From ")
_QUOTED_FROM = re.compile(rb">+From ")


def read_mbox(path: Path, context: ReadContext) -> Iterator[Item]:
    with path.open("rb") as file:
        for number, raw in enumerate(split_mbox(file), start=1):
            yield email_item(f"{path} message {number}", raw, context)


def split_mbox(file: BinaryIO) -> Iterator[bytes]:
    """The raw messages without their "From " lines; holds one message in memory at a time."""
    current: list[bytes] = []
    after_blank = True
    has_begun = False
    line = file.readline()
    while line:
        following = file.readline()
        if after_blank and line.startswith(b"From ") and (_HEADER.match(following) or not following.strip()):
            if has_begun and any(piece.strip() for piece in current):
                yield _message(current)
            current, has_begun = [], True
        else:
            has_begun = has_begun or bool(line.strip())
            current.append(line[1:] if _QUOTED_FROM.match(line) else line)
        after_blank = not line.strip(b"\r\n")
        line = following
    if any(piece.strip() for piece in current):
        yield _message(current)


def _message(lines: list[bytes]) -> bytes:
    # The blank line before the next "From " belongs to the format, not to the message.
    if len(lines) > 1 and not lines[-1].strip(b"\r\n"):
        lines = lines[:-1]
    return b"".join(lines)
