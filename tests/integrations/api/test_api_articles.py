"""Articles: written, listed, found by meaning."""

from typing import Any

import pytest

from core.domain.ports import AnalyzerState
from tests.factories import an_article
from tests.fakes import MarkAnalyzer
from tests.integrations.api.caller import Caller, whatever_database

DRAFT = {
    "external_id": "kb-1",
    "title": "Set a new password",
    "category": "account",
    "body": "Choose Forgotten password on the sign-in page.",
    "intents": ["password_reset"],
    "questions": ["How do I get a new password?"],
}


async def test_article_is_added_and_then_changed_under_its_external_id(sam: Caller) -> None:
    added = await sam.post("/articles", DRAFT)
    assert (added["version"], added["questions"]) == (1, DRAFT["questions"])
    changed = await sam.post("/articles", {**DRAFT, "title": "Get a new password"})
    assert (changed["id"], changed["version"], changed["title"]) == (added["id"], 2, "Get a new password")
    assert await sam.get(f"/articles/{added['id']}") == changed


async def test_same_text_again_changes_nothing(sam: Caller) -> None:
    added = await sam.post("/articles", DRAFT)
    assert await sam.post("/articles", DRAFT) == added


async def test_pages_show_every_article_once(sam: Caller) -> None:
    for number in range(7):
        category = "billing" if number % 2 else "account"
        await sam.post("/articles", {**DRAFT, "external_id": f"kb-{number}", "category": category, "intents": []})
    names = [item["external_id"] for item in await sam.walk("/articles", 3)]
    assert names == [f"kb-{number}" for number in range(7)]
    billing = await sam.walk("/articles", 2, category="billing")
    assert [item["external_id"] for item in billing] == ["kb-1", "kb-3", "kb-5"]


async def test_article_is_found_by_meaning(ada: Caller) -> None:
    article = await an_article(ada.engine)
    await an_article(ada.engine, "Delivery times", "Parcels take two days.")
    found = await ada.get("/articles/search", q="choose forgot password on the sign-in page", limit=1)
    (match,) = found["items"]
    assert match["article_id"] == article.id
    assert 0 <= match["confidence"] <= 1
    assert found["next_cursor"] is None


async def test_search_waits_for_the_model(ada: Caller, analyzer: MarkAnalyzer) -> None:
    analyzer.state = AnalyzerState.LOADING
    response = await ada.ask("GET", "/api/v1/articles/search", params={"q": "password"})
    assert response.status_code == 503
    assert int(response.headers["retry-after"]) >= 1


@whatever_database
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"external_id": ""}, "external_id"),
        ({"external_id": "x" * 101}, "external_id"),
        ({"title": "a\x00b"}, "title"),
        ({"body": "  "}, "body"),
        ({"category": "gossip"}, "category"),
        ({"intents": ["no_such_intent"]}, "intents"),
        ({"questions": ["fine", "a\x00b"]}, "questions[1]"),
        ({"language": "english"}, "language"),
        ({"author": "Ada"}, "author"),
    ],
)
async def test_wrong_article_is_refused_by_name(sam: Caller, changes: dict[str, Any], field: str) -> None:
    told = await sam.problem("POST", "articles", 422, json={**DRAFT, **changes})
    assert told["field"] == field


async def test_unknown_article_is_not_found(ada: Caller) -> None:
    await ada.problem("GET", "articles/999999", 404)


@whatever_database
async def test_search_without_a_question_is_refused(ada: Caller) -> None:
    assert (await ada.problem("GET", "articles/search", 422))["field"] == "q"
    assert (await ada.problem("GET", "articles/search", 422, params={"q": ""}))["field"] == "q"
