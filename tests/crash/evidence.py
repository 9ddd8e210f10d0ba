"""What the database of a desk says after a crash, in plain SQL, so that no code of the desk vouches for itself."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, text

from core.domain.clock import SystemClock
from core.storage.database import Database
from core.storage.types import Moment
from integrations.email.outbox_folder import file_stem
from tests.crash.desks import Desk
from tests.crash.waiting import eventually
from tests.crash.writers import Writer

SETTLE_SECONDS = 40.0
NEAR = timedelta(seconds=120)
"""Work that is due later than this is meant to wait, such as the question how it went."""


async def rows(database: Database, query: str, **values: Any) -> list[Any]:
    async with database.read() as tx:
        return list(await tx.connection.execute(text(query), values))


async def one(database: Database, query: str, **values: Any) -> Any:
    """The single value of a query."""
    ((value,),) = await rows(database, query, **values)
    return value


async def settled(database: Database, states: str = "('sent')") -> None:
    """Wait until nothing is left to do: no work is due or under way, every outbox row is in one of `states`."""

    async def nothing_left() -> bool:
        return not await _left(database, states)

    await eventually(nothing_left, SETTLE_SECONDS, lambda: _left(database, states))


async def _left(database: Database, states: str) -> list[Any]:
    near = SystemClock().now() + NEAR
    due = text(
        "SELECT handler, state, count(*), max(last_error) FROM work WHERE run_at < :near GROUP BY handler, state"
    )
    async with database.read() as tx:
        work = list(await tx.connection.execute(due.bindparams(bindparam("near", near, type_=Moment))))
    waiting = f"SELECT channel, state, count(*), max(last_error) FROM outbox WHERE state NOT IN {states}"
    return work + await rows(database, f"{waiting} GROUP BY channel, state")


async def check_receipts(database: Database, writers: Iterable[Writer]) -> int:
    """Every receipt that was given exists exactly once, and nothing exists that nobody sent; returns how many."""
    writers = list(writers)
    assert [problem for writer in writers for problem in writer.refused] == []
    promised = {external_id: given for writer in writers for external_id, given in writer.receipts.items()}
    sent = {external_id for writer in writers for external_id in writer.sent}
    kept = {
        row.external_id: (row.ticket_id, row.message_id)
        for row in await rows(database, "SELECT external_id, ticket_id, message_id FROM receipts")
    }
    assert {external_id: kept.get(external_id) for external_id in promised} == promised
    assert kept.keys() <= sent
    assert len({message for _, message in kept.values()}) == len(kept)
    stored = await rows(database, "SELECT id, ticket_id FROM messages WHERE kind = 'customer'")
    assert sorted((row.ticket_id, row.id) for row in stored) == sorted(kept.values())
    assert {ticket for ticket, _ in kept.values()} == set(await _ids(database, "SELECT id FROM tickets"))
    return len(promised)


async def check_tickets(database: Database) -> None:
    """Every ticket is routed with two clocks, every message analysed, and each step of it told exactly once."""
    tickets = await _ids(database, "SELECT id FROM tickets")
    messages = await _ids(database, "SELECT id FROM messages WHERE kind = 'customer'")
    assert await _ids(database, "SELECT id FROM tickets WHERE routing_rule IS NULL OR queue_id IS NULL") == []
    assert await _ids(database, "SELECT message_id FROM analyses") == messages
    assert await _counted(database, "sla_clocks", "ticket_id") == dict.fromkeys(tickets, 2)
    assert await _told(database, "ticket.created", "ticket_id") == dict.fromkeys(tickets, 1)
    assert await _told(database, "ticket.routed", "ticket_id") == dict.fromkeys(tickets, 1)
    assert await _told(database, "sla.started", "ticket_id", "actor = 'service_agent:ManageCustomerInquiries'")
    assert await _told(database, "message.received", "message_id") == dict.fromkeys(messages, 1)
    assert await _told(database, "message.analysed", "message_id") == dict.fromkeys(messages, 1)
    assert await rows(database, "SELECT handler, last_error FROM work WHERE state = 'dead'") == []


async def check_replies(database: Database) -> int:
    """Nothing was queued twice, and nothing is told or tried as sent more than once; returns how many were sent."""
    sent = await _ids(database, "SELECT id FROM outbox WHERE state = 'sent'")
    once = await _counted(database, "delivery_attempts", "outbox_id", "outcome = 'sent'")
    assert once == dict.fromkeys(sent, 1)
    assert set((await _counted(database, "outbox", "effect_key")).values()) <= {1}
    replies = await _ids(database, "SELECT message_id FROM outbox WHERE state = 'sent' AND message_id IS NOT NULL")
    told = await _told(database, "reply.sent", "message_id", "message_id IS NOT NULL")
    assert told == dict.fromkeys(replies, 1)
    written = await _ids(database, "SELECT id FROM messages WHERE kind = 'auto_reply'")
    queued = await _ids(database, "SELECT message_id FROM outbox WHERE message_id IS NOT NULL")
    assert queued == written
    # A ticket is acknowledged or answered once by its first message, never both.
    acknowledged = await rows(database, "SELECT ticket_id FROM outbox WHERE effect_key LIKE 'ack:%'")
    assert len({row.ticket_id for row in acknowledged}) == len(acknowledged)
    return len(sent)


async def check_folder(database: Database, desks: Iterable[Desk]) -> None:
    """One file for each effect that was delivered into the folder."""
    keys = [row.effect_key for row in await rows(database, "SELECT effect_key FROM outbox WHERE state = 'sent'")]
    files = sorted(path.stem for desk in desks for path in desk.outbox)
    assert files == sorted(file_stem(key) for key in keys)


def check_log(desk: Desk, allowed: Iterable[str] = ()) -> None:
    """Nothing failed: a crash and what follows from it are no errors."""
    allowed = tuple(allowed)
    bad = [line for line in desk.log.splitlines() if " ERROR " in line or line.startswith("Traceback")]
    assert [line for line in bad if not any(words in line for words in allowed)] == []


async def _ids(database: Database, query: str) -> list[int]:
    return sorted(row[0] for row in await rows(database, query))


async def _told(database: Database, kind: str, column: str, where: str = "1 = 1") -> Mapping[int, int]:
    return await _counted(database, "journal", column, f"type = '{kind}' AND {where}")


async def _counted(database: Database, table: str, column: str, where: str = "1 = 1") -> Mapping[Any, int]:
    found = await rows(database, f"SELECT {column}, count(*) FROM {table} WHERE {where} GROUP BY {column}")
    return {row[0]: row[1] for row in found}
