"""Which files are kept, and under what name."""

import asyncio
import errno
import os
from pathlib import Path

import pytest

from config.settings import BLOCKED_EXTENSIONS
from core.attachments import AttachmentPolicy, safe_name
from core.domain.errors import NotFound, StorageFull, Unavailable
from core.domain.messages import InboundAttachment
from core.storage.blobs import Blobs

POLICY = AttachmentPolicy(100, frozenset(BLOCKED_EXTENSIONS))


def _files(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]


def _refused(name: str, size: int = 1) -> str:
    return POLICY.refuses(InboundAttachment(name, "text/plain", b"x" * size))


@pytest.mark.parametrize(
    "name",
    ["a.exe", "A.EXE", "bill.pdf.exe", "bill.exe.", "bill.exe ", "bill.exe.pdf", "a.js", "..\\..\\a.bat", "x. exe"],
)
def test_what_runs_when_it_is_opened_is_refused_however_it_is_named(name: str) -> None:
    assert "not accepted" in _refused(name)


@pytest.mark.parametrize("name", ["bill.pdf", "exe", "photo.jpg", "data.csv", "archive.tar.gz", "noending", ".hidden"])
def test_ordinary_files_are_kept(name: str) -> None:
    assert _refused(name) == ""


def test_the_limit_itself_is_within_the_limit() -> None:
    assert _refused("a.txt", 100) == ""
    assert "101 bytes" in _refused("a.txt", 101)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\kim\\bill.pdf", "bill.pdf"),
        ('a"b<c>d|e?f*g.txt', "abcdefg.txt"),
        ("line\r\nbreak.txt", "linebreak.txt"),
        ("", "attachment"),
        ("///", "attachment"),
        ("..", "attachment"),
        (".hidden", ".hidden"),
        ("請求書.pdf", "請求書.pdf"),
        ("x" * 300, "x" * 255),
    ],
)
def test_a_name_can_break_neither_header_nor_file_system(name: str, safe: str) -> None:
    assert safe_name(name) == safe


async def test_the_same_content_is_stored_once_also_at_once(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    digests = await asyncio.gather(*(blobs.put(b"hello") for _ in range(20)))
    assert len(set(digests)) == 1
    assert await blobs.get(digests[0]) == b"hello"
    assert _files(tmp_path) == [digests[0]]


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64])
async def test_no_name_leads_out_of_the_folder(tmp_path: Path, digest: str) -> None:
    with pytest.raises(NotFound):
        await Blobs(tmp_path).get(digest)


async def test_a_full_disk_is_told_and_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFull):
        await Blobs(tmp_path).put(b"hello")
    assert _files(tmp_path) == []


async def test_a_folder_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Unavailable):
        await Blobs(tmp_path / "file").put(b"hello")
