"""Articles are written by those who may, found by their meaning, and kept in step with the index."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from core.articles import ArticleText
from core.bootstrap import Engine
from core.domain.access import SYSTEM
from core.domain.enums import Category
from core.domain.errors import InvalidInput, NotAllowed, NotFound
from core.domain.events import EventType
from core.domain.ports import AnalyzerState
from tests.cast import IDA, ada, eve
from tests.factories import EngineBuilder, an_article
from tests.fakes import MarkAnalyzer

TEXT = ArticleText("reset", "Reset your password", Category.ACCOUNT, "Open the page.", ("password_reset",))


async def _titles(engine: Engine, question: str, limit: int = 3) -> Sequence[str]:
    return [match.title for match in await engine.knowledge.ask(question, limit=limit)]


async def test_saving_the_same_text_again_changes_nothing(engine: Engine) -> None:
    first = await engine.articles.save(IDA, TEXT)
    assert await engine.articles.save(IDA, TEXT) == first
    changed = await engine.articles.save(IDA, replace(TEXT, body="Open the other page."))
    assert (changed.id, changed.version, changed.body) == (first.id, 2, "Open the other page.")
    assert len(await engine.views.events(SYSTEM, 0, types=[EventType.ARTICLE_SAVED])) == 2


async def test_a_change_keeps_the_record_of_the_article(engine: Engine) -> None:
    article = await engine.articles.save(IDA, TEXT, used=10, solved=8)
    changed = await engine.articles.save(IDA, replace(TEXT, title="Reset it"))
    assert (changed.used, changed.solved, changed.success_rate) == (10, 8, 0.8)
    assert article.success_rate == changed.success_rate


@pytest.mark.parametrize(
    "changes",
    [
        {"title": " "},
        {"title": "x" * 301},
        {"body": ""},
        {"body": "x" * 100_001},
        {"external_id": ""},
        {"intents": ("dance",)},
    ],
)
async def test_a_text_that_is_no_article_is_refused(engine: Engine, changes: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        await engine.articles.save(IDA, replace(TEXT, **changes))  # type: ignore[arg-type]


async def test_agents_read_articles_and_do_not_write_them(engine: Engine) -> None:
    article = await engine.articles.save(IDA, TEXT)
    for reader in (await ada(engine.database), await eve(engine.database)):
        assert await engine.articles.get(reader.actor, article.id) == article
        assert await engine.articles.page(reader.actor, 0, 10) == [article]
        with pytest.raises(NotAllowed):
            await engine.articles.save(reader.actor, TEXT)
    with pytest.raises(NotFound):
        await engine.articles.get(IDA, 4711)


async def test_pages_hold_every_article_of_a_category_once(engine: Engine) -> None:
    for number in range(5):
        await engine.articles.save(IDA, replace(TEXT, external_id=str(number)))
    await engine.articles.save(IDA, replace(TEXT, external_id="x", category=Category.BILLING))
    first = await engine.articles.page(IDA, 0, 3, Category.ACCOUNT)
    second = await engine.articles.page(IDA, first[-1].id, 3, Category.ACCOUNT)
    assert [article.external_id for article in (*first, *second)] == list("01234")


async def test_a_question_finds_the_nearest_article_first(engine: Engine) -> None:
    await an_article(engine, "Reset your password", questions=["how do I reset my password"])
    await an_article(engine, "Track your parcel", "Open the parcel page.", questions=["where is my parcel"])
    assert (await _titles(engine, "where is my parcel"))[0] == "Track your parcel"
    assert (await _titles(engine, "how do I reset my password"))[0] == "Reset your password"
    assert len(await _titles(engine, "where is my parcel", limit=1)) == 1


async def test_a_changed_article_is_found_by_its_new_words(engine: Engine) -> None:
    await engine.articles.save(IDA, TEXT)
    assert await engine.knowledge.refresh() == 1
    assert await engine.knowledge.refresh() == 0
    await engine.articles.save(IDA, replace(TEXT, questions=("zebra crossing",)))
    assert await engine.knowledge.refresh() == 1
    (match,) = await engine.knowledge.ask("zebra crossing", limit=1)
    assert match.confidence > 0.99


async def test_an_article_that_another_process_wrote_is_found(build_engine: EngineBuilder) -> None:
    one, other = await build_engine(), await build_engine()
    await an_article(one, questions=["how do I reset my password"])
    assert await _titles(other, "how do I reset my password") == []
    assert await other.knowledge.refresh() == 0
    assert await _titles(other, "how do I reset my password") == ["Reset your password"]


async def test_without_the_model_the_index_waits(engine: Engine, analyzer: MarkAnalyzer) -> None:
    analyzer.state = AnalyzerState.FAILED
    await engine.articles.save(IDA, TEXT)
    assert await engine.knowledge.refresh() == 0
    analyzer.state = AnalyzerState.READY
    assert await engine.knowledge.refresh() == 1


async def test_an_empty_knowledge_base_finds_nothing(engine: Engine) -> None:
    await engine.knowledge.refresh()
    assert await _titles(engine, "anything") == []
