"""The SQL of the dashboards: read-only, and summed up by the database."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, String, cast, distinct, func, literal, select, union_all

from core.domain.drift import Signal
from core.domain.events import EventType
from core.storage.tables import analyses, journal, rollups
from core.storage.tables.flow import CORRECTED
from core.storage.transaction import Transaction
from dashboards.stability import BINS

_CONFIDENCES = {
    Signal.CATEGORY_CONFIDENCE: analyses.c.category_confidence,
    Signal.SENTIMENT_CONFIDENCE: analyses.c.sentiment_confidence,
}


@dataclass(frozen=True, slots=True)
class Tally:
    """Messages of one day that share a language, a category, or a hundredth of a confidence; `total` sums the
    confidences."""

    day: date
    signal: Signal
    value: str
    messages: int
    total: float


async def tallies(tx: Transaction, since: datetime) -> list[Tally]:
    """Of what the model read from `since` on; one pass over the analyses."""
    read = (
        select(
            _day(tx, analyses.c.analysed_at).label("day"),
            analyses.c.language,
            analyses.c.category,
            *(column for column in _CONFIDENCES.values()),
            *(_hundredth(tx, column).label(f"{signal}_in") for signal, column in _CONFIDENCES.items()),
        )
        .where(analyses.c.analysed_at >= since)
        .cte("read")
    )
    nothing = literal(0.0)
    parts = [
        *((signal, read.c[signal.value], nothing) for signal in (Signal.LANGUAGE, Signal.CATEGORY)),
        *((signal, cast(read.c[f"{signal}_in"], String), func.sum(read.c[signal.value])) for signal in _CONFIDENCES),
    ]
    query = union_all(
        *(
            select(read.c.day, literal(signal.value), value, func.count(), total).group_by(read.c.day, value)
            for signal, value, total in parts
        )
    )
    return [
        Tally(_date(day), Signal(signal), value, int(messages), float(total))
        for day, signal, value, messages, total in await tx.connection.execute(query)
    ]


async def unknown_by_day(tx: Transaction, since: datetime) -> dict[date, int]:
    """Messages that the model could not read when they came, as the hours are counted from the journal."""
    day = _day(tx, rollups.c.hour)
    query = (
        select(day, func.sum(rollups.c.count))
        .where(rollups.c.hour >= since, rollups.c.name == EventType.ANALYSIS_UNKNOWN.value)
        .group_by(day)
    )
    return {_date(found): int(count) for found, count in await tx.connection.execute(query)}


async def corrected_by_day(tx: Transaction, since: datetime) -> dict[date, int]:
    """Tickets of which people changed a label that day."""
    day = _day(tx, journal.c.at)
    query = select(day, func.count(distinct(journal.c.ticket_id))).where(CORRECTED, journal.c.at >= since).group_by(day)
    return {_date(found): int(count) for found, count in await tx.connection.execute(query)}


def _day(tx: Transaction, moment: ColumnElement[datetime]) -> ColumnElement[Any]:
    """In UTC: SQLite stores moments so, PostgreSQL would go by the time zone of the connection."""
    return func.date(moment) if tx.is_sqlite else func.date(func.timezone("UTC", moment))


def _date(found: date | str) -> date:
    return date.fromisoformat(found) if isinstance(found, str) else found


def _hundredth(tx: Transaction, confidence: ColumnElement[float]) -> ColumnElement[int]:
    """Rounded down: a cast does that on SQLite, and rounds to the nearest on PostgreSQL."""
    scaled = confidence * BINS
    return cast(scaled if tx.is_sqlite else func.floor(scaled), Integer)
