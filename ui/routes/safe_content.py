"""What a customer's file is by its bytes, whatever it calls itself. Pure."""

import codecs

LONGEST_TEXT = 20_000
"""Characters of a text file that a preview shows."""


def picture_type(content: bytes) -> str | None:
    """The media type of a raster picture that browsers draw; None for everything else, SVG too: it can hold script."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return None


def text_beginning(content: bytes) -> str | None:
    """The beginning of a text in UTF-8; None for what is none."""
    head = content[: LONGEST_TEXT * 4]
    try:
        # The cut may fall into the middle of a character.
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(head, final=len(head) == len(content))
    except UnicodeDecodeError:
        return None
    return None if "\x00" in text else text[:LONGEST_TEXT]
