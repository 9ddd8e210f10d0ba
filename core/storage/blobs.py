"""Files by content: attachments and large raw messages, named by SHA-256, durable before the row that names them."""

import asyncio
import contextlib
import errno
import hashlib
import os
from pathlib import Path
from uuid import uuid4

from core.domain.errors import NotFound, StorageFull, Unavailable

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""No space, no quota, or a limit on the size of files."""


class Blobs:
    """A folder of immutable files. The same content is stored once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def put(self, content: bytes) -> str:
        """Store `content` durably and return its digest. Raises StorageFull or Unavailable; no half file stays."""
        return await asyncio.to_thread(self._put, content)

    async def get(self, digest: str) -> bytes:
        """Raises NotFound when the file is gone."""
        try:
            return await asyncio.to_thread(self.path(digest).read_bytes)
        except FileNotFoundError:
            raise NotFound("stored file", digest) from None

    def path(self, digest: str) -> Path:
        if len(digest) != 64 or not all(char in "0123456789abcdef" for char in digest):
            raise NotFound("stored file", digest)
        return self.folder / digest[:2] / digest

    def _put(self, content: bytes) -> str:
        digest = hashlib.sha256(content).hexdigest()
        path = self.path(digest)
        if path.exists():
            return digest
        part = path.with_name(f"{digest}.{uuid4().hex}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
            _sync_folder(path.parent)
        except OSError as error:
            with contextlib.suppress(OSError):
                part.unlink()
            if error.errno in _FULL:
                raise StorageFull("The disk that holds the attachments is full", retry_after=5) from error
            raise Unavailable(f"A file can't be stored ({error.strerror})") from error
        return digest


def _sync_folder(folder: Path) -> None:
    """Make the new name durable too (POSIX needs the folder synced after a rename)."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
