"""The history that is made of the written conversations: believable, in order, and always the same."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.demo.content import load_content
from core.demo.entities import DemoConversation
from core.demo.story import Deed, Give, Move, Pace, Rate, Receive, Step, Write, tell
from core.domain.enums import MessageKind, TicketStatus

PRESENT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PACE = Pace(asks_after=timedelta(minutes=5), closes_after=timedelta(hours=72))
CONTENT = load_content()
STEPS = tell(CONTENT, PRESENT, PACE)


def course_of(conversation: DemoConversation) -> list[Step]:
    return [step for step in STEPS if step.conversation is conversation]


def written(wanted: Callable[[DemoConversation], bool]) -> list[DemoConversation]:
    found = [conversation for conversation in CONTENT.conversations if wanted(conversation)]
    assert found
    return found


def deeds(conversation: DemoConversation, kind: type[Deed]) -> list[Deed]:
    return [step.deed for step in course_of(conversation) if isinstance(step.deed, kind)]


def test_steps_come_in_order_and_before_the_present() -> None:
    moments = [step.at for step in STEPS]
    assert moments == sorted(moments)
    assert moments[-1] < PRESENT


def test_the_same_present_gives_the_same_history() -> None:
    assert tell(CONTENT, PRESENT, PACE) == STEPS


def test_every_message_is_told_once() -> None:
    for conversation in CONTENT.conversations:
        told = [step.deed.position for step in course_of(conversation) if isinstance(step.deed, Receive | Write)]
        assert told == list(range(len(conversation.messages)))


def test_nobody_replies_to_a_ticket_before_they_have_it() -> None:
    for conversation in written(lambda one: any(message.kind is MessageKind.REPLY for message in one.messages)):
        holder = None
        for step in course_of(conversation):
            match step.deed:
                case Give(to, _):
                    holder = to
                case Write(position, then) if then is not None:
                    assert holder == conversation.messages[position].author, conversation.key


def test_the_last_holder_is_the_assignee() -> None:
    for conversation in written(lambda one: one.assignee is not None):
        last = deeds(conversation, Give)[-1]
        assert isinstance(last, Give)
        assert last.to == conversation.assignee


def test_only_a_supervisor_moves_a_ticket_to_somebody_else() -> None:
    supervisors = {user.key for user in CONTENT.users if user.role == "supervisor"}
    handovers = [
        deed
        for conversation in CONTENT.conversations
        for deed in deeds(conversation, Give)[1:]
        if isinstance(deed, Give)
    ]
    assert handovers
    assert {deed.by for deed in handovers} <= supervisors


def test_new_tickets_are_touched_by_nobody() -> None:
    for conversation in written(lambda one: one.status is TicketStatus.NEW):
        assert all(isinstance(step.deed, Receive) for step in course_of(conversation))


def test_an_old_closed_ticket_closes_by_itself_and_a_young_one_by_hand() -> None:
    for conversation in written(lambda one: one.status is TicketStatus.CLOSED):
        by_hand = Move(TicketStatus.CLOSED, conversation.assignee or "") in deeds(conversation, Move)
        assert by_hand == (conversation.last_minutes_ago <= PACE.closes_after / timedelta(minutes=1)), conversation.key


@pytest.mark.parametrize("status", [TicketStatus.RESOLVED, TicketStatus.CLOSED])
def test_what_ended_was_resolved_once_at_or_after_the_last_message(status: TicketStatus) -> None:
    for conversation in written(lambda one: one.status is status):
        course = course_of(conversation)
        resolving = [step for step in course if _resolves(step.deed)]
        last_said = max(step.at for step in course if isinstance(step.deed, Receive | Write))
        assert len(resolving) == 1, conversation.key
        assert resolving[0].at >= last_said


def _resolves(deed: Deed) -> bool:
    match deed:
        case Write(_, then):
            return then is TicketStatus.RESOLVED
        case Move(to, _):
            return to is TicketStatus.RESOLVED
    return False


def test_waiting_for_the_customer_begins_with_the_last_reply() -> None:
    for conversation in written(lambda one: one.status is TicketStatus.PENDING_CUSTOMER):
        last = course_of(conversation)[-1].deed
        assert isinstance(last, Write)
        assert last.then is TicketStatus.PENDING_CUSTOMER


def test_scores_are_on_the_scale_and_a_bad_mood_scores_lower() -> None:
    conversation = written(lambda one: one.status is TicketStatus.RESOLVED and bool(deeds(one, Rate)))[0]
    scores = [_score(conversation, sentiment) for sentiment in ("very_negative", "neutral", "very_positive")]
    assert scores == sorted(scores)
    assert 1 <= scores[0] < scores[-1] <= 5


def _score(conversation: DemoConversation, sentiment: str) -> int:
    labels = replace(conversation.opening_analysis, sentiment=type(conversation.opening_analysis.sentiment)(sentiment))
    messages = tuple(
        replace(message, analysis=labels) if message.analysis else message for message in conversation.messages
    )
    content = replace(CONTENT, conversations=(replace(conversation, messages=messages),))
    (rated,) = [step.deed for step in tell(content, PRESENT, PACE) if isinstance(step.deed, Rate)]
    return rated.score
