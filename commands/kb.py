"""`kb import` and `kb search`: the knowledge base from the command line."""

import asyncio
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from commands.composition import build_analyzer, prepared, read_settings
from commands.console import emit, refuse, say
from core.articles import ArticleText, Saved, check_article
from core.bootstrap import Engine
from core.domain.access import SYSTEM
from core.domain.analysis import ArticleMatch
from core.domain.enums import Category, Language
from core.domain.errors import InvalidInput
from core.domain.intents import CATEGORY_OF_INTENT
from core.domain.ports import AnalyzerState
from models.language import LanguageDetector

TOGETHER = 256
"""Questions of a file that are read by the model and compared together."""
_CHUNK_BYTES = 65_536
_SHAPE = 'Give {"id","title","category","intents","body"}'

Step = Callable[[int], None]


def import_articles(path: Path) -> None:
    """All lines are read and checked before the first is written, and written together: a bad file changes nothing."""
    if not path.is_file():
        refuse(f"{path}: there is no such file")
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        refuse(f"{path}: is not text in UTF-8 ({error.reason} at byte {error.start}). Save it as UTF-8")
    with _progress() as bar:
        reading = bar.add_task("reading", total=len(lines))
        texts = list(_read(path, lines, lambda done: bar.update(reading, completed=done)))
        saved = asyncio.run(_import(texts, bar))
    say(
        f"{len(texts)} articles are in the knowledge base: {saved.new} new, {saved.changed} changed, "
        f"{len(texts) - saved.new - saved.changed} as they were"
    )


def search(limit: int) -> None:
    asyncio.run(_search(limit))


async def _import(texts: Sequence[ArticleText], bar: Progress) -> Saved:
    settings = read_settings()
    analyzer = build_analyzer(settings)
    async with prepared(settings, analyzer) as engine:
        analyzer.start()
        try:
            writing = bar.add_task("writing", total=len(texts))
            written = await engine.articles.save_many(SYSTEM, texts, lambda done: bar.update(writing, completed=done))
            if await analyzer.settled() is AnalyzerState.READY:
                embedding = bar.add_task("embedding", total=None)
                await engine.knowledge.refresh(lambda done, of: bar.update(embedding, completed=done, total=of))
            else:
                say(f"The articles will be found once the model works: {analyzer.detail}")
        finally:
            analyzer.close()
    return written


async def _search(limit: int) -> None:
    settings = read_settings()
    analyzer = build_analyzer(settings)
    async with prepared(settings, analyzer) as engine:
        analyzer.start()
        try:
            if await analyzer.settled() is AnalyzerState.FAILED:
                refuse(analyzer.detail)
            await engine.knowledge.refresh()
            names = await _names(engine)
            for lines in _lines(sys.stdin.buffer):
                for matches in await engine.knowledge.ask_many(lines, limit=limit):
                    emit({"results": [_result(names, match) for match in matches]})
        finally:
            analyzer.close()


def _lines(source: Any) -> Iterator[list[str]]:
    """All lines that are there at a time, at most TOGETHER: one from somebody who types, many of a file."""
    rest = b""
    while chunk := source.read1(_CHUNK_BYTES):
        *whole, rest = (rest + chunk).split(b"\n")
        for start in range(0, len(whole), TOGETHER):
            yield [_text(line) for line in whole[start : start + TOGETHER]]
    if rest:
        yield [_text(rest)]


def _text(line: bytes) -> str:
    return line.decode("utf-8", "replace").strip("\ufeff \t\r\n")


def _result(names: dict[int, str], match: ArticleMatch) -> dict[str, Any]:
    return {
        "id": names[match.article_id],
        "title": match.title,
        "score": match.score,
        "confidence": match.confidence,
    }


async def _names(engine: Engine) -> dict[int, str]:
    async with engine.database.read() as tx:
        return await tx.articles.external_ids()


def _read(path: Path, lines: Sequence[str], step: Step) -> Iterator[ArticleText]:
    detector = LanguageDetector()
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                text = _article(_row(line), detector)
                if text.external_id in seen:
                    raise InvalidInput(
                        "id", f"{text.external_id!r} stands on line {seen[text.external_id]} too", "Give each its own"
                    )
                seen[text.external_id] = number
                yield text
            except InvalidInput as error:
                refuse(f"{path}:{number}: {error}")
        step(number)


def _row(line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise InvalidInput("line", f"is no JSON ({error})", _SHAPE) from None
    if not isinstance(row, dict):
        raise InvalidInput("line", "is no JSON object", _SHAPE)
    return row


def _article(row: dict[str, Any], detector: LanguageDetector) -> ArticleText:
    """Raises InvalidInput, which names the field as the file calls it."""
    for name in ("id", "title", "category", "body"):
        if isinstance(row.get(name), bool) or not isinstance(row.get(name), str | int) or not str(row[name]).strip():
            raise InvalidInput(name, "is missing or no text", "Give a text")
    intents, questions = _texts(row, "intents"), _texts(row, "questions")
    for intent in intents:
        if intent not in CATEGORY_OF_INTENT:
            raise InvalidInput("intents", f"{intent!r} is not known", f"Give of {', '.join(CATEGORY_OF_INTENT)}")
    if row["category"] not in set(Category):
        raise InvalidInput("category", f"{row['category']!r} is not known", f"Give one of {', '.join(Category)}")
    language = row.get("language")
    if language is not None and language not in set(Language):
        raise InvalidInput(
            "language", f"{language!r} is not known", f"Give one of {', '.join(Language)}, or leave it to be detected"
        )
    title, body = str(row["title"]), str(row["body"])
    text = ArticleText(
        external_id=str(row["id"]),
        title=title,
        category=Category(row["category"]),
        body=body,
        intents=intents,
        language=language or detector.detect(f"{title}\n{body}")[0],
        questions=questions,
    )
    try:
        check_article(text)
    except InvalidInput as error:
        field = "id" if error.field == "external_id" else error.field
        raise InvalidInput(field, error.problem, error.remedy) from None
    return text


def _texts(row: dict[str, Any], name: str) -> tuple[str, ...]:
    given = row.get(name) or []
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise InvalidInput(name, "is no list of texts", 'Give a list such as ["refund_status"]')
    return tuple(given)


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
