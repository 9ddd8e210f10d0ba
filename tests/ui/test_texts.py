"""Every member of every vocabulary has a name, and every language has every text."""

from enum import StrEnum
from string import Formatter

import pytest
import yaml

from core.domain import enums
from core.domain.enums import Language
from ui.texts import CATALOGUE, say, speaking, texts
from ui.tickets.queue_views import QUEUE_VIEWS

NAMED: dict[str, type[StrEnum]] = {
    "priority": enums.Priority,
    "status": enums.TicketStatus,
    "channel": enums.Channel,
    "sentiment": enums.Sentiment,
    "category": enums.Category,
    "tier": enums.CustomerTier,
    "role": enums.Role,
    "clock": enums.ClockState,
    "delivery": enums.DeliveryState,
    "automatic": enums.AutomaticKind,
    "contact": enums.ContactKind,
    "language": enums.Language,
}


@pytest.mark.parametrize("kind", NAMED)
def test_each_member_has_a_name(kind: str) -> None:
    assert [member for member in NAMED[kind] if f"{kind}.{member}" not in texts(Language.EN)] == []


def test_each_view_has_a_name() -> None:
    assert [view for view in QUEUE_VIEWS if f"view.{view}" not in texts(Language.EN)] == []


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", [one for one in Language if one is not Language.EN])
@pytest.mark.parametrize("area", sorted(path.stem for path in (CATALOGUE / "en").glob("*.yaml")))
def test_a_language_has_every_text_with_the_same_values(language: Language, area: str) -> None:
    english, own = (yaml.safe_load((CATALOGUE / name / f"{area}.yaml").read_text("utf-8")) for name in ("en", language))
    assert own.keys() == english.keys()
    assert {key for key in own if _fields(own[key]) != _fields(english[key])} == set()


def test_a_text_is_in_the_language_of_who_reads() -> None:
    with speaking(Language.DE):
        assert say("priority.high") == "Hoch"
    assert say("priority.high") == "High"


def test_no_key_stands_in_two_areas() -> None:
    keys = [key for path in (CATALOGUE / "en").glob("*.yaml") for key in yaml.safe_load(path.read_text("utf-8"))]
    assert sorted(keys) == sorted(set(keys))
