"""Claiming rows that wait to be worked on: one conditional update, so that two processes never get the same row."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Table, and_, or_, select, update

if TYPE_CHECKING:
    from core.storage.transaction import Transaction


async def claim(tx: Transaction, table: Table, open_state: str, lease: timedelta, limit: int) -> Sequence[Any]:
    """Take up to `limit` due rows, oldest first. A claim that outlives its lease may be taken over."""
    now = tx.now
    waiting = select(table.c.id).where(is_claimable(table, open_state, now)).order_by(table.c.run_at, table.c.id)
    waiting = waiting.limit(limit)
    if not tx.is_sqlite:
        waiting = waiting.with_for_update(skip_locked=True)
    # PostgreSQL may run a locking subquery once for each row it is compared with, and it then finds others each time;
    # a common table expression that locks is run once.
    taken = (
        update(table)
        .where(table.c.id.in_(select(waiting.cte("waiting").c.id)))
        .values(state="claimed", claimed_by=tx.database.process, lease_until=now + lease)
        .returning(*table.c)
    )
    rows = (await tx.connection.execute(taken)).all()
    return sorted(rows, key=lambda row: row.id)


def is_claimable(table: Table, open_state: str, now: datetime) -> ColumnElement[bool]:
    return or_(
        and_(table.c.state == open_state, table.c.run_at <= now),
        and_(table.c.state == "claimed", table.c.lease_until < now),
    )


async def any_claimable(tx: Transaction, table: Table, open_state: str) -> bool:
    query = select(table.c.id).where(is_claimable(table, open_state, tx.now)).limit(1)
    return (await tx.connection.execute(query)).first() is not None


def owner_is_dead(claimed_by: str, ours: str) -> bool:
    """Whether a claim's process ran on this host and is gone, so that its lease need not be waited out."""
    host, _, pid = claimed_by.rsplit("-", 1)[0].rpartition("-")
    our_host = ours.rsplit("-", 1)[0].rpartition("-")[0]
    if host != our_host or claimed_by == ours or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return int(pid) == os.getpid()


async def end_dead_leases(tx: Transaction, table: Table) -> int:
    """Let claims of dead processes of this host expire now; returns how many owners were dead."""
    query = select(table.c.claimed_by).where(table.c.claimed_by.is_not(None), table.c.state != "dead").distinct()
    owners = (await tx.connection.execute(query)).scalars()
    dead = [owner for owner in owners if owner_is_dead(owner, tx.database.process)]
    if dead:
        ended = update(table).where(table.c.claimed_by.in_(dead), table.c.lease_until > tx.now)
        await tx.connection.execute(ended.values(lease_until=tx.now - timedelta(seconds=1)))
    return len(dead)
