"""Folders, e-mail files, mbox, JSON lines and CSV become messages; what can't be read is kept with its reason."""

import io
import json
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.domain.enums import Channel, CustomerTier
from core.domain.errors import NotFound
from integrations.email.thread_ids import ThreadSigner
from integrations.files.items import Format, Item, Readable, ReadContext, UnreadableItem
from integrations.files.mbox import split_mbox
from integrations.files.reader import list_files, read_path

Run = Callable[..., list[Item]]

MAIL = "From: kim@customer.example\r\nMessage-ID: <{0}@x>\r\nSubject: Mail {0}\r\n\r\nText {0}\r\n"


class FixedClock:
    def now(self) -> datetime:
        return datetime(2025, 3, 1, tzinfo=UTC)


@pytest.fixture
def run() -> Run:
    context = ReadContext("support", ThreadSigner(b"a secret of the test desk"), frozenset(), FixedClock())

    def _run(path: Path, file_format: Format | None = None) -> list[Item]:
        return list(read_path(path, file_format, context))

    return _run


def texts(items: list[Item]) -> list[str]:
    return [item.message.text for item in items if isinstance(item, Readable)]


def reasons(items: list[Item]) -> list[str]:
    return [item.reason for item in items if isinstance(item, UnreadableItem)]


def test_folder_is_read_in_order_with_everything_below(tmp_path: Path, run: Run) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "a.eml").write_text(MAIL.format(1), newline="")
    (tmp_path / "b" / "no ending").write_text(MAIL.format(2), newline="")
    (tmp_path / "c.jsonl").write_text(
        '{"channel":"sms","external_id":"1","customer":{"phone":"+441234"},"text":"Text 3"}\n'
    )
    (tmp_path / ".hidden").write_text("x")
    items = run(tmp_path)
    assert texts(items) == ["Text 1", "Text 2", "Text 3"]
    assert reasons(items) == []
    assert len(list_files(tmp_path)) == 3


def test_empty_and_foreign_files_are_unreadable_with_a_reason(tmp_path: Path, run: Run) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0" * 10)
    items = run(tmp_path)
    assert [("empty" in reason, "no e-mail" in reason) for reason in reasons(items)] == [(True, False), (False, True)]
    assert [item.raw for item in items if isinstance(item, UnreadableItem)] == [b"", b"\xff\xd8\xff\xe0" * 10]


def test_missing_path_is_told(tmp_path: Path, run: Run) -> None:
    with pytest.raises(NotFound):
        run(tmp_path / "nothing")


def test_given_format_wins_over_the_ending(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "mail.txt"
    path.write_text("just text")
    assert reasons(run(path))
    assert texts(run(path, Format.EML)) == ["just text"]


def mbox(*bodies: str) -> bytes:
    return "".join(
        f"From kim@x.example Sat Mar  1 10:00:00 2025\nFrom: kim@x.example\nMessage-ID: <{index}@x>\n\n{body}\n\n"
        for index, body in enumerate(bodies)
    ).encode()


def test_mbox_gives_each_message(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "box.mbox"
    path.write_bytes(mbox("one", "two", "three"))
    items = run(path)
    assert texts(items) == ["one", "two", "three"]
    assert items[2].source.endswith("message 3")


def test_from_at_the_beginning_of_a_line_does_not_split_prose(tmp_path: Path, run: Run) -> None:
    body = "Hello\n\nFrom Monday on it fails.\nReally.\nFrom here: no.\n>From quoted\n>>From twice"
    path = tmp_path / "box"
    path.write_bytes(mbox(body, "two"))
    items = run(path)
    assert len(items) == 2
    assert "From Monday on it fails." in texts(items)[0]
    raw = items[0].message.raw if isinstance(items[0], Readable) else b""
    assert b"\nFrom quoted\n>From twice" in raw


def test_empty_mbox_has_no_messages(tmp_path: Path, run: Run) -> None:
    (tmp_path / "box.mbox").touch()
    assert run(tmp_path / "box.mbox") == []


def test_big_mbox_is_not_held_in_memory() -> None:
    box = io.BytesIO(mbox(*["line of text\n" * 2_000] * 300))
    tracemalloc.start()
    count = sum(1 for _ in split_mbox(box))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 300
    assert peak < 2_000_000


def test_json_lines_keep_good_lines_and_tell_of_bad_ones(tmp_path: Path, run: Run) -> None:
    good = {"channel": "chat", "external_id": "1", "customer": {"handle": "kim"}, "text": "hi"}
    lines = [
        b"\xef\xbb\xbf" + json.dumps(good).encode(),
        b"",
        b"{broken",
        json.dumps({**good, "channel": "fax"}).encode(),
        b"[" * 100_000,
        b"\xff\xfe",
        b"7",
        json.dumps({**good, "external_id": "2", "text": "last"}).encode(),
    ]
    path = tmp_path / "in.jsonl"
    path.write_bytes(b"\n".join(lines))
    items = run(path)
    assert texts(items) == ["hi", "last"]
    assert len(reasons(items)) == 5
    assert any("channel" in reason for reason in reasons(items))
    assert [item.source.rpartition(" ")[2] for item in items] == ["1", "3", "4", "5", "6", "7", "8"]


CSV_ROWS = [
    "channel,external_id,email,customer.name,tier,subject,text,sent_at",
    'email,1,kim@x.example,"Cole, Kim",gold,Größe,"two\nlines",2025-02-01T10:00:00Z',
    "fax,2,kim@x.example,,,s,bad channel,",
    "",
    "email,3,lee@x.example,Lee,,s,too,many,cells",
    "email,4,lee@x.example,Lee,,s,last,",
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_csv_in_the_ways_that_spreadsheets_write_it(tmp_path: Path, run: Run, encoding: str, mark: str) -> None:
    path = tmp_path / "in.csv"
    rows = "\r\n".join(CSV_ROWS).replace(",", mark).replace(f"Cole{mark} Kim", "Cole, Kim")
    path.write_bytes(rows.encode(encoding))
    items = run(path)
    assert texts(items) == ["two\nlines", "last"]
    first = items[0]
    assert isinstance(first, Readable)
    assert (first.message.subject, first.message.customer.name) == ("Größe", "Cole, Kim")
    assert first.message.customer.tier is CustomerTier.GOLD
    assert first.message.channel is Channel.EMAIL
    assert [item.source.rpartition(" ")[2] for item in items] == ["1", "2", "4", "5"]
    bad = [item for item in items if isinstance(item, UnreadableItem)]
    assert "channel" in bad[0].reason
    assert "cells" in bad[1].reason
    assert b"bad channel" in bad[0].raw


def test_csv_with_an_unknown_column_is_unreadable_as_a_whole(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "in.csv"
    path.write_text("channel,external_id,favourite_colour\nemail,1,red\n")
    (item,) = run(path)
    assert isinstance(item, UnreadableItem)
    assert "favourite_colour" in item.reason
    assert item.raw == path.read_bytes()


@pytest.mark.parametrize("content", ["", "channel\n", '"'])
def test_csv_without_a_usable_header_is_unreadable(tmp_path: Path, run: Run, content: str) -> None:
    path = tmp_path / "in.csv"
    path.write_text(content)
    assert len(reasons(run(path))) == 1


def test_csv_row_that_breaks_quoting_is_told(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "in.csv"
    path.write_text('channel,external_id,email,text\nemail,1,kim@x.example,"open\n')
    (item,) = run(path)
    assert isinstance(item, UnreadableItem)
    assert "not CSV" in item.reason
