"""CSV: a header row, then one message a row."""

import codecs
import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.domain.errors import InvalidInput
from integrations.email.charset import guess_codec
from integrations.files.items import Item, Readable, ReadContext, UnreadableItem
from integrations.payload import MAX_TEXT_CHARS, parse_message_payload

RAW_TYPE = "text/csv"
_CUSTOMER_COLUMNS = ("email", "phone", "handle", "name", "tier", "language")
_MESSAGE_COLUMNS = ("channel", "external_id", "subject", "text", "html", "ticket_id", "in_reply_to", "sent_at")
_COLUMNS = {name: (name,) for name in _MESSAGE_COLUMNS} | {
    column: ("customer", name) for name in _CUSTOMER_COLUMNS for column in (name, f"customer.{name}")
}
_DELIMITERS = ",;\t|"
_SAMPLE_BYTES = 65_536


def read_csv(path: Path, context: ReadContext) -> Iterator[Item]:
    """Rows that fail become UnreadableItem with their number; a header that fails makes the whole file one."""
    csv.field_size_limit(2 * MAX_TEXT_CHARS)
    rows = _Rows(path)
    try:
        columns = _columns(rows.header())
    except InvalidInput as error:
        yield UnreadableItem(str(path), path.read_bytes(), RAW_TYPE, str(error))
        return
    for number, cells, raw in rows:
        source = f"{path} row {number}"
        if isinstance(cells, csv.Error):
            yield UnreadableItem(source, raw, RAW_TYPE, f"This row is not CSV: {cells}.")
        elif any(cell.strip() for cell in cells):
            yield _item(source, columns, cells, raw, context)


def _item(source: str, columns: list[tuple[str, ...]], cells: list[str], raw: bytes, context: ReadContext) -> Item:
    try:
        if len(cells) > len(columns):
            raise InvalidInput(
                "row", f"it has {len(cells)} cells for {len(columns)} columns", "Quote cells with commas"
            )
        data = _payload(columns, cells)
        original = json.dumps(data, ensure_ascii=False).encode("utf-8", "replace")
        return Readable(source, parse_message_payload(data, original, now=context.clock.now()))
    except InvalidInput as error:
        return UnreadableItem(source, raw, RAW_TYPE, str(error))


def _payload(columns: list[tuple[str, ...]], cells: list[str]) -> dict[str, Any]:
    data: dict[str, Any] = {"customer": {}}
    for column, cell in zip(columns, cells, strict=False):
        if not cell.strip():
            continue
        if column == ("ticket_id",):
            data["ticket_id"] = int(cell) if cell.strip().isdecimal() and len(cell) < 19 else cell
        elif len(column) == 2:
            data["customer"][column[1]] = cell
        else:
            data[column[0]] = cell
    return data


def _columns(header: list[str]) -> list[tuple[str, ...]]:
    names = [name.strip().lower() for name in header]
    unknown = [name for name in names if name not in _COLUMNS]
    if unknown:
        raise InvalidInput("header", f"the column {unknown[0][:60]!r} is unknown", f"Allowed are {', '.join(_COLUMNS)}")
    missing = {"channel", "external_id"} - set(names)
    if missing:
        raise InvalidInput("header", f"the column {min(missing)!r} is missing")
    return [_COLUMNS[name] for name in names]


class _Rows:
    """Cells of each row beside the bytes it came from; the delimiter and the encoding are found out first."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._encoding = _encoding(path)
        self._taken: list[str] = []
        self._reader = csv.reader(self._lines(), delimiter=_delimiter(path, self._encoding), strict=True)
        self._number = 0

    def header(self) -> list[str]:
        try:
            cells = next(self._reader, None)
        except csv.Error as error:
            raise InvalidInput("header", f"it is not CSV ({error})") from error
        if not cells:
            raise InvalidInput(
                "header", "the file has no header row", f"Begin with {', '.join(_MESSAGE_COLUMNS[:2])}, …"
            )
        self._taken.clear()
        return cells

    def __iter__(self) -> Iterator[tuple[int, list[str] | csv.Error, bytes]]:
        while True:
            self._number += 1
            try:
                cells: list[str] | csv.Error = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                cells = error
            raw = "".join(self._taken).encode("utf-8", "replace")
            self._taken.clear()
            yield self._number, cells, raw

    def _lines(self) -> Iterator[str]:
        with self._path.open(encoding=self._encoding, errors="replace", newline="") as file:
            for line in file:
                self._taken.append(line)
                # The csv module can't hold NUL, and no text needs it.
                yield line.replace("\x00", "")


def _encoding(path: Path) -> str:
    """UTF-8 when the whole file is, UTF-16 by its mark, else a guess from the first bytes."""
    with path.open("rb") as file:
        start = file.read(_SAMPLE_BYTES)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        decoder = codecs.getincrementaldecoder("utf-8")()
        piece = start
        try:
            while piece:
                decoder.decode(piece)
                piece = file.read(1 << 20)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return guess_codec(start)
    return "utf-8-sig"


def _delimiter(path: Path, encoding: str) -> str:
    """The mark that parts the most known column names in the first line."""
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        first = file.readline(20_000)
    return max(
        _DELIMITERS, key=lambda mark: sum(name.strip(' "\r\n').lower() in _COLUMNS for name in first.split(mark))
    )
