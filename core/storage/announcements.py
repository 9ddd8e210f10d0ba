"""PostgreSQL's NOTIFY: short news for the other processes of the desk, which is kept nowhere."""

from collections.abc import Sequence

from sqlalchemy import text

from core.storage.database import Database

LONGEST_PAYLOAD = 7_900
"""PostgreSQL refuses payloads of 8,000 bytes."""


async def announce(database: Database, channel: str, payloads: Sequence[str]) -> None:
    """Send to every process that listens, this one included. Raises Unavailable as any change does."""
    async with database.transaction() as tx:
        for payload in payloads:
            await tx.connection.execute(
                text("SELECT pg_notify(:channel, :payload)"), {"channel": channel, "payload": payload}
            )
