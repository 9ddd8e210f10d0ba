"""Articles are imported all or not at all, and found without a server."""

import json
from pathlib import Path

import pytest

from tests.commands.conftest import Cli, LoadedMarks

RESET = {"id": "reset", "title": "Passwort", "category": "account", "intents": ["password_reset"]} | {
    "body": "Öffnen Sie die Anmeldeseite und wählen Sie „Passwort vergessen“. Danach kommt eine E-Mail."
}
PARCEL = {"id": 7, "title": "Parcels", "category": "shipping", "intents": [], "body": "Open the parcel page."}


def written(folder: Path, *rows: object) -> Path:
    path = folder / "articles.jsonl"
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), "utf-8")
    return path


@pytest.mark.usefixtures("marks")
def test_what_was_imported_is_found_at_once_and_an_empty_line_finds_nothing(cli: Cli, tmp_path: Path) -> None:
    assert cli("kb", "import", written(tmp_path, RESET, "", PARCEL)).code == 0
    found = cli("kb", "search", "--limit", 1, stdin="open the parcel page\n\nwo ist mein passwort?")
    first, empty, last = found.lines
    assert [result["id"] for result in first["results"]] == ["7"]
    assert set(first["results"][0]) == {"id", "title", "score", "confidence"}
    assert empty == {"results": []}
    assert len(last["results"]) == 1


@pytest.mark.usefixtures("marks")
def test_a_second_import_tells_what_changed(cli: Cli, tmp_path: Path) -> None:
    cli("kb", "import", written(tmp_path, RESET, PARCEL))
    again = cli("kb", "import", written(tmp_path, RESET, {**PARCEL, "title": "Your parcel"}))
    assert "0 new, 1 changed, 1 as they were" in again.err


def test_a_thousand_questions_are_read_together(
    cli: Cli, marks: LoadedMarks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("kb", "import", written(tmp_path, PARCEL))
    passes: list[int] = []
    analyse = marks.analyse

    async def counted(texts: list[str], *rest: object) -> object:
        passes.append(len(texts))
        return await analyse(texts)

    monkeypatch.setattr(marks, "analyse", counted)
    assert len(cli("kb", "search", stdin="where is my parcel\n" * 1000).lines) == 1000
    assert len(passes) < 10


@pytest.mark.usefixtures("marks")
@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("{", ["line", "JSON"]),
        ("[]", ["line", "object"]),
        ({**PARCEL, "title": ""}, ["title", "Give a text"]),
        ({**PARCEL, "category": "fun"}, ["category", "'fun'", "shipping"]),
        ({**PARCEL, "intents": ["dance"]}, ["intents", "'dance'"]),
        ({**PARCEL, "intents": "refund_status"}, ["intents", "list"]),
        ({**PARCEL, "language": "xx"}, ["language", "'xx'"]),
        ({**PARCEL, "title": "x" * 301}, ["title", "301"]),
        ({**RESET}, ["id", "line 1"]),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_imported(cli: Cli, tmp_path: Path, row: object, words: list[str]) -> None:
    answer = cli("kb", "import", written(tmp_path, RESET, row))
    assert (answer.code, answer.out) == (2, "")
    (told,) = answer.err.splitlines()
    for word in ["articles.jsonl:2: ", *words]:
        assert word in told
    assert cli("kb", "search", stdin="passwort\n").json == {"results": []}
