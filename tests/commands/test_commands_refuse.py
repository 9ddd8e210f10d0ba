"""Bad input ends a command with exit code 2 and one line that says what to do."""

import re
from pathlib import Path

import pytest

from config.loader import DEFAULT_RULES_FILE
from tests.commands.conftest import Answer, Cli


def check_refusal(answer: Answer, *words: str) -> None:
    assert (answer.code, answer.out) == (2, "")
    (line,) = answer.err.splitlines()
    assert line.startswith("frontline: ")
    for word in words:
        assert word in line


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nonsense"], "nonsense"),
        ([], "command"),
        (["serve", "--prot", "1"], "--prot"),
        (["serve", "--port", "many"], "many"),
        (["tokens", "add", "--role", "king"], "king"),
        (["kb", "search", "--limit", "0"], "above 0"),
        (["simulate", "--rate", "fast"], "fast"),
        (["ingest", "--format", "pdf", "x"], "pdf"),
    ],
)
def test_a_command_line_that_makes_no_sense_is_refused_in_one_line(cli: Cli, words: list[str], told: str) -> None:
    check_refusal(cli(*words), told, "--help")


@pytest.mark.parametrize(
    "words",
    [
        ["ingest", "nowhere"],
        ["kb", "import", "nowhere"],
        ["rules", "check", "nowhere"],
        ["users", "add", "kim@desk.example", "--password-file", "nowhere"],
    ],
)
def test_a_path_that_is_missing_is_named(cli: Cli, words: list[str]) -> None:
    check_refusal(cli(*words), "nowhere")


def test_a_file_in_the_place_of_the_data_folder_is_refused(
    cli: Cli, settings: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("a file")
    settings.setenv("FRONTLINE_DATA_DIR", str(tmp_path / "taken"))
    check_refusal(cli("db", "upgrade"), "FRONTLINE_DATA_DIR", str(tmp_path / "taken"))


def test_a_folder_below_a_file_is_refused(cli: Cli, settings: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    settings.setenv("FRONTLINE_DATA_DIR", str(tmp_path / "taken" / "data"))
    check_refusal(cli("serve"), "FRONTLINE_DATA_DIR")


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("FRONTLINE_PORT", "99999", "65535"),
        ("FRONTLINE_PORT", "http", "65535"),
        ("FRONTLINE_DATABASE_URL", "mysql://desk", "postgresql://"),
        ("FRONTLINE_DEMO", "perhaps", "true or false"),
        ("FRONTLINE_SECRET_KEY", "short", "32 characters"),
    ],
)
def test_a_wrong_setting_is_named_with_what_is_allowed(
    cli: Cli, settings: pytest.MonkeyPatch, name: str, value: str, allowed: str
) -> None:
    settings.setenv(name, value)
    check_refusal(cli("db", "check"), name, allowed)


def test_a_misspelt_setting_in_the_env_file_is_named(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("FRONTLINE_PROT=8080\n")
    check_refusal(cli("db", "check"), "FRONTLINE_PROT", "FRONTLINE_PORT")


@pytest.mark.parametrize("command", [["rules", "check"], ["db", "upgrade"], ["serve"]])
def test_every_mistake_of_a_rules_file_is_told_with_file_line_key_and_what_is_allowed(
    cli: Cli, settings: pytest.MonkeyPatch, tmp_path: Path, command: list[str]
) -> None:
    path = tmp_path / "support.yaml"
    text = DEFAULT_RULES_FILE.read_text()
    path.write_text(
        text.replace("max_reply_chars: 160", "max_reply_chars: 5").replace("warn_percent:", "warn_procent:")
    )
    settings.setenv("FRONTLINE_RULES_FILE", str(path))
    answer = cli(*command)
    assert answer.code == 2
    mistakes = answer.err.splitlines()
    shape = re.compile(rf"frontline: {re.escape(str(path))}:\d+: [a-z_.]+: ")
    assert [line for line in mistakes if not shape.match(line)] == []
    assert any("channels.sms.max_reply_chars: 5 is not allowed; give" in line for line in mistakes)
    assert any("sla.warn_procent: this key is unknown (perhaps warn_percent)" in line for line in mistakes)


@pytest.mark.parametrize(
    ("words", "password", "told"),
    [
        (["ada@desk.example"], "short", "password"),
        (["not an address"], "long enough a password", "not an address"),
        (["ada@desk.example", "--queue", "nowhere"], "long enough a password", "nowhere"),
        (["kim@desk.example"], "long enough a password", "kim@desk.example"),
    ],
)
def test_a_user_that_can_not_be_is_refused(cli: Cli, words: list[str], password: str, told: str) -> None:
    assert cli("users", "add", "kim@desk.example", stdin="long enough a password\n").code == 0
    check_refusal(cli("users", "add", *words, stdin=f"{password}\n"), told)


def test_an_unknown_ticket_is_refused(cli: Cli) -> None:
    check_refusal(cli("explain", 99_999), "99999")


def test_a_process_that_does_not_run_can_not_be_told_to_reload(cli: Cli) -> None:
    check_refusal(cli("rules", "reload", "--pid", 2**22 + 1), "--pid")


def test_a_line_of_articles_that_is_wrong_changes_nothing(cli: Cli, tmp_path: Path, marks: object) -> None:
    path = tmp_path / "articles.jsonl"
    path.write_text('{"id":"a","title":"A","category":"billing","body":"Text"}\n{"id":"b","title":"B"}\n')
    check_refusal(cli("kb", "import", path), f"{path}:2", "category")
    assert cli("kb", "search", stdin="Text\n").json == {"results": []}


def test_a_database_that_does_not_answer_is_told_in_one_line(cli: Cli, settings: pytest.MonkeyPatch) -> None:
    settings.setenv("FRONTLINE_DATABASE_URL", "postgresql://desk@127.0.0.1:1/desk")
    check_refusal(cli("db", "check"), "can't be reached")
