"""A desk with a long history, written straight into the tables: a million tickets can't all be sent."""

import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from benchmarks.messages import TEXTS
from core.bootstrap import Engine
from core.domain.enums import Category, Channel, ClockState, Priority, Role, TicketStatus
from core.domain.filters import NEVER
from core.domain.intents import CATEGORY_OF_INTENT
from core.storage.tables import analyses, customers, messages, receipts, tickets

CHUNK = 5_000
CUSTOMERS = 50_000
AGENTS = 50
OPEN_SHARE = 0.2
READ = 20_000
"""How many of the newest messages the model has read; all of them would only fill the disk."""
DIMENSIONS = 384
INTENTS = tuple(CATEGORY_OF_INTENT)
COMMON, RARE = "please", "zirconium"
"""A word in about half of all messages, and one in a hundred of them."""

_NAMES = ("Ada", "Bo", "Chen", "Dora", "Emeka", "Fatou", "Goran", "Hana", "Ines", "Jun", "Kemal", "Lena")
_CJK = ("配達がまだ届きません", "发票金额不对", "ログインできません", "想退货")


async def write_history(engine: Engine, count: int) -> None:
    """`count` tickets of one message each, spread over two years, a fifth of them open."""
    chance = random.Random(7)
    await _write_people(engine)
    now = datetime.now(UTC)
    for start in range(0, count, CHUNK):
        rows = [_ticket(number, count, chance, now) for number in range(start, min(start + CHUNK, count))]
        async with engine.database.transaction() as tx:
            await tx.insert(tickets, [row for row, _, _ in rows])
            await tx.insert(messages, [row for _, row, _ in rows])
            await tx.insert(receipts, [_receipt(row) for _, row, _ in rows])
            await tx.search.add([document for _, _, document in rows])
            if start + len(rows) > count - READ:
                await tx.insert(analyses, [_analysis(message["id"], row["intent"], now) for row, message, _ in rows])
        sys.stderr.write(f"\r{start + len(rows):,} tickets")
    sys.stderr.write("\n")
    await _analyse(engine)


async def _write_people(engine: Engine) -> None:
    async with engine.database.transaction() as tx:
        now = tx.now
        for start in range(1, CUSTOMERS + 1, CHUNK):
            ids = range(start, start + CHUNK)
            await tx.insert(customers, [_customer(number, now) for number in ids])
        for number in range(AGENTS):
            await tx.users.add(
                email=f"agent{number}@desk.example", name=f"Agent {number}", role=Role.AGENT, password_hash="-"
            )


def _customer(number: int, now: datetime) -> dict[str, Any]:
    tier = "enterprise" if number % 100 == 0 else "gold" if number % 10 == 0 else "standard"
    return {"id": number, "name": f"{_NAMES[number % len(_NAMES)]} {number}", "tier": tier, "created_at": now}


def _ticket(
    number: int, count: int, chance: random.Random, now: datetime
) -> tuple[dict[str, Any], dict[str, Any], tuple[int, int, str]]:
    ticket_id = 10_000 + number
    created = now - timedelta(days=730) * (1 - number / count)
    is_open = chance.random() < OPEN_SHARE
    text = _text(number, chance)
    row = {
        "id": ticket_id,
        "status": chance.choice(_OPEN if is_open else _ENDED),
        **_priority(chance),
        "channel": chance.choice(_CHANNELS),
        "category": chance.choice(_CATEGORIES),
        "subject": text[:60],
        "customer_id": 1 + chance.randrange(CUSTOMERS),
        "queue_id": chance.choice(_QUEUES),
        "assignee_id": 1 + chance.randrange(AGENTS) if chance.random() < 0.7 else None,
        "last_line": text[:160],
        "last_message_at": created,
        "waiting_since": created if is_open and number % 3 else None,
        "escalated_at": created if is_open and number % 50 == 0 else None,
        "intent": INTENTS[number % len(INTENTS)],
        "due_at": created + timedelta(hours=chance.randrange(1, 20_000)) if is_open else NEVER,
        "sla_state": chance.choice(_STATES).value if is_open else None,
        "created_at": created,
        "updated_at": created,
        **_DEFAULTS,
    }
    message = {
        "id": ticket_id,
        "ticket_id": ticket_id,
        "kind": "customer",
        "channel": row["channel"],
        "author": f"customer:{row['customer_id']}",
        "author_name": "Customer",
        "address": "",
        "subject": row["subject"],
        "text": text,
        "quoted": "",
        "signature": "",
        "automatic_reason": "",
        "defects": [],
        "created_at": created,
    }
    return row, message, (ticket_id, ticket_id, text)


