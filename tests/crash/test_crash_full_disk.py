"""The disk fills up under the desk: messages are refused, not half kept, and after room was made everything goes on."""

import base64
import contextlib
import os
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from core.domain.clock import SystemClock
from core.storage.database import Database
from core.subscriptions import Plan
from tests.crash.conftest import DeskMaker, new_token
from tests.crash.desks import Desk
from tests.crash.evidence import check_folder, check_receipts, check_replies, check_tickets, rows, settled
from tests.crash.waiting import eventually
from tests.crash.writers import Writer, writers
from tests.databases import migrated
from tests.marks import only_on_postgresql

pytestmark = pytest.mark.crash
DISK_MB = 12


@dataclass
class Disk:
    folder: Path
    fill: Callable[[Desk], None]
    make_room: Callable[[Desk], None]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Disk]:
    """A file system of its own, where this user may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "frontline-test", str(folder)]
    mounted = subprocess.run(command, check=False, capture_output=True)
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.decode().strip()}")
    try:
        yield Disk(folder, lambda _: _fill(folder / "ballast"), lambda _: (folder / "ballast").unlink())
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def limited_files(tmp_path: Path) -> Disk:
    """The next best thing anywhere: the files of the desk may not grow."""
    return Disk(tmp_path, lambda desk: desk.limit_files(1), lambda desk: desk.limit_files(-1))


@pytest.fixture(params=["small_disk", "limited_files"])
def disk(request: pytest.FixtureRequest) -> Disk:
    found: Disk = request.getfixturevalue(request.param)
    return found


@pytest.fixture
async def records_on_disk(disk: Disk) -> AsyncIterator[Database]:
    """An SQLite database in the data folder, as by default."""
    (disk.folder / "data").mkdir()
    url = f"sqlite+aiosqlite:///{disk.folder / 'data' / 'frontline.db'}"
    migrated(url)
    database = Database(url, SystemClock(), Plan())
    yield database
    await database.close()


async def test_a_full_disk_refuses_messages_and_keeps_none_by_half(
    disk: Disk, records_on_disk: Database, make_desk: DeskMaker
) -> None:
    records = records_on_disk
    desk = make_desk(records.url, disk.folder / "data")
    writer = await _begin(desk, records)

    disk.fill(desk)
    async with desk.client(writer.token) as client:
        _check_refusal(await client.post("/api/v1/messages", json=_message("file", file=_noise(300_000))))
        _check_refusal(await _fill_with_messages(client, writer))
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/api/v1/tickets")).status_code == 200

        disk.make_room(desk)
        for external_id in list(writer.sent):
            await writer.deliver(client, external_id)
        assert await _receipt_given(client, writer, _message("file", file=_noise(300_000))) is None
    await settled(records)
    await check_receipts(records, [writer])
    await check_tickets(records)
    await check_replies(records)
    await check_folder(records, [desk])
    assert "Traceback" not in desk.log
    assert list(disk.folder.glob("data/blobs/**/*.part")) == []
    assert desk.end() == 0
    with closing(sqlite3.connect(disk.folder / "data" / "frontline.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []


@only_on_postgresql
async def test_a_full_disk_for_files_refuses_attachments_and_delivers_later(
    database_url: str, records: Database, disk: Disk, make_desk: DeskMaker
) -> None:
    desk = make_desk(database_url, disk.folder / "data")
    writer = await _begin(desk, records)
    disk.fill(desk)
    async with desk.client(writer.token) as client:
        _check_refusal(await client.post("/api/v1/messages", json=_message("file", file=_noise(300_000))))
        assert await _receipt_given(client, writer, _message("text", file=None)) is None

        async def could_not_deliver() -> bool:
            return bool(await rows(records, "SELECT id FROM delivery_attempts WHERE outcome = 'failed'"))

        await eventually(could_not_deliver, 20)
        disk.make_room(desk)
        assert await _receipt_given(client, writer, _message("file", file=_noise(300_000))) is None
    await settled(records)
    await check_receipts(records, [writer])
    await check_replies(records)
    await check_folder(records, [desk])


async def _begin(desk: Desk, records: Database) -> Writer:
    """A desk that serves, and a writer whose first messages it has taken."""
    desk.start()
    (writer,) = writers(1, desk, await new_token(records), seed=9)
    async with desk.client(writer.token) as client:
        for _ in range(10):
            await writer.deliver(client, writer.new())
    return writer


async def _receipt_given(client: httpx.AsyncClient, writer: Writer, message: dict[str, Any]) -> httpx.Response | None:
    """None once the writer keeps the receipt, else the answer that refused it."""
    external_id = message["external_id"]
    writer.sent[external_id] = message
    answer = await client.post("/api/v1/messages", json=message)
    if answer.status_code != 202:
        return answer
    writer.keep(external_id, answer.json())
    return None


async def _fill_with_messages(client: httpx.AsyncClient, writer: Writer) -> httpx.Response:
    """What the database has allotted before still takes some; the first refusal is the answer."""
    for number in range(300):
        refused = await _receipt_given(client, writer, _message(f"filling-{number}", file=None, text=_noise(15_000)))
        if refused is not None:
            return refused
    raise AssertionError("a full disk takes everything")


def _check_refusal(answer: httpx.Response) -> None:
    assert answer.status_code == 507, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.json()["code"] == "storage_full"


def _message(external_id: str, *, file: str | None, text: str = "Hello") -> dict[str, Any]:
    customer = {"email": f"{external_id}@customer.example"}
    message = {"channel": "email", "external_id": external_id, "customer": customer, "text": text}
    attachment = {"filename": "a.bin", "content_type": "application/octet-stream", "content": file}
    return message | ({"attachments": [attachment]} if file else {})


def _noise(length: int) -> str:
    """Text that is no text twice, so that no two files are the same; its length is a multiple of four."""
    return base64.b64encode(os.urandom(length * 3 // 4)).decode()


def _fill(path: Path) -> None:
    """Take all that is left, to the last byte."""
    with path.open("wb", buffering=0) as ballast:
        for size in (1 << 20, 4096, 1):
            with contextlib.suppress(OSError):
                while True:
                    ballast.write(bytes(size))
