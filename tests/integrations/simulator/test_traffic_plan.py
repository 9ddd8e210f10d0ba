"""What the simulator means to send: at the asked rate, from believable senders, the same for the same seed."""

import re
from dataclasses import replace
from itertools import pairwise
from random import Random
from statistics import mean

import pytest

from core.demo.content import load_customers, load_traffic
from core.domain.enums import Channel, Language
from integrations.simulator.names import invented_name, signed_name
from integrations.simulator.traffic import Conversation, plan_traffic

ROWS, CUSTOMERS = load_traffic(), load_customers()
KNOWN = {point for one in CUSTOMERS for point in (*one.emails, *one.phones, *one.handles)}
FICTIONAL = re.compile(r"\+1\d{3}55501\d{2}|\+447700900\d{3}|\+3363998\d{4}|\+493023125\d{3}")


def planned(
    *, rate: float = 20.0, seconds: float = 120.0, seed: int | None = 7, run: str = "cafe"
) -> list[Conversation]:
    return plan_traffic(ROWS, CUSTOMERS, rate=rate, seconds=seconds, seed=seed, run=run)


def point_of(conversation: Conversation) -> str:
    (point,) = (conversation.sender[field] for field in ("email", "phone", "handle") if field in conversation.sender)
    return point


def test_messages_come_at_about_the_asked_rate_and_within_the_time() -> None:
    plan = planned(rate=20, seconds=600)
    due = [one.at + message.after for one in plan for message in one.messages]
    assert max(due) < 600
    assert len(due) == pytest.approx(20 * 600, rel=0.05)


def test_arrivals_are_a_poisson_process() -> None:
    opened = [one.at for one in planned(rate=50, seconds=600)]
    gaps = [later - earlier for earlier, later in pairwise(opened)]
    average = mean(gaps)
    variance = mean((gap - average) ** 2 for gap in gaps)
    # Of an exponential distribution the standard deviation is the mean.
    assert variance**0.5 == pytest.approx(average, rel=0.05)


def test_every_row_comes_before_one_comes_again() -> None:
    plan = planned(rate=50, seconds=60)
    texts = [one.messages[0].text for one in plan[: len(ROWS)]]
    assert sorted(texts) == sorted(row.text for row in ROWS)


def test_external_ids_are_unique_also_between_runs() -> None:
    ids = [message.external_id for run in ("a1", "b2") for one in planned(run=run) for message in one.messages]
    assert len(set(ids)) == len(ids)


def test_the_same_seed_sends_the_same_messages_at_the_same_moments() -> None:
    def told(plan: list[Conversation]) -> list[tuple[float, list[tuple[str, float]]]]:
        return [(one.at, [(message.text, message.after) for message in one.messages]) for one in plan]

    assert told(planned(run="a1")) == told(planned(run="b2"))
    assert told(planned(seed=7)) != told(planned(seed=8))


def test_known_customers_write_from_their_own_contact_points_and_new_ones_from_free_ones() -> None:
    by_text = {row.text: row for row in ROWS}
    for one in planned(rate=50, seconds=30):
        row, point = by_text[one.messages[0].text], point_of(one)
        assert (point in KNOWN) == row.is_known_customer
        if row.customer:
            customer = next(each for each in CUSTOMERS if each.key == row.customer)
            assert point in (*customer.emails, *customer.phones, *customer.handles)
            assert one.sender["name"] == customer.name
        if not row.is_known_customer and "email" in one.sender:
            assert point.isascii()
            assert point.rpartition("@")[2] in ("example.com", "example.net", "example.org")
        if not row.is_known_customer and "phone" in one.sender:
            assert FICTIONAL.fullmatch(point)


def test_new_customers_are_new_in_each_run() -> None:
    first, second = ({point_of(one) for one in planned(run=run, seconds=20) if "email" in one.sender} for run in "ab")
    assert first & second <= KNOWN


def test_the_channel_decides_the_kind_of_contact_point() -> None:
    field_of = {Channel.SMS: "phone", Channel.PHONE: "phone", Channel.SOCIAL_MEDIA: "handle"}
    plan = planned()
    assert {one.channel for one in plan} == set(Channel)
    assert all(field_of.get(one.channel, "email") in one.sender for one in plan)


def test_further_messages_follow_in_order_after_a_pause() -> None:
    talks = [one for one in planned(rate=50, seconds=60) if len(one.messages) > 1]
    assert talks
    for one in talks:
        pauses = [later.after - earlier.after for earlier, later in pairwise(one.messages)]
        assert min(pauses) >= 4


def test_a_row_without_further_messages_is_one_message() -> None:
    rows = [replace(ROWS[0], follow_up=())]
    plan = plan_traffic(rows, CUSTOMERS, rate=5, seconds=10, seed=1, run="a")
    assert {len(one.messages) for one in plan} == {1}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The lock jams.\n\nRegards,\nImogen Halloway", "Imogen Halloway"),
        ("A quote, please.\n\nKind regards,\nJoanna Prideaux\nSchool business manager", "Joanna Prideaux"),
        ("Bitte um Rückruf.\nIngeborg Tesch-Radtke", "Ingeborg Tesch-Radtke"),
        ("Un saludo,\nMaría del Mar Perdigones", "María del Mar Perdigones"),
        ("鍵が開きません。\n\n早乙女", "早乙女"),
        ("The lock jams. Please help.", None),
        ("The lock jams.\nPlease help me.", None),
    ],
)
def test_a_signed_letter_tells_its_writer(text: str, name: str | None) -> None:
    assert signed_name(text) == name


@pytest.mark.parametrize("language", list(Language))
def test_an_invented_name_has_two_parts(language: Language) -> None:
    name = invented_name(language, Random(1))
    assert len(name) >= 2
    assert (" " in name) == (language not in (Language.JA, Language.ZH))
