"""Articles of the knowledge base: listed, written, and found by meaning."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from core.articles import ArticleText
from core.domain.access import Permission
from core.domain.entities import Article
from core.domain.enums import Category
from integrations.api.calls import Call
from integrations.api.fields import LanguageCode, PathId, Text, Word
from integrations.api.pages import Page, PageQuery
from integrations.api.problems import documented
from integrations.api.responses import Json

router = APIRouter(prefix="/api/v1/articles", tags=["articles"])


@dataclass(frozen=True, slots=True)
class ArticleBody:
    id: int
    external_id: Annotated[str, Field(description="Its name where it comes from", examples=["kb-017"])]
    title: str
    category: Category
    intents: list[str]
    language: str
    body: str
    questions: Annotated[list[str], Field(description="Questions that it answers; it is found by them too")]
    used: Annotated[int, Field(description="How often it was sent to a customer")]
    solved: Annotated[int, Field(description="How often that settled the question")]
    success_rate: float | None
    version: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ArticleMatchBody:
    article_id: int
    title: str
    score: Annotated[float, Field(description="Likeness of question and article, up to 1")]
    confidence: Annotated[float, Field(description="The probability that it answers, from 0 to 1")]


class ArticleDraft(BaseModel):
    """An article as its author writes it."""

    external_id: Annotated[Text, Field(min_length=1, max_length=100)]
    title: Annotated[Text, Field(min_length=1, max_length=300)]
    category: Category
    body: Annotated[Text, Field(min_length=1, max_length=100_000)]
    intents: Annotated[list[Word], Field(max_length=45)] = []
    language: LanguageCode = "en"
    questions: Annotated[list[Annotated[Text, Field(min_length=1, max_length=1_000)]], Field(max_length=50)] = []

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "external_id": "kb-017",
                "title": "Set a new password",
                "category": "account",
                "body": "Choose “Forgotten password” on the sign-in page and follow the link in the message.",
                "intents": ["password_reset"],
                "questions": ["How do I get a new password?"],
            }
        },
    )

    @property
    def text(self) -> ArticleText:
        return ArticleText(
            external_id=self.external_id,
            title=self.title,
            category=self.category,
            body=self.body,
            intents=tuple(self.intents),
            language=self.language,
            questions=tuple(self.questions),
        )


class ArticleQuery(PageQuery):
    category: Category | None = None


@router.get("", response_model=Page[ArticleBody], summary="List articles")
async def list_articles(call: Call, query: Annotated[ArticleQuery, Query()]) -> Json:
    after = call.cursors.read_id("articles", query.cursor) or 0
    found = await call.engine.articles.page(call.actor, after, query.limit, query.category)
    cursor = call.cursors.next_id("articles", found[-1].id, len(found), query.limit) if found else None
    return Json({"items": [article_body(article) for article in found], "next_cursor": cursor})


@router.post("", response_model=ArticleBody, summary="Add or change an article", responses=documented(400, 409, 413))
async def save_article(call: Call, draft: ArticleDraft) -> Json:
    """The article with this `external_id` is changed, or added when there is none. It is found by its new text soon."""
    return Json(article_body(await call.engine.articles.save(call.actor, draft.text)))


@router.get("/search", response_model=Page[ArticleMatchBody], summary="Find articles that answer a question")
async def search_articles(
    call: Call,
    q: Annotated[str, Query(min_length=1, max_length=2_000, description="A question, in any language")],
    limit: Annotated[int, Query(ge=1, le=20)] = 5,
) -> Json:
    """By meaning, best first, with the probability that each answers. 503 while the model is loading."""
    call.actor.require(Permission.ARTICLE_READ)
    found = await call.engine.knowledge.ask(q, limit=limit)
    items = [ArticleMatchBody(match.article_id, match.title, match.score, match.confidence) for match in found]
    return Json({"items": items, "next_cursor": None})


@router.get("/{article_id}", response_model=ArticleBody, summary="One article", responses=documented(404))
async def get_article(call: Call, article_id: PathId) -> Json:
    return Json(article_body(await call.engine.articles.get(call.actor, article_id)))


def article_body(article: Article) -> ArticleBody:
    return ArticleBody(
        id=article.id,
        external_id=article.external_id,
        title=article.title,
        category=article.category,
        intents=list(article.intents),
        language=article.language,
        body=article.body,
        questions=list(article.questions),
        used=article.used,
        solved=article.solved,
        success_rate=article.success_rate,
        version=article.version,
        updated_at=article.updated_at,
    )