def _analysis(message_id: int, intent: str, now: datetime) -> dict[str, Any]:
    """Vectors that point in about as many directions as those of real messages with one intent."""
    vector = np.random.default_rng(message_id).normal(size=DIMENSIONS) + 1.0
    return {
        "message_id": message_id,
        "language": "en",
        "language_confidence": 0.9,
        "sentiment": "neutral",
        "sentiment_confidence": 0.9,
        "category": "other",
        "category_confidence": 0.9,
        "intent": intent,
        "intent_confidence": 0.9,
        "urgent": False,
        "wants_human": False,
        "thanks_only": False,
        "keywords": [],
        "embedding": (vector / np.linalg.norm(vector)).astype("<f4").tobytes(),
        "model": "benchmark",
        "analysed_at": now,
    }


def _text(number: int, chance: random.Random) -> str:
    words = [chance.choice(TEXTS), f"Order QM-{number:07d}."]
    if chance.random() < 0.5:
        words.append(f"Could you {COMMON} look at it?")
    if number % 10_000 == 0:
        words.append(RARE)
    if number % 20 == 0:
        words.append(chance.choice(_CJK))
    return " ".join(words)


def _priority(chance: random.Random) -> dict[str, Any]:
    priority = chance.choice(list(Priority))
    return {"priority": priority.value, "priority_order": priority.order}


def _receipt(message: dict[str, Any]) -> dict[str, Any]:
    return {
        "channel": message["channel"],
        "mailbox": "",
        "external_id": f"history-{message['id']}",
        "message_id": message["id"],
        "ticket_id": message["ticket_id"],
        "payload_digest": "",
        "raw": None,
        "raw_type": "application/json",
        "received_at": message["created_at"],
    }


async def _analyse(engine: Engine) -> None:
    """Let the planner know the tables, as a running database does by itself."""
    async with engine.database.connect() as connection:
        await connection.exec_driver_sql("ANALYZE")


def words_of_search() -> Iterator[tuple[str, str]]:
    """(kind of query, query) pairs."""
    yield "rare word", RARE
    yield "common word", COMMON
    yield "two words", f"parcel {COMMON}"
    yield "phrase", '"marked as delivered"'
    yield "order number", "QM-0004711"
    yield "no match", "quetzalcoatl"
    yield "japanese", "届きません"
    yield "chinese", "退货"


_OPEN = [status.value for status in TicketStatus if status.is_open]
_ENDED = [status.value for status in TicketStatus if not status.is_open]
_CHANNELS = [channel.value for channel in Channel]
_CATEGORIES = [category.value for category in Category]
_QUEUES = (
    "vip_support",
    "technical_support",
    "billing_specialist",
    "escalation_team",
    "returns_processing",
    "general_support",
)
_STATES = (ClockState.RUNNING, ClockState.RUNNING, ClockState.AT_RISK, ClockState.BREACHED)
_DEFAULTS: dict[str, Any] = {
    "urgent": False,
    "wants_human": False,
    "routing_reasons": [],
    "priority_reasons": [],
    "sla_reasons": [],
    "needs_senior": False,
    "skills": [],
    "version": 1,
}
