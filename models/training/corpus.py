"""The hand-written messages: one text file an author's batch, one business a file. Batches, never rows, are held out.

A file begins with `language:`, `setting:` and `voice:`; then each message is a line `@ intent sentiment channel
[urgent] [human]` and, below it, what the customer wrote.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from core.domain.enums import Category, Sentiment
from models.labels import CATEGORY_OF, LANGUAGES

CORPUS: Final = Path(__file__).parent / "corpus"
SPLIT_FILE: Final = "split.json"
CHANNELS: Final = ("email", "chat", "phone", "social_media", "self_service", "sms", "unstated")
_MARKS: Final = frozenset({"urgent", "human"})
_HEADER: Final = re.compile(r"(language|setting|voice): (\S.*)")
_LONG_ENOUGH: Final = 24
"""Shorter texts ("thanks!") may be written by two customers."""


class CorpusError(Exception):
    """A line of the corpus breaks the format; the text names file, line and what is wrong."""


class Part(StrEnum):
    """What a batch is for: to learn from, to set confidences by, or to be measured on."""

    TRAINING = "training"
    CALIBRATION = "calibration"
    HELD_OUT = "held_out"


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled message. Public sets and corrections label only some heads: what they do not say is None."""

    id: str
    text: str
    language: str
    batch: str
    channel: str = "unstated"
    intent: str | None = None
    sentiment: Sentiment | None = None
    urgent: bool | None = None
    wants_human: bool | None = None
    weight: float = 1.0
    stated_category: Category | None = None
    """For rows that name a category and no intent."""

    @property
    def category(self) -> Category | None:
        return CATEGORY_OF[self.intent] if self.intent else self.stated_category


@dataclass(slots=True)
class _Draft:
    """A message whose lines are being read."""

    where: str
    words: list[str]
    lines: list[str] = field(default_factory=list)


def read_corpus(folder: Path = CORPUS) -> list[Example]:
    """All messages, in the order of files and lines; raises CorpusError on the first that is wrong."""
    examples = [example for path in sorted((folder / "messages").glob("*.txt")) for example in read_batch(path)]
    seen: dict[str, str] = {}
    for example in examples:
        key = " ".join(example.text.lower().split())
        if key in seen and len(key) > _LONG_ENOUGH:
            raise CorpusError(f"{example.id} repeats the text of {seen[key]}")
        seen[key] = example.id
    return examples


def read_batch(path: Path) -> Iterator[Example]:
    """The messages of one file; ids are the file's name and the message's number in it."""
    head, drafts = _parsed(path)
    language = head.get("language", "")
    if language not in LANGUAGES or not path.stem.startswith(f"{language}-"):
        raise CorpusError(f"{path.name}: the language must be one of the six and begin the file's name")
    if missing := {"setting", "voice"} - head.keys():
        raise CorpusError(f"{path.name}: {', '.join(sorted(missing))} is not said")
    for number, draft in enumerate(drafts, start=1):
        yield _example(draft, f"{path.stem}-{number:03}", language, path.stem)


def parts(folder: Path = CORPUS) -> dict[str, Part]:
    """The batches that are not for training, messages and articles alike."""
    stored = json.loads((folder / SPLIT_FILE).read_text("utf-8"))
    return {batch: part for part in (Part.CALIBRATION, Part.HELD_OUT) for batch in stored[part]}


def part_of(batch: str, split: dict[str, Part]) -> Part:
    return split.get(batch, Part.TRAINING)


def _parsed(path: Path) -> tuple[dict[str, str], list[_Draft]]:
    head: dict[str, str] = {}
    drafts: list[_Draft] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if line.startswith("@ "):
            drafts.append(_Draft(f"{path.name}:{number}", line[2:].split()))
        elif drafts:
            drafts[-1].lines.append(line)
        elif match := _HEADER.fullmatch(line):
            head[match[1]] = match[2]
        elif line.strip():
            raise CorpusError(f"{path.name}:{number}: only language, setting and voice come before the first message")
    return head, drafts


def _example(draft: _Draft, name: str, language: str, batch: str) -> Example:
    text = "\n".join(draft.lines).strip()
    intent, sentiment, channel, *marks = [*draft.words, "", "", ""][: max(3, len(draft.words))]
    problems = {
        "unknown intent": intent not in CATEGORY_OF,
        "unknown sentiment": sentiment not in list(Sentiment),
        "unknown channel": channel not in CHANNELS,
        "only urgent and human may follow": not _MARKS.issuperset(marks),
        "the message is empty": not text,
    }
    if problem := next((problem for problem, holds in problems.items() if holds), None):
        raise CorpusError(
            f"{draft.where}: {problem}; write `@ intent sentiment channel [urgent] [human]`, then the text"
        )
    return Example(
        id=name,
        text=text,
        language=language,
        batch=batch,
        channel=channel,
        intent=intent,
        sentiment=Sentiment(sentiment),
        urgent="urgent" in marks,
        wants_human="human" in marks,
    )
