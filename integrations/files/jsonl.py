"""JSON lines: one payload of `POST /api/v1/messages` a line."""

import json
from collections.abc import Iterator
from pathlib import Path

from core.domain.errors import InvalidInput
from integrations.files.items import Item, Readable, ReadContext, UnreadableItem
from integrations.payload import parse_message_payload

RAW_TYPE = "application/json"


def read_jsonl(path: Path, context: ReadContext) -> Iterator[Item]:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            raw = line.removeprefix(b"\xef\xbb\xbf").strip() if number == 1 else line.strip()
            if raw:
                yield _item(f"{path} line {number}", raw, context)


def _item(source: str, raw: bytes, context: ReadContext) -> Item:
    try:
        data = json.loads(raw)
        return Readable(source, parse_message_payload(data, raw, now=context.clock.now()))
    except InvalidInput as error:
        return UnreadableItem(source, raw, RAW_TYPE, str(error))
    except (ValueError, RecursionError) as error:
        return UnreadableItem(source, raw, RAW_TYPE, f"This line is not JSON: {str(error)[:200]}.")
