"""A file is what its bytes are, whatever its name and sender say."""

import pytest

from ui.routes.safe_content import LONGEST_TEXT, picture_type, text_beginning


@pytest.mark.parametrize(
    ("content", "type_"),
    [
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0....", "image/jpeg"),
        (b"GIF89a....", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", None),
        (b"<html><script>alert(1)</script>", None),
        (b"RIFF\x00\x00\x00\x00WAVE", None),
        (b"%PDF-1.7", None),
        (b"", None),
    ],
)
def test_only_raster_pictures_are_pictures(content: bytes, type_: str | None) -> None:
    assert picture_type(content) == type_


def test_a_text_is_cut_at_its_beginning_and_not_within_a_character() -> None:
    assert text_beginning("é".encode() * (LONGEST_TEXT * 3)) == "é" * LONGEST_TEXT


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"MZ\x00\x01", b"caf\xe9", b"\x00" * 100_000])
def test_what_is_no_text_has_no_beginning(content: bytes) -> None:
    assert text_beginning(content) is None
