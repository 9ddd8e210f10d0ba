"""Files that customers send: limits on kind and size, content kept by its hash."""

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from core.domain.enums import AttachmentState
from core.domain.messages import InboundAttachment
from core.storage.blobs import Blobs


class AttachmentPolicy:
    """What may be kept. A refused file leaves its name and the reason, so that an agent can ask for it again."""

    def __init__(self, max_bytes: int, blocked_extensions: frozenset[str]) -> None:
        self.max_bytes, self.blocked_extensions = max_bytes, blocked_extensions

    async def store(self, files: Sequence[InboundAttachment], blobs: Blobs) -> tuple[dict[str, Any], ...]:
        """Rows for the attachments table, their content stored already."""
        return tuple([await self._row(file, blobs) for file in files])

    async def _row(self, file: InboundAttachment, blobs: Blobs) -> dict[str, Any]:
        reason = self.refuses(file)
        return {
            "filename": safe_name(file.filename),
            "content_type": file.content_type[:255],
            "size": len(file.content),
            "blob": None if reason else await blobs.put(file.content),
            "state": (AttachmentState.REJECTED if reason else AttachmentState.STORED).value,
            "reason": reason,
            "inline": file.inline,
            "content_id": file.content_id[:300] if file.content_id else None,
        }

    def refuses(self, file: InboundAttachment) -> str:
        """Why this file is not kept, or nothing. Every ending counts: `bill.pdf.exe` and `bill.exe.` are programs."""
        endings = {ending.strip(". ").casefold() for ending in safe_name(file.filename).split(".")[1:]}
        if blocked := endings & self.blocked_extensions:
            return f"files that end in .{min(blocked)} are not accepted"
        if len(file.content) > self.max_bytes:
            return f"it has {len(file.content):,} bytes, over the limit of {self.max_bytes:,}"
        return ""


def safe_name(name: str) -> str:
    """The last part of a path, without what would break a header or a file system."""
    last = PurePosixPath(name.replace("\\", "/")).name
    plain = "".join(char for char in last if char.isprintable() and char not in '<>:"|?*/')
    return plain.strip()[:255] if plain.strip(" .") else "attachment"
