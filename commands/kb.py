"""`kb import` and `kb search`: the knowledge base from the command line."""

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from commands.composition import build_analyzer, prepared, read_settings
from commands.console import emit, refuse, say
from core.articles import ArticleText
from core.domain.access import SYSTEM
from core.domain.enums import Category
from core.domain.errors import InvalidInput
from core.domain.ports import AnalyzerState


def import_articles(path: Path) -> None:
    """All lines are read before the first is written, so that a bad file changes nothing."""
    if not path.is_file():
        refuse(f"{path}: there is no such file")
    texts = list(_read(path))
    asyncio.run(_import(texts))
    say(f"{len(texts)} articles are in the knowledge base")


def search(limit: int) -> None:
    asyncio.run(_search(limit))


async def _import(texts: list[ArticleText]) -> None:
    settings = read_settings()
    analyzer = build_analyzer(settings)
    async with prepared(settings, analyzer) as engine:
        for text in texts:
            await engine.articles.save(SYSTEM, text)
        analyzer.start()
        if await analyzer.settled() is AnalyzerState.READY:
            await engine.knowledge.refresh()
        analyzer.close()


async def _search(limit: int) -> None:
    settings = read_settings()
    analyzer = build_analyzer(settings)
    async with prepared(settings, analyzer) as engine:
        analyzer.start()
        if await analyzer.settled() is AnalyzerState.FAILED:
            refuse(analyzer.detail)
        await engine.knowledge.refresh()
        async with engine.database.read() as tx:
            names = {article.id: article.external_id for article in await tx.articles.page(0, 1_000_000)}
        for line in sys.stdin:
            matches = await engine.knowledge.ask(line.strip(), limit=limit) if line.strip() else []
            found = [
                {
                    "id": names[match.article_id],
                    "title": match.title,
                    "score": match.score,
                    "confidence": match.confidence,
                }
                for match in matches
            ]
            emit({"results": found})
        analyzer.close()


def _read(path: Path) -> Iterator[ArticleText]:
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        if line.strip():
            try:
                yield _article(json.loads(line))
            except (ValueError, InvalidInput) as error:
                refuse(f"{path}:{number}: {error}")


def _article(row: Any) -> ArticleText:
    if not isinstance(row, dict):
        raise InvalidInput("line", "is no JSON object", 'Give {"id","title","category","intents","body"}')
    for name in ("id", "title", "category", "body"):
        if not isinstance(row.get(name), str | int) or not str(row[name]).strip():
            raise InvalidInput(name, "is missing or no text", "Give a text")
    intents = row.get("intents") or []
    if not isinstance(intents, list) or not all(isinstance(intent, str) for intent in intents):
        raise InvalidInput("intents", "is no list of texts", 'Give a list such as ["refund_status"]')
    if row["category"] not in set(Category):
        raise InvalidInput("category", f"{row['category']!r} is not known", f"Give one of {', '.join(Category)}")
    return ArticleText(
        external_id=str(row["id"]),
        title=str(row["title"]),
        category=Category(row["category"]),
        body=str(row["body"]),
        intents=tuple(intents),
        language=str(row.get("language") or "en"),
        questions=tuple(str(question) for question in row.get("questions") or ()),
    )
