"""Attachments: names and kinds here, bytes in the content-addressed files."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from core.domain.entities import Attachment
from core.domain.enums import AttachmentState
from core.domain.errors import NotFound
from core.storage.store import Store
from core.storage.tables import attachments


class Attachments(Store):
    async def add(self, rows: Sequence[dict[str, Any]]) -> None:
        await self.tx.insert(attachments, rows)

    async def get(self, attachment_id: int) -> Attachment:
        row = (await self.connection.execute(select(attachments).where(attachments.c.id == attachment_id))).first()
        if row is None:
            raise NotFound("attachment", attachment_id)
        return _attachment(row)

    async def of_messages(self, message_ids: Sequence[int]) -> dict[int, list[Attachment]]:
        query = select(attachments).where(attachments.c.message_id.in_(message_ids)).order_by(attachments.c.id)
        found: dict[int, list[Attachment]] = {}
        for row in await self.connection.execute(query):
            found.setdefault(row.message_id, []).append(_attachment(row))
        return found


def _attachment(row: Any) -> Attachment:
    return Attachment(
        id=row.id,
        message_id=row.message_id,
        filename=row.filename,
        content_type=row.content_type,
        size=row.size,
        blob=row.blob,
        state=AttachmentState(row.state),
        reason=row.reason,
        inline=row.inline,
        content_id=row.content_id,
    )
