"""Satisfaction surveys: one for each resolved ticket, answered through a secret link."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update

from core.storage.store import Store
from core.storage.tables import surveys, tickets


@dataclass(frozen=True, slots=True)
class Survey:
    id: int
    ticket_id: int
    score: int | None
    comment: str | None


class Surveys(Store):
    async def exists(self, ticket_id: int) -> bool:
        query = select(surveys.c.id).where(surveys.c.ticket_id == ticket_id)
        return (await self.connection.execute(query)).first() is not None

    async def add(self, ticket_id: int, token_hash: str) -> None:
        await self.tx.insert(surveys, [{"ticket_id": ticket_id, "token_hash": token_hash, "sent_at": self.tx.now}])

    async def by_token(self, token_hash: str) -> Survey | None:
        row = (await self.connection.execute(select(surveys).where(surveys.c.token_hash == token_hash))).first()
        return _survey(row) if row else None

    async def answer(self, survey_id: int, score: int, comment: str) -> None:
        answered = update(surveys).where(surveys.c.id == survey_id)
        await self.connection.execute(answered.values(score=score, comment=comment, answered_at=self.tx.now))

    async def of_customer(self, customer_id: int) -> tuple[float | None, int]:
        """The mean of a customer's answers, and how many there are."""
        query = (
            select(func.avg(surveys.c.score), func.count(surveys.c.score))
            .join(tickets, tickets.c.id == surveys.c.ticket_id)
            .where(tickets.c.customer_id == customer_id)
        )
        mean, answers = (await self.connection.execute(query)).one()
        return (float(mean) if mean is not None else None), answers


def _survey(row: Any) -> Survey:
    return Survey(row.id, row.ticket_id, row.score, row.comment)
