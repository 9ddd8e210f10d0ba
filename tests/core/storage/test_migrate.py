"""The migrations and the tables in code say the same, on both databases."""

import asyncio
from collections.abc import Callable
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from core.bootstrap import Engine
from core.storage import migrate
from core.storage.database import Database
from core.storage.tables import metadata
from tests.cast import ada
from tests.factories import a_ticket, an_automatic_message, receive

OpenDatabase = Callable[[str], Database]

_NOT_IN_THE_METADATA = {"alembic_version", "search_index"}
"""Full-text tables are made by hand, each database having its own kind."""


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


def _is_compared(_object: Any, name: str | None, kind: str, _reflected: bool, _compared_to: Any) -> bool:
    if kind == "table":
        return not (name or "").startswith("search_index") and name not in _NOT_IN_THE_METADATA
    return name not in {"tsv", "ix_search_documents_tsv"}


def _differences(connection: Connection) -> list[Any]:
    options = {"include_object": _is_compared, "compare_type": True, "target_metadata": metadata}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


async def test_up_down_and_up_again_leaves_the_newest_schema(
    empty_database_url: str, open_database: OpenDatabase
) -> None:
    database = open_database(empty_database_url)
    await migrate.upgrade(database)
    await migrate.downgrade(database, "base")
    async with database.connect() as connection:
        assert await connection.run_sync(_tables) <= {"alembic_version"}
    await migrate.upgrade(database)
    found, newest = await migrate.current(database)
    assert found == newest is not None


async def test_a_downgrade_leaves_no_sequence_behind(empty_database_url: str, open_database: OpenDatabase) -> None:
    database = open_database(empty_database_url)
    await migrate.upgrade(database)
    await migrate.downgrade(database, "base")
    if not database.is_sqlite:
        async with database.connect() as connection:
            left = await connection.execute(text("SELECT sequencename FROM pg_sequences"))
            assert left.scalars().all() == []


async def test_the_migrated_schema_is_what_the_code_declares(database: Database) -> None:
    async with database.connect() as connection:
        assert await connection.run_sync(_differences) == []


async def test_two_processes_that_migrate_at_once_both_succeed(
    empty_database_url: str, open_database: OpenDatabase
) -> None:
    databases = [open_database(empty_database_url), open_database(empty_database_url)]
    await asyncio.gather(*(migrate.upgrade(database) for database in databases))
    assert len({await migrate.current(database) for database in databases}) == 1


async def test_a_desk_of_the_first_version_keeps_its_tickets_with_counts_and_trends(
    empty_database_url: str, open_database: OpenDatabase
) -> None:
    database = open_database(empty_database_url)
    await migrate.upgrade(database, "0001")
    moment = "2026-11-20 10:00:00"
    moods = ("very_negative", "negative", "positive")
    async with database.connect() as connection:
        await connection.execute(
            text(
                f"INSERT INTO customers (id, name, tier, version, created_at) VALUES (1, 'Kim', 'gold', 1, '{moment}')"
            )
        )
        await connection.execute(
            text(
                "INSERT INTO tickets (id, status, priority, priority_order, channel, urgent, wants_human, subject,"
                " customer_id, routing_reasons, priority_reasons, sla_reasons, needs_senior, skills, last_line,"
                " last_message_at, due_at, version, created_at, updated_at) VALUES (1001, 'new', 'low', 3, 'email',"
                " false, false, 'Hub', 1, '[]', '[]', '[]', false, '[]', '',"
                f" '{moment}', '{moment}', 1, '{moment}', '{moment}')"
            )
        )
        for number, kind in enumerate(("customer", "customer", "reply", "customer"), 1):
            await connection.execute(
                text(
                    "INSERT INTO messages (id, ticket_id, kind, channel, author, author_name, address, subject, text,"
                    " quoted, signature, automatic_reason, defects, created_at) VALUES"
                    f" ({number}, 1001, '{kind}', 'email', 'a', 'A', '', '', 'x', '', '', '', '[]', '{moment}')"
                )
            )
        for number, mood in zip((1, 2, 4), moods, strict=True):
            await connection.execute(
                text(
                    "INSERT INTO analyses (message_id, language, language_confidence, sentiment, sentiment_confidence,"
                    " category, category_confidence, intent, intent_confidence, urgent, wants_human, thanks_only,"
                    " keywords, embedding, model, analysed_at) VALUES"
                    f" ({number}, 'en', 1, '{mood}', 1, 'other', 1, 'other', 1, false, false, false, '[]',"
                    f" {_BYTES[database.is_sqlite]}, 'm', '{moment}')"
                )
            )
    await migrate.upgrade(database)
    async with database.read() as tx:
        ticket = await tx.tickets.get(1001)
    assert (ticket.customer_messages, ticket.answered_messages, ticket.trend) == (3, 2, (1, 2, 4))


_BYTES = {True: "x'00'", False: "decode('00', 'hex')"}


async def test_what_the_migration_counts_is_what_the_desk_had_counted(
    engine: Engine, open_database: OpenDatabase
) -> None:
    who = (await ada(engine.database)).actor
    answered = await a_ticket(engine, "[mood=negative]")
    await engine.desk.reply(who, answered.id, "Look behind the door.")
    await receive(engine, "[mood=very_positive]", ticket_id=answered.id)
    taken_back = await a_ticket(engine, "[mood=positive]")
    await engine.desk.undo_reply(who, (await engine.desk.reply(who, taken_back.id, "Oh")).id)
    machine = await a_ticket(engine)
    await engine.intake.accept(an_automatic_message(ticket_id=machine.id))
    chatty = await a_ticket(engine)
    for mood in ["very_negative", *["positive"] * 13]:
        await receive(engine, f"[mood={mood}]", ticket_id=chatty.id)
    await engine.orchestrator.drain()
    ids = [answered.id, taken_back.id, machine.id, chatty.id]
    before = await _counted(engine.database, ids)
    again = open_database(engine.database.url)
    await migrate.downgrade(again, "0001")
    await migrate.upgrade(again)
    assert await _counted(again, ids) == before
    assert before[0] == (2, 1, (2, 5))
    assert before[3] == (15, 0, (4,) * 12)


async def _counted(database: Database, ids: list[int]) -> list[tuple[int, int, tuple[int, ...]]]:
    async with database.read() as tx:
        found = await tx.tickets.get_many(ids)
    return [(found[each].customer_messages, found[each].answered_messages, found[each].trend) for each in ids]
