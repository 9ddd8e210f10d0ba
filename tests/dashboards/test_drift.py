"""Drift from stored analyses, on both databases."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from core.bootstrap import Engine
from core.desk import TicketPatch
from core.domain.access import SYSTEM
from core.domain.analysis import Analysis
from core.domain.drift import Drift, Mark, Shift, Signal
from core.domain.enums import Category, Role, Sentiment
from core.domain.errors import NotAllowed
from core.domain.ports import AnalyzerState
from dashboards.drift import DAYS, DriftBoard
from tests.cast import ada
from tests.conftest import MovableClock
from tests.factories import a_message, receive
from tests.fakes import MarkAnalyzer


def an_analysis(language: str = "en", category: Category = Category.BILLING, sure: float = 0.9) -> Analysis:
    return Analysis(
        language=language, language_confidence=0.9, sentiment=Sentiment.NEUTRAL, sentiment_confidence=sure,
        category=category, category_confidence=sure, intent="wrong_charge", intent_confidence=sure, urgent=False,
        wants_human=False, thanks_only=False, keywords=(), embedding=b"", model="test",
    )  # fmt: skip


async def read_as(engine: Engine, analyses: Sequence[Analysis]) -> None:
    """So many messages came now, and the model said this of them."""
    receipts = [await engine.intake.accept(a_message()) for _ in analyses]
    async with engine.database.transaction() as tx:
        await tx.analyses.add([(one.message_id, found) for one, found in zip(receipts, analyses, strict=True)])


async def drift_of(engine: Engine) -> Drift:
    return await DriftBoard(engine.database).read(SYSTEM)


def shift(drift: Drift, signal: Signal) -> Shift:
    return next(one for one in drift.shifts if one.signal is signal)


async def test_an_empty_desk_has_four_weeks_of_days_without_figures(engine: Engine, clock: MovableClock) -> None:
    drift = await drift_of(engine)
    assert len(drift.days) == DAYS
    assert drift.days[-1].day == clock.now().date()
    assert drift.messages == 0
    assert {day.category_confidence for day in drift.days} == {None}
    assert {day.unknown for day in drift.days} == {None}
    assert {one.mark for one in drift.shifts} == {Mark.TOO_FEW}


async def test_each_day_tells_its_messages_shares_and_confidences(engine: Engine, clock: MovableClock) -> None:
    await read_as(engine, [an_analysis(sure=0.31), an_analysis("und", Category.OTHER, 0.95)])
    clock.advance(days=1)
    await read_as(engine, [an_analysis("ja", sure=0.5)])
    drift = await drift_of(engine)
    first, second = drift.days[-2:]
    assert (first.messages, second.messages) == (2, 1)
    assert first.languages == {"en": 0.5, "und": 0.5}
    assert first.categories == {"billing": 0.5, "other": 0.5}
    assert second.languages == {"ja": 1.0}
    assert first.category_confidence is not None
    assert first.category_confidence.mean == pytest.approx(0.63)
    assert first.category_confidence.tenth == pytest.approx(0.31, abs=0.01)
    assert first.category_confidence.below_half == 0.5
    assert second.sentiment_confidence is not None
    assert second.sentiment_confidence.below_half == 0, "a half is not below it"


async def test_a_day_ends_at_midnight_in_utc(engine: Engine, clock: MovableClock) -> None:
    clock.moment = clock.moment.replace(hour=23, minute=59)
    await read_as(engine, [an_analysis()])
    clock.advance(minutes=2)
    await read_as(engine, [an_analysis()])
    assert [day.messages for day in (await drift_of(engine)).days[-2:]] == [1, 1]


async def test_what_is_older_than_four_weeks_does_not_count(engine: Engine, clock: MovableClock) -> None:
    await read_as(engine, [an_analysis()])
    clock.advance(days=DAYS - 1)
    assert (await drift_of(engine)).messages == 1
    clock.advance(days=1)
    assert (await drift_of(engine)).messages == 0


async def test_other_languages_and_less_confidence_are_told_as_drift(engine: Engine, clock: MovableClock) -> None:
    await read_as(engine, [an_analysis(sure=0.8 + number % 20 / 100) for number in range(120)])
    clock.advance(days=DAYS - 1)
    await read_as(engine, [an_analysis("ja" if number % 2 else "en", sure=0.6) for number in range(120)])
    drift = await drift_of(engine)
    assert (drift.reference.messages, drift.recent.messages) == (120, 120)
    assert drift.recent.first - drift.reference.last == timedelta(days=DAYS - 13)
    assert shift(drift, Signal.LANGUAGE).mark is Mark.DRIFTED
    assert shift(drift, Signal.CATEGORY_CONFIDENCE).mark is Mark.DRIFTED
    assert shift(drift, Signal.CATEGORY).mark is Mark.STEADY
    by_day = shift(drift, Signal.LANGUAGE).by_day
    assert len(by_day) == DAYS - 13
    assert by_day[0][1] is None, "the week before the messages came has too few of them"
    assert by_day[-1] == (drift.recent.last, shift(drift, Signal.LANGUAGE).index)


async def test_messages_that_the_model_could_not_read_are_a_share_of_the_day(
    engine: Engine, analyzer: MarkAnalyzer
) -> None:
    await receive(engine)
    analyzer.state = AnalyzerState.FAILED
    await receive(engine)
    await engine.operations.catch_up()
    assert (await drift_of(engine)).days[-1].unknown == 0.5


async def test_a_ticket_that_people_corrected_counts_once_on_the_day_of_the_correction(
    engine: Engine, clock: MovableClock
) -> None:
    person = await ada(engine.database)
    ticket_id = (await receive(engine)).ticket_id
    await receive(engine)
    clock.advance(hours=1)
    for category in (Category.BILLING, Category.SHIPPING):
        await engine.desk.change(person.actor, ticket_id, TicketPatch(category=category))
    assert (await drift_of(engine)).days[-1].corrected == 0.5


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
async def test_only_administrators_are_told(engine: Engine, role: Role) -> None:
    user = await engine.people.add_user(SYSTEM, email="a@desk.example", name="A", role=role, password="long enough 123")
    with pytest.raises(NotAllowed):
        await DriftBoard(engine.database).read(user.actor)
