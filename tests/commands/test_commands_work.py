"""What the small commands print, and that it works."""

import json
from pathlib import Path

import pytest

from core.subscriptions import SUBSCRIPTIONS
from tests.commands.conftest import Cli, LoadedMarks

LABELS = {
    "id", "language", "sentiment", "sentiment_confidence", "category", "category_confidence", "intent", "urgent",
    "wants_human", "keywords",
}  # fmt: skip
ARTICLES = (
    {"id": "reset", "title": "Reset your password", "category": "account", "intents": [], "body": "Choose Forgot."},
    {"id": "refund", "title": "When refunds come", "category": "billing", "intents": [], "body": "After five days."},
)


def test_analyze_answers_each_line_in_its_place(cli: Cli, marks: LoadedMarks) -> None:
    texts = [f"Text {number} [intent=wrong_charge urgent]" if number % 2 else f"Text {number}" for number in range(300)]
    lines = [json.dumps({"id": number, "text": text}) for number, text in enumerate(texts)]
    answer = cli("analyze", stdin="\n".join([*lines, "{broken", '{"id":"last","text":"Hello"}']) + "\n")
    assert answer.code == 0
    assert [line["id"] for line in answer.lines] == [*range(300), None, "last"]
    assert "error" in answer.lines[300]
    assert all(line.keys() == LABELS for line in answer.lines if "error" not in line)
    assert [line["category"] for line in answer.lines[:4]] == ["product_info", "billing", "product_info", "billing"]
    assert answer.lines[1]["urgent"] is True


def test_articles_are_imported_changed_and_found(cli: Cli, tmp_path: Path, marks: LoadedMarks) -> None:
    path = tmp_path / "articles.jsonl"
    path.write_text("".join(json.dumps(article) + "\n" for article in ARTICLES))
    for _ in range(2):
        assert cli("kb", "import", path).code == 0
    answer = cli("kb", "search", "--limit", 1, stdin="reset your password choose forgot\n\nwhen refunds come\n")
    assert answer.code == 0
    first, nothing, second = (line["results"] for line in answer.lines)
    assert nothing == []
    assert [found["id"] for found in (*first, *second)] == ["reset", "refund"]
    assert first[0].keys() == {"id", "title", "score", "confidence"}
    assert len(cli("kb", "search", stdin="refunds\n").json["results"]) == 2


def test_a_token_is_printed_alone_for_programs(cli: Cli) -> None:
    found = cli("tokens", "add", "--role", "agent", "--json").json
    assert found.keys() == {"token"}
    assert found["token"].startswith("fl_")


def test_a_token_is_printed_with_a_warning_for_people(cli: Cli) -> None:
    answer = cli("tokens", "add", "--role", "agent", "--name", "shop")
    assert answer.out.startswith("fl_")
    assert "once" in answer.err


def test_a_database_is_checked_before_and_after_it_is_upgraded(
    cli: Cli, settings: pytest.MonkeyPatch, empty_database_url: str
) -> None:
    settings.setenv("FRONTLINE_DATABASE_URL", empty_database_url)
    before = cli("db", "check", "--json")
    assert (before.code, before.json["revision"], before.json["up_to_date"]) == (1, None, False)
    assert "db upgrade" in cli("db", "check").err
    assert cli("db", "upgrade").code == 0
    after = cli("db", "check", "--json")
    assert (after.code, after.json["up_to_date"]) == (0, True)
    assert after.json["revision"] == after.json["newest"]


def test_the_default_rules_are_right(cli: Cli) -> None:
    answer = cli("rules", "check")
    assert (answer.code, "is right" in answer.err) == (0, True)


def test_explain_prints_the_tables_that_the_engine_runs_by(cli: Cli) -> None:
    answer = cli("explain")
    assert answer.code == 0
    for entry in SUBSCRIPTIONS:
        assert any(entry.event.value in line and entry.handler in line for line in answer.out.splitlines())
    for word in ("SLA monitor", "rollups", "VIP_001", "DEFAULT_001"):
        assert word in answer.out
