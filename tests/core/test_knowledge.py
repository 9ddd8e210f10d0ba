"""The index follows the articles one by one, whoever changes them, and never mixes encoders."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.articles import ArticleText
from core.bootstrap import Engine
from core.domain.access import SYSTEM
from core.domain.analysis import TOKEN_SIZE, Analysis, Candidate
from core.domain.enums import Category
from core.domain.errors import InvalidInput, NotAllowed, NotFound
from core.domain.ports import Urgency
from core.knowledge import index_name
from core.knowledge_index import token_cosines
from tests.cast import IDA, ada
from tests.factories import EngineBuilder, an_article
from tests.fakes import MarkAnalyzer

PARCEL = ArticleText("parcel", "Parcels", Category.SHIPPING, "Open the parcel page.", questions=("where is my parcel",))
LAMPS = ArticleText("lamps", "Lamps", Category.PRODUCT_INFO, "All lamps dim.", questions=("do lamps dim",))


async def titles(engine: Engine, question: str) -> list[str]:
    return [match.title for match in await engine.knowledge.ask(question, limit=8)]


async def test_only_what_changed_is_embedded_again(engine: Engine) -> None:
    await engine.articles.save_many(SYSTEM, [PARCEL, LAMPS])
    assert await engine.knowledge.refresh() == 2
    await engine.articles.save(SYSTEM, replace(LAMPS, questions=("zebra crossing",)))
    before = engine.knowledge.index
    assert await engine.knowledge.refresh() == 1
    assert (await titles(engine, "zebra crossing"))[0] == "Lamps"
    assert engine.knowledge.index is not before
    assert engine.knowledge.index is not None
    assert engine.knowledge.index.counts() == {"en": 2}
    assert await engine.knowledge.refresh() == 0


async def test_an_article_that_is_removed_is_found_no_more(engine: Engine) -> None:
    article = await an_article(engine, "Gone tomorrow", questions=["where is my parcel"])
    await an_article(engine, "Here to stay", questions=["where is my parcel"])
    with pytest.raises(NotAllowed):
        await engine.articles.remove((await ada(engine.database)).actor, article.id)
    await engine.articles.remove(IDA, article.id)
    await engine.knowledge.refresh()
    assert await titles(engine, "where is my parcel") == ["Here to stay"]
    with pytest.raises(NotFound):
        await engine.articles.remove(IDA, article.id)


async def test_two_processes_find_what_either_writes(build_engine: EngineBuilder) -> None:
    one, other = await build_engine(), await build_engine()
    await an_article(one, "Parcels", questions=["where is my parcel"])
    await other.knowledge.refresh()
    await other.articles.save(SYSTEM, replace(LAMPS, questions=("where is my lamp",)))
    assert await other.knowledge.refresh() == 1
    assert await one.knowledge.refresh() == 0
    assert set(await titles(one, "where is my lamp")) == {"Parcels", "Lamps"}


async def test_a_code_of_the_question_brings_its_article_among_the_candidates(engine: Engine) -> None:
    near = [replace(PARCEL, external_id=f"near-{n}", title=f"Parcel {n}", questions=()) for n in range(20)]
    named = replace(LAMPS, language="ja", title="電球", body="E-4021 は電球の故障です。", questions=())
    await engine.articles.save_many(SYSTEM, [*near, named])
    await engine.knowledge.refresh()
    assert "電球" not in await titles(engine, "open the parcel page")
    assert "電球" in await titles(engine, "open the parcel page e4021")


async def test_a_new_encoder_reads_all_anew_and_leaves_the_old_vectors_to_old_processes(
    build_engine: EngineBuilder, analyzer: MarkAnalyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = await build_engine()
    await old.articles.save_many(SYSTEM, [PARCEL, LAMPS])
    await old.knowledge.refresh()
    read = MarkAnalyzer._read

    def renamed(self: MarkAnalyzer, text: str) -> Analysis:
        return replace(read(self, text), model="marks-2")

    (stale,) = await analyzer.analyse(["do lamps dim"], Urgency.BULK)
    monkeypatch.setattr(MarkAnalyzer, "_read", renamed)
    new = await build_engine()
    assert await new.knowledge.refresh() == 2
    assert (await titles(new, "do lamps dim"))[0] == "Lamps"
    assert await new.knowledge.search("do lamps dim", stale, limit=3) == []
    assert (await old.knowledge.search("do lamps dim", stale, limit=3))[0].title == "Lamps"


async def test_one_bad_text_of_many_saves_none(engine: Engine) -> None:
    with pytest.raises(InvalidInput):
        await engine.articles.save_many(SYSTEM, [PARCEL, replace(LAMPS, body=" ")])
    assert await engine.articles.page(IDA, 0, 10) == []
    saved = await engine.articles.save_many(SYSTEM, [PARCEL, LAMPS])
    assert (saved.new, saved.changed) == (2, 0)
    saved = await engine.articles.save_many(SYSTEM, [PARCEL, replace(LAMPS, title="Bulbs")])
    assert (saved.new, saved.changed) == (0, 1)


class Watching(MarkAnalyzer):
    """Keeps the candidates that it is asked about."""

    def __init__(self) -> None:
        super().__init__()
        self.candidates: dict[str, Candidate] = {}

    def answer_confidences(self, question: str, analysis: Analysis, candidates: Sequence[Candidate]) -> list[float]:
        self.candidates = {one.title: one for one in candidates}
        return super().answer_confidences(question, analysis, candidates)


async def test_each_token_of_a_question_is_compared_with_those_of_each_candidate(build_engine: EngineBuilder) -> None:
    analyzer = Watching()
    engine = await build_engine()
    engine.knowledge._analyzer = analyzer
    await engine.articles.save_many(SYSTEM, [PARCEL, LAMPS])
    await engine.knowledge.refresh()
    await engine.knowledge.ask("parcel dim page.", limit=8)
    met = {title: [round(value) for value in one.token_cosines] for title, one in analyzer.candidates.items()}
    assert met == {"Parcels": [1, 0, 1], "Lamps": [0, 0, 0]}


async def test_vectors_of_a_release_that_compared_no_tokens_are_made_again(engine: Engine) -> None:
    await engine.articles.save_many(SYSTEM, [PARCEL, LAMPS])
    await engine.knowledge.refresh()
    index = engine.knowledge.index
    assert index is not None
    assert index_name(index.encoder).endswith("/s2")
    assert index.bytes > index.buffer.nbytes + index.owner.nbytes


async def test_a_long_message_is_compared_beside_the_event_loop(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await engine.articles.save_many(SYSTEM, [PARCEL, LAMPS])
    await engine.knowledge.refresh()
    beside: list[str] = []
    to_thread = asyncio.to_thread

    async def watched(work: Callable[..., Any], *given: Any) -> Any:
        beside.append(work.__name__)
        return await to_thread(work, *given)

    monkeypatch.setattr("core.knowledge.asyncio.to_thread", watched)
    await engine.knowledge.ask("where is my parcel", limit=2)
    assert "_found" not in beside
    await engine.knowledge.ask("where is my parcel " * 200, limit=2)
    assert "_found" in beside


def test_an_article_without_tokens_meets_none_and_harms_no_other() -> None:
    drawn = np.random.default_rng(1).normal(size=(5, TOKEN_SIZE))
    tokens = np.rint(drawn / np.linalg.norm(drawn, axis=1, keepdims=True) * 127).astype(np.int8)
    whole, empty, part = token_cosines(tokens[:2], [tokens, tokens[:0], tokens[1:]])
    assert whole == pytest.approx((1.0, 1.0), abs=0.02)
    assert empty == (0.0, 0.0)
    assert part[0] < 0.9
    assert part[1] == whole[1]
    assert token_cosines(tokens[:0], [tokens]) == [()]
