"""A wrong row of the demonstration files is named, with its line and its field."""

import re

import pytest

from core.demo import content as demo
from core.demo import rows
from core.domain.errors import ConfigurationError


def test_every_bad_row_is_named_with_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    good = '{"key": "a", "name": "A", "tier": "gold", "language": "en", "emails": ["a@example.com"], "phones": []'
    lines = [good + ', "handles": [], "annual_value_usd": 5}', good.replace("gold", "golden") + "}", "{", "[]"]
    monkeypatch.setattr(rows, "_packaged", lambda file: "\n".join(lines))
    with pytest.raises(ConfigurationError) as caught:
        demo.load_customers()
    problems = caught.value.problems
    assert [problem.split(": ")[0] for problem in problems] == [f"customers.jsonl:{number}" for number in (2, 3, 4)]
    assert "tier: is 'golden'. Allowed are enterprise, platinum, gold, standard." in problems[0]


def test_an_intent_under_the_wrong_category_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    text = rows._packaged("conversations.jsonl").splitlines()[0]
    wrong = text.replace('"category": "technical"', '"category": "billing"')
    monkeypatch.setattr(rows, "_packaged", lambda file: wrong)
    with pytest.raises(ConfigurationError, match="not_working belongs to technical"):
        demo.load_conversations()


def test_a_message_older_than_its_ticket_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    text = rows._packaged("conversations.jsonl").splitlines()[0]
    younger = re.sub(r'"minutes_ago": \d+', '"minutes_ago": 1', text, count=1)
    monkeypatch.setattr(rows, "_packaged", lambda file: younger)
    with pytest.raises(ConfigurationError, match="must start at minutes_ago"):
        demo.load_conversations()
