"""Tickets that ask much the same: by what the model read in their messages, not by their words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.domain.entities import Ticket
from core.storage.analyses import StoredVector
from core.storage.transaction import Transaction

CANDIDATES = 300
"""The newest messages with the same intent that are looked at; older ones help nobody any more."""

OWN_MESSAGES = 12
FLOOR = 0.4
"""Cosine under which two messages with one intent are merely about the same subject: read by hand in the demo's
messages, where 2 % of such pairs reach it. To be read again for another model."""


@dataclass(frozen=True, slots=True)
class SimilarTicket:
    """`likeness` is the cosine of the two most alike messages, from FLOOR to 1."""

    ticket: Ticket
    likeness: float


async def similar_to(tx: Transaction, ticket: Ticket, limit: int) -> list[SimilarTicket]:
    """The tickets likest to this one; none for a ticket that the model could not read."""
    if ticket.intent is None:
        return []
    own = await tx.analyses.vectors_of_ticket(ticket.id, OWN_MESSAGES)
    candidates = await tx.analyses.vectors_of_intent(ticket.intent, CANDIDATES, other_than=ticket.id)
    best = rank(own, candidates, limit)
    found = await tx.tickets.get_many([ticket_id for ticket_id, _ in best])
    return [SimilarTicket(found[ticket_id], likeness) for ticket_id, likeness in best]


def rank(own: Sequence[StoredVector], candidates: Sequence[StoredVector], limit: int) -> list[tuple[int, float]]:
    """(ticket id, likeness) of the best tickets among `candidates`, none below FLOOR; of two alike the newer. Pure.

    Vectors of another model, or without content, say nothing and are left out.
    """
    model = next((vector.model for vector in own if vector.embedding), None)
    mine = [vector for vector in own if vector.embedding and vector.model == model]
    others = [vector for vector in candidates if vector.embedding and vector.model == model]
    if not mine or not others:
        return []
    likeness = (_matrix(others) @ _matrix(mine).T).max(axis=1)
    best: dict[int, float] = {}
    for vector, value in zip(others, likeness.tolist(), strict=True):
        if value >= FLOOR:
            best[vector.ticket_id] = max(best.get(vector.ticket_id, 0.0), min(value, 1.0))
    return sorted(best.items(), key=lambda pair: (-pair[1], -pair[0]))[:limit]


def _matrix(vectors: Sequence[StoredVector]) -> np.ndarray:
    return np.frombuffer(b"".join(vector.embedding for vector in vectors), dtype="<f4").reshape(len(vectors), -1)
