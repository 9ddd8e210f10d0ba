"""Writes articles of the knowledge base."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from core.domain.access import Actor, Permission
from core.domain.entities import Article
from core.domain.enums import Category
from core.domain.errors import InvalidInput
from core.domain.events import EventType, NewEvent
from core.domain.intents import CATEGORY_OF_INTENT
from core.storage.database import Database
from core.storage.transaction import Transaction

_SAVED_TOGETHER = 200


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


@dataclass(frozen=True, slots=True)
class Saved:
    """How many articles were new and how many changed; the others were as they are."""

    new: int
    changed: int

    def plus(self, other: "Saved") -> "Saved":
        return Saved(self.new + other.new, self.changed + other.changed)


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

    async def save_many(
        self, actor: Actor, texts: Sequence[ArticleText], progress: Callable[[int], None] = lambda done: None
    ) -> Saved:
        """As `save`, for many, in one transaction: all of them or none. Their external ids differ."""
        actor.require(Permission.ARTICLE_WRITE)
        for text in texts:
            check_article(text)
        saved = Saved(0, 0)
        async with self._database.transaction() as tx:
            for start in range(0, len(texts), _SAVED_TOGETHER):
                some = texts[start : start + _SAVED_TOGETHER]
                saved = saved.plus(await _save(tx, actor, some))
                await tx.write_events()
                progress(start + len(some))
        return saved

    async def remove(self, actor: Actor, article_id: int) -> None:
        """It is found no more from the next round of the index on, at most half a minute later in other processes."""
        actor.require(Permission.ARTICLE_WRITE)
        async with self._database.transaction() as tx:
            article = await tx.articles.get(article_id)
            await tx.articles.remove(article_id)
            data = {"article_id": article_id, "title": article.title, "version": article.version, "removed": True}
            tx.record(NewEvent(EventType.ARTICLE_SAVED, actor, data=data))

    async def get(self, actor: Actor, article_id: int) -> Article:
        actor.require(Permission.ARTICLE_READ)
        async with self._database.read() as tx:
            return await tx.articles.get(article_id)

    async def page(self, actor: Actor, after_id: int, limit: int, category: Category | None = None) -> list[Article]:
        actor.require(Permission.ARTICLE_READ)
        async with self._database.read() as tx:
            return await tx.articles.page(after_id, min(limit, 200), category)


async def _save(tx: Transaction, actor: Actor, texts: Sequence[ArticleText]) -> Saved:
    rows = {text.external_id: _columns(text) for text in texts}
    known = await tx.articles.lock_by_external_ids(list(rows))
    new = [values for name, values in rows.items() if name not in known]
    changed = [
        {"id": article.id, **rows[name]}
        for name, article in known.items()
        if any(_comparable(getattr(article, column)) != value for column, value in rows[name].items())
    ]
    await tx.articles.add_many(new)
    await tx.articles.change_many(changed)
    written = await tx.articles.by_external_ids([row["external_id"] for row in (*new, *changed)])
    for article in written.values():
        data = {"article_id": article.id, "title": article.title, "version": article.version}
        tx.record(NewEvent(EventType.ARTICLE_SAVED, actor, data=data))
    return Saved(len(new), len(changed))


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
