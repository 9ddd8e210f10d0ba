"""Uuencoded files, as a transfer encoding or pasted into the text (POSIX uuencode, historical algorithm)."""

import binascii
import re

_BEGIN = re.compile(rb"^begin[ \t]+[0-7]{3,4}[ \t]+([^\r\n]{1,255})\r?$", re.MULTILINE)
_END = re.compile(rb"^end[ \t]*\r?$", re.MULTILINE)
_MAX_FILES = 50
_LINE = re.compile(rb"[ -`]{1,90}$")


def decode_whole(body: bytes) -> bytes | None:
    """The first uuencoded file in `body`, or None when there is none."""
    found = extract_files(body)[1]
    return found[0][1] if found else None


def extract_files(body: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """`body` without its uuencoded files, and those files as (name, content)."""
    rest: list[bytes] = []
    files: list[tuple[bytes, bytes]] = []
    position = 0
    for _ in range(_MAX_FILES):
        begin = _BEGIN.search(body, position)
        if begin is None:
            break
        end = _END.search(body, begin.end())
        content = _decode(body[begin.end() : end.start()]) if end else None
        if end is None or content is None:
            rest.append(body[position : begin.end()])
            position = begin.end()
            if end is None:
                break
            continue
        rest.append(body[position : begin.start()])
        files.append((begin[1].strip(), content))
        position = end.end()
    rest.append(body[position:])
    return b"".join(rest), files


def _decode(block: bytes) -> bytes | None:
    """The bytes of the lines between begin and end; None when a line can't be uuencode."""
    out: list[bytes] = []
    for raw_line in block.split(b"\n"):
        line = raw_line.rstrip(b"\r")
        if not line.strip():
            continue
        if not _LINE.match(line):
            return None
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            # Some encoders write a wrong count of trailing bytes; the count in the first character is what holds.
            needed = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                out.append(binascii.a2b_uu(line[: needed + 1]))
            except binascii.Error:
                return None
    return b"".join(out) or None
