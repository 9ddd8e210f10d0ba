"""`python -m models.training.data_card` checks the corpus and writes its data card, with counts and agreement."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from models.labels import CATEGORIES, CATEGORY_OF, INTENTS, LANGUAGES, SENTIMENTS
from models.training.articles import KnowledgeFile, read_articles
from models.training.corpus import CHANNELS, CORPUS, CorpusError, Example, Part, part_of, parts, read_corpus

RELABELLED: Final = "relabelled.jsonl"
DOUBTED: Final = 129
FILE: Final = "DATA_CARD.md"

_CARD: Final = """# Data card: messages and knowledge bases of a support desk

{messages} messages of customers in six languages, and {articles} articles with {questions} questions. The counts below
are written by `python -m models.training.data_card`, which checks the corpus first.

## How it was written
Every message and article was thought up and written for this project, one business and its customers a file. Nothing is
copied, translated from a list, filled into a template or made by a script. A file says its `setting` and `voice` at the
top. Each newer file (number 21 and up) holds all 45 intents, five of them twice, over all six channels; files 01 to 12
and 20 are older and do not state channels.

Labels follow one guide: what does this customer want done now (intent, which decides the category), how do they feel as
written (five levels, whatever the intent), would waiting an hour do harm (urgent), do they ask for a person (human).
Sentiment was written to be independent of intent: any wish may be furious, flat or delighted.

An article file is one company's help centre of about twenty articles that are easily confused. Below each article stand
the questions that it answers, a third of them in other languages, and a few that sound close and are answered by none.

## Parts
Whole files are held out or kept for calibration (`split.json`), never single rows: what is measured is another business
with other customers.

{parts}

## Messages by language and channel
{channels}

## Messages by language and sentiment
{sentiments}

## Messages by language and category
{categories}

## Messages by intent and language
{intents}

## Knowledge bases
{bases}

## Agreement
{agreement}

## Known gaps
- Few writers a language; others write otherwise. Real messages have more noise, more copies of screens and forms.
- Messages of more than 150 words are rare, short self-service searches rarer than in life; chat is the largest channel.
- Urgent ({urgent:.0%}) and wants-a-human ({human:.0%}) are more frequent than in most queues, so that they are learned.
- Traditional Chinese is in about a quarter of the Chinese files; Cantonese appears in Hong Kong's only here and there.
- No minors' data, no real persons, no real orders: names, numbers and addresses are invented.
- Questions without an answer are mostly in the language of their base.
"""


def card(folder: Path = CORPUS) -> str:
    """The text of the card; raises CorpusError when anything in the corpus is wrong."""
    examples, bases, split = read_corpus(folder), read_articles(folder), parts(folder)
    batches = {example.batch for example in examples} | {base.batch for base in bases}
    if lost := sorted(split.keys() - batches):
        raise CorpusError(f"split.json names batches that do not exist: {', '.join(lost)}")
    questions = [question for base in bases for question in base.questions]
    return _CARD.format(
        messages=f"{len(examples):,}",
        articles=sum(len(base.articles) for base in bases),
        questions=f"{len(questions):,}",
        parts=_parts(examples, bases, split),
        channels=_cross(examples, CHANNELS, lambda one: one.channel),
        sentiments=_cross(examples, SENTIMENTS, lambda one: one.sentiment or ""),
        categories=_cross(examples, CATEGORIES, lambda one: one.category or ""),
        intents=_by_intent(examples),
        bases=_bases(bases),
        agreement=_agreement(examples, folder / RELABELLED),
        urgent=sum(bool(one.urgent) for one in examples) / len(examples),
        human=sum(bool(one.wants_human) for one in examples) / len(examples),
    )


def _parts(examples: Sequence[Example], bases: Sequence[KnowledgeFile], split: dict[str, Part]) -> str:
    rows = [["part", *LANGUAGES, "messages", "knowledge bases"]]
    for part in Part:
        own = [one for one in examples if part_of(one.batch, split) is part]
        counts = Counter(one.language for one in own)
        kept = [base.batch for base in bases if part_of(base.batch, split) is part]
        rows.append([part.value, *(str(counts[code]) for code in LANGUAGES), str(len(own)), str(len(kept))])
    return markdown(rows)


def _cross(examples: Sequence[Example], names: Iterable[str], value: Callable[[Example], str]) -> str:
    rows = [["", *LANGUAGES, "all"]]
    counts = Counter((value(one), one.language) for one in examples)
    for name in names:
        own = [counts[name, code] for code in LANGUAGES]
        rows.append([str(name), *map(str, own), str(sum(own))])
    return markdown(rows)


def _by_intent(examples: Sequence[Example]) -> str:
    return _cross(examples, INTENTS, lambda one: one.intent or "")


def _bases(bases: Sequence[KnowledgeFile]) -> str:
    rows = [["file", "articles", "answerable", "unanswerable", *(f"asked in {code}" for code in LANGUAGES)]]
    for base in bases:
        asked = Counter(question.language for question in base.questions)
        answerable = sum(question.article is not None for question in base.questions)
        counts = [
            len(base.articles),
            answerable,
            len(base.questions) - answerable,
            *(asked[code] for code in LANGUAGES),
        ]
        rows.append([base.batch, *map(str, counts)])
    return markdown(rows)


def _agreement(examples: Sequence[Example], path: Path) -> str:
    """How often a second labeller, who saw only the texts and the guide, said the same."""
    if not path.exists():
        return "No part has been labelled a second time yet."
    by_id = {example.id: example for example in examples}
    again = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    pairs = [(by_id[row["id"]], row) for row in again]
    rows = [["", "messages", "category", "intent", "sentiment", "3 levels", "urgent", "human"]]
    for code in (*LANGUAGES, "all"):
        own = [(one, row) for one, row in pairs if code in (one.language, "all")]
        if own:
            rows.append([code, str(len(own)), *(f"{share:.2f}" for share in _shares(own))])
    return (
        f"{len(pairs)} messages of files 21 and up, drawn by chance, were labelled again by labellers who saw only the "
        f"texts and the guide (`{RELABELLED}`). Share of equal labels:\n\n{markdown(rows)}\n\n"
        "They read the guide in the same way as the writers: other people will agree less. In their notes they named "
        f"{DOUBTED} of these messages as ones for which the guide allows two answers, most between neighbouring "
        "levels of sentiment."
    )


def _shares(pairs: Sequence[tuple[Example, dict[str, Any]]]) -> list[float]:
    checks: list[Callable[[Example, dict[str, Any]], bool]] = [
        lambda one, row: one.category is CATEGORY_OF[row["intent"]],
        lambda one, row: one.intent == row["intent"],
        lambda one, row: one.sentiment == row["sentiment"],
        lambda one, row: _side(str(one.sentiment)) == _side(row["sentiment"]),
        lambda one, row: one.urgent == row["urgent"],
        lambda one, row: one.wants_human == row["human"],
    ]
    return [sum(check(one, row) for one, row in pairs) / len(pairs) for check in checks]


def _side(sentiment: str) -> str:
    return sentiment.removeprefix("very_")


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """A table whose first row is its head."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]])


if __name__ == "__main__":
    (CORPUS / FILE).write_text(card(), "utf-8")
    sys.stderr.write(f"{CORPUS / FILE} is written\n")
