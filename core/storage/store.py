"""What every store has: the transaction it works in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncConnection

if TYPE_CHECKING:
    from core.storage.transaction import Transaction


class Store:
    def __init__(self, tx: Transaction) -> None:
        self.tx = tx

    @property
    def connection(self) -> AsyncConnection:
        return self.tx.connection
