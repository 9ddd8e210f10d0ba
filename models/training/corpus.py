"""The hand-written messages: one JSON object a line, one file an author's batch. Batches, never rows, are held out."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from core.domain.enums import Category, Sentiment
from models.labels import CATEGORY_OF, LANGUAGES

CORPUS: Final = Path(__file__).parent / "corpus"
SPLIT_FILE: Final = "split.json"
_FIELDS: Final = {
    "id": str,
    "text": str,
    "language": str,
    "category": str,
    "intent": str,
    "sentiment": str,
    "urgent": bool,
    "wants_human": bool,
    "thanks_only": bool,
    "batch": str,
}


class CorpusError(Exception):
    """A line of the corpus breaks the format; the text names file, line and what is wrong."""


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled message. Public sets label only some heads: what they do not say is None."""

    id: str
    text: str
    language: str
    batch: str
    intent: str | None = None
    sentiment: Sentiment | None = None
    urgent: bool | None = None
    wants_human: bool | None = None
    thanks_only: bool | None = None
    weight: float = 1.0

    @property
    def category(self) -> Category | None:
        return CATEGORY_OF[self.intent] if self.intent else None


def read_corpus(folder: Path = CORPUS) -> list[Example]:
    """All messages, in the order of files and lines; raises CorpusError on the first that is wrong."""
    examples = [example for path in sorted(folder.glob("??-*.jsonl")) for example in _read_file(path)]
    seen: dict[str, str] = {}
    for example in examples:
        key = " ".join(example.text.lower().split())
        if key in seen and len(key) > 24:
            raise CorpusError(f"{example.id} repeats the text of {seen[key]}")
        seen[key] = example.id
    if len({example.id for example in examples}) != len(examples):
        raise CorpusError("an id is used twice")
    return examples


def held_out_batches(folder: Path = CORPUS) -> frozenset[str]:
    """Batches that no training run may see."""
    return frozenset(json.loads((folder / SPLIT_FILE).read_text("utf-8"))["held_out"])


def split(examples: list[Example], held_out: frozenset[str]) -> tuple[list[Example], list[Example]]:
    """Training part and held-out part."""
    return (
        [example for example in examples if example.batch not in held_out],
        [example for example in examples if example.batch in held_out],
    )


def read_json_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each object with `file:line` for messages about it."""
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        where = f"{path.name}:{number}"
        try:
            row = json.loads(line)
        except ValueError as error:
            raise CorpusError(f"{where}: not JSON ({error})") from error
        if not isinstance(row, dict):
            raise CorpusError(f"{where}: not an object")
        yield where, row


def _read_file(path: Path) -> Iterator[Example]:
    for where, row in read_json_lines(path):
        problem = _problem(row, path.stem)
        if problem:
            raise CorpusError(f"{where}: {problem}")
        yield Example(
            id=row["id"],
            text=row["text"],
            language=row["language"],
            batch=row["batch"],
            intent=row["intent"],
            sentiment=Sentiment(row["sentiment"]),
            urgent=row["urgent"],
            wants_human=row["wants_human"],
            thanks_only=row["thanks_only"],
        )


def _problem(row: dict[str, Any], batch: str) -> str | None:
    wrong = [name for name, kind in _FIELDS.items() if type(row.get(name)) is not kind]
    if wrong or len(row) != len(_FIELDS):
        return f"fields missing, unknown or of the wrong type: {', '.join(wrong) or 'unknown ones'}"
    checks = {
        "the text is empty": not row["text"].strip(),
        f"batch is not {batch}": row["batch"] != batch,
        f"the id does not start with {batch}-": not row["id"].startswith(f"{batch}-"),
        "unknown language": row["language"] not in LANGUAGES or not batch.startswith(row["language"]),
        "unknown intent": row["intent"] not in CATEGORY_OF,
        "the category is not that of the intent": row["category"] != CATEGORY_OF.get(row["intent"]),
        "unknown sentiment": row["sentiment"] not in list(Sentiment),
        "thanks_only with another intent than thanks": row["thanks_only"] and row["intent"] != "thanks",
        "thanks_only and urgent": row["thanks_only"] and row["urgent"],
    }
    return next((problem for problem, holds in checks.items() if holds), None)
