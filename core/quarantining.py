"""Keeps what could not be read: raw, with the reason, once for the same bytes."""

import hashlib

from core.domain.access import SYSTEM
from core.domain.events import EventType, NewEvent
from core.intake import LONGEST_INLINE_RAW
from core.storage.blobs import Blobs
from core.storage.database import Database


async def quarantine(database: Database, blobs: Blobs, *, source: str, reason: str, raw: bytes) -> int | None:
    """The item's id, or None when these bytes are kept already."""
    blob = await blobs.put(raw) if len(raw) > LONGEST_INLINE_RAW else None
    digest = hashlib.sha256(raw).hexdigest()
    async with database.transaction() as tx:
        item_id = await tx.quarantine.add(
            source=source, reason=reason, digest=digest, raw=None if blob else raw, raw_blob=blob
        )
        if item_id is not None:
            data = {"item": item_id, "source": source[:200], "reason": reason[:500]}
            tx.record(NewEvent(EventType.MESSAGE_QUARANTINED, SYSTEM, data=data))
    return item_id
