"""The best person with room gets the ticket."""

from dataclasses import replace

from core.assignment import choose_agent
from core.domain.entities import User
from core.domain.enums import Role
from tests.factories import bare_ticket

ADA = User(
    id=1,
    email="ada@desk.example",
    name="Ada",
    role=Role.AGENT,
    languages=("en",),
    senior=False,
    capacity=10,
    available=True,
    active=True,
    skills=frozenset(),
    queues=frozenset({"general_support"}),
)
BOB = replace(ADA, id=2, name="Bob")


def _chosen(*users: User, loads: dict[int, int] | None = None, **ticket: object) -> str | None:
    found = choose_agent(bare_ticket(**ticket), users, loads or {})
    return found.name if found else None


def test_without_anybody_nobody_is_chosen() -> None:
    assert _chosen() is None


def test_only_who_is_in_the_queue_here_and_on_tickets_is_chosen() -> None:
    assert _chosen(replace(ADA, queues=frozenset({"vip_support"}))) is None
    assert _chosen(replace(ADA, available=False)) is None
    assert _chosen(replace(ADA, active=False)) is None
    assert _chosen(replace(ADA, role=Role.EXECUTIVE)) is None
    assert _chosen(replace(ADA, role=Role.SUPERVISOR)) == "Ada"


def test_who_is_full_is_not_chosen() -> None:
    assert _chosen(ADA, loads={1: 10}) is None
    assert _chosen(ADA, loads={1: 9}) == "Ada"
    assert _chosen(replace(ADA, capacity=0)) is None


def test_the_lowest_share_of_capacity_wins_and_not_the_lowest_number() -> None:
    assert _chosen(ADA, replace(BOB, capacity=100), loads={1: 5, 2: 20}) == "Bob"


def test_equals_are_told_apart_by_their_number_so_that_the_choice_is_repeatable() -> None:
    assert _chosen(BOB, ADA) == "Ada"


def test_who_has_the_skills_wins_over_who_has_time() -> None:
    able = replace(BOB, skills=frozenset({"billing_expertise"}))
    assert _chosen(ADA, able, loads={2: 9}, skills=("billing_expertise",)) == "Bob"


def test_without_anybody_of_all_skills_the_most_skilled_is_chosen() -> None:
    half = replace(BOB, skills=frozenset({"billing_expertise"}))
    assert _chosen(ADA, half, skills=("billing_expertise", "de_escalation")) == "Bob"


def test_who_speaks_the_language_is_preferred() -> None:
    assert _chosen(ADA, replace(BOB, languages=("ja",)), loads={2: 5}, language="ja") == "Bob"
    assert _chosen(ADA, BOB, language="zh") == "Ada"


def test_a_senior_is_asked_for_where_there_is_one() -> None:
    senior = replace(BOB, senior=True)
    assert _chosen(ADA, senior, needs_senior=True, loads={2: 9}) == "Bob"
    assert _chosen(ADA, senior, needs_senior=True, loads={2: 10}) is None
    assert _chosen(ADA, replace(BOB), needs_senior=True) == "Ada"
