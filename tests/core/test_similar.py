"""Which earlier tickets are shown beside one that asks much the same."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.bootstrap import Engine
from core.domain.errors import NotAllowed, NotFound
from core.similar import FLOOR, rank
from core.storage.analyses import StoredVector
from tests.cast import VERA, ada, eve
from tests.factories import a_ticket, receive

VECTORS = st.lists(
    st.tuples(st.integers(1, 6), st.floats(0, 2 * np.pi), st.sampled_from(["marks-1", "marks-2", ""])), max_size=25
)


def _vector(ticket_id: int, angle: float, model: str) -> StoredVector:
    direction = np.array([np.cos(angle), np.sin(angle)], dtype="<f4")
    return StoredVector(ticket_id, direction.tobytes() if model else b"", model or "marks-1")


@given(own=VECTORS, others=VECTORS, limit=st.integers(1, 6))
def test_each_ticket_is_ranked_once_by_its_likest_message(
    own: list[tuple[int, float, str]], others: list[tuple[int, float, str]], limit: int
) -> None:
    found = rank([_vector(0, angle, model) for _, angle, model in own], [_vector(*each) for each in others], limit)
    model = next((each[2] for each in own if each[2]), None)
    expected: dict[int, float] = {}
    for ticket_id, angle, theirs in others:
        for _, mine, ours in own:
            if model and ours == theirs == model and (likeness := float(np.cos(angle - mine))) >= FLOOR + 1e-5:
                expected[ticket_id] = max(expected.get(ticket_id, 0), likeness)
    sure = {ticket_id for ticket_id, _ in found}
    assert len(sure) == len(found) <= limit
    assert all(FLOOR <= likeness <= 1 for _, likeness in found)
    assert [likeness for _, likeness in found] == sorted((likeness for _, likeness in found), reverse=True)
    for ticket_id, likeness in found:
        assert likeness == pytest.approx(expected.get(ticket_id, FLOOR), abs=1e-4)
    if len(found) < limit:
        assert set(expected) <= sure


async def test_the_likest_tickets_come_first_and_other_intents_not_at_all(engine: Engine) -> None:
    agent = await ada(engine.database)
    same = await a_ticket(engine, "[intent=track_order] where is my blue lamp from last week", customer=VERA)
    near = await a_ticket(engine, "[intent=track_order] where is my blue chair from monday")
    await a_ticket(engine, "[intent=wrong_item] where is my blue lamp from last week")
    await a_ticket(engine, "[intent=track_order] zzz qqq vvv kkk jjj")
    asked = await a_ticket(engine, "[intent=track_order] where is my blue lamp from last week")
    found = await engine.views.similar(agent.actor, asked.id)
    assert [each.ticket.id for each in found] == [same.id, near.id]
    assert found[0].likeness > 0.9 > found[1].likeness >= FLOOR
    assert [each.ticket.id for each in await engine.views.similar(agent.actor, asked.id, 1)] == [same.id]


async def test_a_ticket_with_many_like_messages_is_shown_once_and_never_itself(engine: Engine) -> None:
    agent = await ada(engine.database)
    text = "[intent=track_order] where is my blue lamp"
    first = await a_ticket(engine, text)
    await receive(engine, text, ticket_id=first.id)
    second = await a_ticket(engine, text)
    await receive(engine, text, ticket_id=second.id)
    assert [each.ticket.id for each in await engine.views.similar(agent.actor, second.id)] == [first.id]


async def test_similar_tickets_are_for_who_may_read_tickets(engine: Engine) -> None:
    ticket, executive = await a_ticket(engine), await eve(engine.database)
    with pytest.raises(NotAllowed):
        await engine.views.similar(executive.actor, ticket.id)
    with pytest.raises(NotFound):
        await engine.views.similar((await ada(engine.database)).actor, 4711)
