"""`evaluate` over labelled messages: figures for programs, a table for people, a plot, and plain refusals."""

import json
from pathlib import Path

import pytest

from tests.commands.conftest import Cli, LoadedMarks

LANGUAGES = ("en", "es", "fr", "de", "ja", "zh")


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """Two messages in each language; of the second the model misses the intent."""
    path = tmp_path / "rows.jsonl"
    lines = [
        {
            "text": f"One {number} [language={language} intent={said} mood=neutral]", "language": language,
            "intent": "wrong_charge", "sentiment": "neutral", "urgent": False, "wants_human": False,
            "channel": "email" if number else "chat",
        }
        for language in LANGUAGES
        for number, said in enumerate(("wrong_charge", "track_order"))
    ]  # fmt: skip
    path.write_text("\n".join(map(json.dumps, lines)))
    return path


def test_figures_are_told_for_all_and_by_language_and_channel(cli: Cli, rows: Path, marks: LoadedMarks) -> None:
    answer = cli("evaluate", rows, "--json")
    assert answer.code == 0
    told = answer.json
    assert told["all"]["messages"] == 12
    assert told["all"]["category"]["accuracy"] == 0.5
    assert told["all"]["language"]["accuracy"] == 1.0
    assert set(told["languages"]) == set(LANGUAGES)
    assert told["channels"]["chat"]["intent"]["accuracy"] == 1.0
    assert len(told["all"]["category"]["confusion"]) == 9


def test_the_table_is_whole_in_eighty_columns(
    cli: Cli, rows: Path, marks: LoadedMarks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    answer = cli("evaluate", rows)
    assert answer.code == 0
    lines = answer.out.splitlines()
    assert max(map(len, lines)) <= 80
    assert "…" not in answer.out
    head = next(line for line in lines if "target" in line)
    assert head.split() == ["target", *sorted(LANGUAGES), "all"]
    category = next(line for line in lines if line.split()[:1] == ["category"])
    assert category.split() == ["category", "≥0.88", *["!0.500"] * 7]
    language = next(line for line in lines if line.split()[:1] == ["language"])
    assert language.split() == ["language", "≥0.99", *["1.000"] * 7]
    assert any(line.split() == ["target", "chat", "email"] for line in lines)


def test_a_plot_is_written_that_needs_nothing_else(cli: Cli, rows: Path, tmp_path: Path, marks: LoadedMarks) -> None:
    path = tmp_path / "plot.html"
    assert cli("evaluate", rows, "--json", "--plot", path).code == 0
    page = path.read_text("utf-8")
    assert "ECE" in page
    assert "Plotly.newPlot" in page


def test_rows_that_leave_out_labels_are_told_by_json_only(cli: Cli, tmp_path: Path, marks: LoadedMarks) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps({"text": "Hello", "category": "product_info"}))
    assert "--json" in cli("evaluate", path).out
    assert cli("evaluate", path, "--json").json["all"]["category"]["accuracy"] == 1.0


@pytest.mark.parametrize(
    ("written", "reason"),
    [("{", "rows.jsonl:1"), ('{"text": "x", "category": "cars"}', "category"), ("", "no messages")],
)
def test_files_that_cannot_be_used_are_refused_with_the_reason(
    cli: Cli, tmp_path: Path, written: str, reason: str
) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(written)
    answer = cli("evaluate", path)
    assert answer.code != 0
    assert reason in answer.err


def test_a_file_that_is_not_there_is_refused(cli: Cli, tmp_path: Path) -> None:
    answer = cli("evaluate", tmp_path / "gone.jsonl")
    assert answer.code != 0
    assert "gone.jsonl" in answer.err
