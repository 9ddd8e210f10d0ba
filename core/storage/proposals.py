"""Heads that were made from corrections, and what became of them."""

from typing import Any

from sqlalchemy import select, text, update

from core.domain.access import Actor
from core.domain.errors import NotFound
from core.domain.proposals import Proposal, ProposalState, Retrained
from core.storage.store import Store
from core.storage.tables import model_proposals

_TOLD = [column for column in model_proposals.c if column.name != "heads"]


class Proposals(Store):
    async def add(self, actor: Actor, made: Retrained, heads_hash: str, corrections: int) -> Proposal:
        row = {
            "created_at": self.tx.now,
            "made_by": actor.key,
            "made_by_name": actor.name,
            "encoder": made.encoder,
            "heads": made.heads,
            "heads_hash": heads_hash,
            "corrections": corrections,
            "before": dict(made.before),
            "after": dict(made.after),
            "state": ProposalState.PROPOSED.value,
        }
        added = model_proposals.insert().values(**row).returning(model_proposals.c.id)
        return await self.get((await self.connection.execute(added)).scalar_one())

    async def lock(self) -> None:
        """Until the transaction ends nobody else changes a proposal; on SQLite nobody else writes anyway."""
        if not self.tx.is_sqlite:
            await self.connection.execute(text("LOCK TABLE model_proposals IN SHARE ROW EXCLUSIVE MODE"))

    async def get(self, proposal_id: int) -> Proposal:
        row = (await self.connection.execute(select(*_TOLD).where(model_proposals.c.id == proposal_id))).first()
        if row is None:
            raise NotFound("proposal", proposal_id)
        return _proposal(row)

    async def page(self, before_id: int | None, limit: int) -> list[Proposal]:
        """Newest first."""
        query = select(*_TOLD).order_by(model_proposals.c.id.desc()).limit(limit)
        if before_id is not None:
            query = query.where(model_proposals.c.id < before_id)
        return [_proposal(row) for row in await self.connection.execute(query)]

    async def in_state(self, state: ProposalState) -> list[Proposal]:
        query = select(*_TOLD).where(model_proposals.c.state == state.value).order_by(model_proposals.c.id)
        return [_proposal(row) for row in await self.connection.execute(query)]

    async def heads_of(self, proposal_id: int) -> bytes:
        query = select(model_proposals.c.heads).where(model_proposals.c.id == proposal_id)
        found: bytes = (await self.connection.execute(query)).scalar_one()
        return found

    async def move(self, proposal_id: int, state: ProposalState) -> None:
        await self.connection.execute(
            update(model_proposals).where(model_proposals.c.id == proposal_id).values(state=state.value)
        )

    async def decide(self, proposal_id: int, state: ProposalState, actor: Actor) -> None:
        decided = {"decided_by": actor.key, "decided_by_name": actor.name, "decided_at": self.tx.now}
        await self.connection.execute(
            update(model_proposals).where(model_proposals.c.id == proposal_id).values(state=state.value, **decided)
        )


def _proposal(row: Any) -> Proposal:
    return Proposal(
        id=row.id,
        created_at=row.created_at,
        made_by=row.made_by,
        made_by_name=row.made_by_name,
        encoder=row.encoder,
        heads_hash=row.heads_hash,
        corrections=row.corrections,
        before=row.before,
        after=row.after,
        state=ProposalState(row.state),
        decided_by=row.decided_by,
        decided_by_name=row.decided_by_name,
        decided_at=row.decided_at,
    )
