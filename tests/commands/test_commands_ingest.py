"""`ingest`: each message of files and folders is received, a duplicate or unreadable; none is lost or taken twice."""

from pathlib import Path

import pytest

from tests.commands.conftest import Answer, Cli, LoadedMarks

PUBLIC_MAIL = Path(__file__).parents[3] / "shared" / "data" / "mail"
PUBLIC_MESSAGES = 104

MAIL = "From: Kim <kim{0}@customer.example>\r\nMessage-ID: <m{0}@x.example>\r\nSubject: Mail {0}\r\n\r\nText {0}\r\n"
REPLY = "In-Reply-To: <m1@x.example>\r\n" + MAIL.format(1).replace("<m1@", "<r1@").replace("Subject: ", "Subject: Re: ")
ROW = '{{"channel":"sms","external_id":"s{0}","customer":{{"phone":"+4917000000{0}"}},"text":"Text {0}"}}\n'
HEADER = "channel,external_id,email,text\n"


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """Ten messages, and three things that are none."""
    folder = tmp_path / "inbox"
    (folder / "older").mkdir(parents=True)
    (folder / "1.eml").write_text(MAIL.format(1), newline="")
    (folder / "2-reply.eml").write_text(REPLY, newline="")
    (folder / "older" / "no ending").write_text(MAIL.format(3), newline="")
    mbox = "".join(f"From kim Thu Jan  1 00:00:00 2026\r\n{MAIL.format(number)}\r\n" for number in (4, 5))
    (folder / "box.mbox").write_text(mbox, newline="")
    (folder / "rows.jsonl").write_text(ROW.format(6) + "{broken\n" + ROW.format(7))
    (folder / "sheet.csv").write_text(HEADER + "email,c8,kim8@x.example,A\nchat,c9,kim9@x.example,B\n")
    (folder / "wide.csv").write_text(HEADER + "email,c10,kim@x.example,Hi\nfax,c11,kim@x.example,Hi\n")
    (folder / "photo.bin").write_bytes(b"\x89PNG\x00\x01\x02" * 50)
    return folder


@pytest.fixture
def on_database(settings: pytest.MonkeyPatch, database_url: str) -> None:
    settings.setenv("FRONTLINE_DATABASE_URL", database_url)


@pytest.mark.usefixtures("on_database")
def test_each_message_of_a_folder_is_received_once_however_often_it_is_read(cli: Cli, inbox: Path) -> None:
    first = cli("ingest", inbox, "--json")
    assert (first.code, _three(first)) == (0, (10, 0, 3))
    reasons = [line for line in first.err.splitlines() if ": " in line]
    assert len(reasons) == 3
    for source in ("rows.jsonl line 2", "wide.csv row 2", "photo.bin"):
        assert any(source in line for line in reasons)
    again = cli("ingest", inbox, "--json")
    assert (again.code, _three(again)) == (0, (0, 10, 3))


@pytest.mark.usefixtures("on_database")
def test_with_wait_every_message_is_analysed_and_routed(cli: Cli, inbox: Path, marks: LoadedMarks) -> None:
    answer = cli("ingest", inbox / "1.eml", inbox / "2-reply.eml", inbox / "rows.jsonl", "--wait", "--json")
    assert answer.json == {
        "received": 4, "duplicate": 0, "unreadable": 1, "analysed": 4, "routed": 3, "auto_resolved": 0
    }  # fmt: skip
    assert marks.detail == "marks, closed"


def test_without_a_model_waiting_ends_with_everything_routed(
    cli: Cli, settings: pytest.MonkeyPatch, inbox: Path, tmp_path: Path
) -> None:
    settings.setenv("FRONTLINE_MODEL_WEIGHTS", str(tmp_path / "no weights"))
    answer = cli("ingest", inbox / "box.mbox", "--wait", "--json")
    assert (answer.json["received"], answer.json["analysed"], answer.json["routed"]) == (2, 0, 2)
    assert "2 messages are not analysed" in answer.err


def test_the_summary_for_people_goes_to_standard_error(cli: Cli, inbox: Path) -> None:
    answer = cli("ingest", inbox / "1.eml")
    assert answer.out == ""
    assert answer.err.splitlines()[-1].startswith("received 1, duplicate 0, unreadable 0")


def test_what_was_ingested_can_be_explained(cli: Cli, inbox: Path, marks: LoadedMarks) -> None:
    cli("ingest", inbox / "1.eml", "--wait")
    story = cli("explain", 1001).out.splitlines()
    assert story[0].startswith("#1001 Mail 1 (")
    told = [line.split()[3] for line in story[1:]]
    assert told[:2] == ["ticket.created", "message.received"]
    assert {"message.analysed", "ticket.routed", "sla.started"} <= set(told)


@pytest.mark.skipif(not PUBLIC_MAIL.is_dir(), reason="the public mail is not beside the project")
def test_every_public_mail_comes_through(cli: Cli) -> None:
    answer = cli("ingest", PUBLIC_MAIL, "--json")
    assert sum(_three(answer)) == PUBLIC_MESSAGES
    assert _three(cli("ingest", PUBLIC_MAIL, "--json"))[0] == 0


def _three(answer: Answer) -> tuple[int, int, int]:
    found = answer.json
    return found["received"], found["duplicate"], found["unreadable"]
