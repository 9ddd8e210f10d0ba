"""Writes articles of the knowledge base."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from core.domain.access import Actor, Permission
from core.domain.entities import Article
from core.domain.enums import Category
from core.domain.errors import InvalidInput
from core.domain.events import EventType, NewEvent
from core.domain.intents import CATEGORY_OF_INTENT
from core.storage.database import Database


@dataclass(frozen=True, slots=True)
class ArticleText:
    """What an author writes. `external_id` names the article where it comes from."""

    external_id: str
    title: str
    category: Category
    body: str
    intents: tuple[str, ...] = ()
    language: str = "en"
    questions: tuple[str, ...] = ()


class Articles:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, actor: Actor, text: ArticleText, *, used: int = 0, solved: int = 0) -> Article:
        """Add the article, or change the one with this external id; an unchanged text changes nothing."""
        actor.require(Permission.ARTICLE_WRITE)
        check_article(text)
        values = _columns(text)
        async with self._database.transaction() as tx:
            known = (await tx.articles.by_external_ids([text.external_id])).get(text.external_id)
            if known is None:
                article = await tx.articles.add({**values, "used": used, "solved": solved})
            elif all(_comparable(getattr(known, name)) == value for name, value in values.items()):
                return known
            else:
                article = await tx.articles.change(known.id, known.version, values)
            data = {"article_id": article.id, "title": article.title, "version": article.version}
            tx.record(NewEvent(EventType.ARTICLE_SAVED, actor, data=data))
        return article

    async def get(self, actor: Actor, article_id: int) -> Article:
        actor.require(Permission.ARTICLE_READ)
        async with self._database.read() as tx:
            return await tx.articles.get(article_id)

    async def page(self, actor: Actor, after_id: int, limit: int, category: Category | None = None) -> list[Article]:
        actor.require(Permission.ARTICLE_READ)
        async with self._database.read() as tx:
            return await tx.articles.page(after_id, min(limit, 200), category)


def check_article(text: ArticleText) -> None:
    for field, longest in (("external_id", 100), ("title", 300), ("body", 100_000)):
        length = len(getattr(text, field).strip())
        if not 1 <= length <= longest:
            raise InvalidInput(field, f"has {length} characters", f"Give from 1 to {longest:,}")
    for intent in text.intents:
        if intent not in CATEGORY_OF_INTENT:
            raise InvalidInput("intents", f"{intent} is not an intent", "See docs for the list of intents")


def _columns(text: ArticleText) -> dict[str, Any]:
    values: dict[str, Any] = asdict(text)
    return {name: _comparable(value) for name, value in values.items()}


def _comparable(value: Sequence[str] | str) -> list[str] | str:
    return list(value) if isinstance(value, tuple) else str(value)
