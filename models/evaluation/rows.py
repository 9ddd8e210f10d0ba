"""Labelled messages from files: batches of the corpus (.txt), or JSON lines."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.domain.enums import Category, Sentiment
from models.labels import CATEGORY_OF, LANGUAGES
from models.training.corpus import CHANNELS, CorpusError, Example, read_batch


def read_rows(path: Path) -> list[Example]:
    """Raises CorpusError, which names the line, on the first that is wrong.

    A JSON line is {"text", "language"?, "intent"?, "category"?, "sentiment"?, "urgent"?, "wants_human"?, "channel"?,
    "id"?}; what it does not say is not measured.
    """
    if path.suffix == ".txt":
        return list(read_batch(path))
    return list(_json_lines(path))


def _json_lines(path: Path) -> Iterator[Example]:
    for number, line in enumerate(path.read_text("utf-8-sig").splitlines(), start=1):
        if line.strip():
            where = f"{path.name}:{number}"
            try:
                row = json.loads(line)
            except ValueError as error:
                raise CorpusError(f"{where}: not JSON ({error})") from error
            if problem := _problem(row):
                raise CorpusError(f"{where}: {problem}")
            yield _example(row, f"{path.stem}-{number}", path.stem)


def _example(row: dict[str, Any], name: str, batch: str) -> Example:
    sentiment, category = row.get("sentiment"), row.get("category")
    return Example(
        id=str(row.get("id", name)),
        text=row["text"],
        language=row.get("language") or "",
        batch=batch,
        channel=row.get("channel") or "unstated",
        intent=row.get("intent"),
        sentiment=Sentiment(sentiment) if sentiment else None,
        urgent=row.get("urgent"),
        wants_human=row.get("wants_human"),
        stated_category=Category(category) if category else None,
    )


def _problem(row: object) -> str | None:
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        return 'not an object with a "text"'
    allowed: dict[str, tuple[object, ...]] = {
        "language": (*LANGUAGES, "", None),
        "intent": (*CATEGORY_OF, None),
        "category": (*Category, None),
        "sentiment": (*Sentiment, None),
        "urgent": (True, False, None),
        "wants_human": (True, False, None),
        "channel": (*CHANNELS, "", None),
    }
    return next(
        (f"{name} is {row[name]!r}; give one of {', '.join(str(value) for value in values if value)}"
         for name, values in allowed.items() if name in row and row[name] not in values),
        None,
    )  # fmt: skip
