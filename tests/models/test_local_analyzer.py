"""The real encoder with the committed heads."""

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.domain.enums import Category, Sentiment
from core.domain.errors import Unavailable
from core.domain.ports import Analyzer, AnalyzerState, Urgency
from models.analyzer import LocalAnalyzer
from models.category import CategoryClassifier
from models.labels import CATEGORY_OF
from models.sentiment import SentimentAnalyzer
from models.training.corpus import held_out_batches, read_corpus, split
from models.weights import ARTEFACTS

pytestmark = pytest.mark.model

TOLERANCE = 0.02
"""How far a probability or a coordinate may differ between a text alone and in a batch (bf16 sums in other orders)."""


@pytest.fixture(scope="module")
def analyzer() -> Iterator[LocalAnalyzer]:
    local = LocalAnalyzer()
    local.start()
    assert asyncio.run(local.settled()) is AnalyzerState.READY, local.detail
    yield local
    local.close()


def vector(embedding: bytes) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.frombuffer(embedding, dtype="<f4")


async def test_it_fills_the_port(analyzer: LocalAnalyzer) -> None:
    port: Analyzer = analyzer
    (analysis,) = await port.analyse(["Where is my order 48213? It should have been here on Monday."])
    assert (analysis.language, analysis.category, analysis.intent) == ("en", Category.SHIPPING, analysis.intent)
    assert "48213" in analysis.keywords
    assert analysis.model in analyzer.detail
    assert vector(analysis.embedding).shape == (384,)
    assert np.linalg.norm(vector(analysis.embedding)) == pytest.approx(1.0, abs=1e-4)


async def test_a_text_alone_and_in_a_batch_get_the_same_answer(analyzer: LocalAnalyzer) -> None:
    texts = [example.text for example in split(read_corpus(), held_out_batches())[1]][::6]
    together = await analyzer.analyse(texts)
    for text, in_batch in zip(texts, together, strict=True):
        (alone,) = await analyzer.analyse([text], Urgency.INTERACTIVE)
        assert alone.language == in_batch.language
        assert alone.keywords == in_batch.keywords
        assert alone.category_confidence == pytest.approx(in_batch.category_confidence, abs=TOLERANCE)
        assert alone.sentiment_confidence == pytest.approx(in_batch.sentiment_confidence, abs=TOLERANCE)
        assert np.abs(vector(alone.embedding) - vector(in_batch.embedding)).max() < TOLERANCE


async def test_held_out_messages_are_read_well_enough(analyzer: LocalAnalyzer) -> None:
    """Floors a little under the figures in metrics.json: a training run that falls below them is a mistake."""
    examples = split(read_corpus(), held_out_batches())[1]
    analyses = await analyzer.analyse([example.text for example in examples])
    pairs = list(zip(examples, analyses, strict=True))

    def share(hits: list[bool]) -> float:
        return sum(hits) / len(hits)

    assert share([a.category is e.category for e, a in pairs if e.language == "en"]) >= 0.82
    assert share([a.category is e.category for e, a in pairs if e.language != "en"]) >= 0.45
    assert share([a.sentiment is e.sentiment for e, a in pairs]) >= 0.66
    assert share([a.language == e.language for e, a in pairs]) >= 0.97
    assert all(CATEGORY_OF[a.intent] is a.category for _, a in pairs)
    assert [e.text for e, a in pairs if a.thanks_only and not e.thanks_only] == []


@pytest.mark.parametrize("text", ["", "   \n", "\x00\x01", "🙂🙂", "12345", "Где мой заказ?", "أين طلبي", "?!"])
async def test_unreadable_texts_are_unclear_with_little_confidence(analyzer: LocalAnalyzer, text: str) -> None:
    (analysis,) = await analyzer.analyse([text])
    assert (analysis.category, analysis.intent, analysis.sentiment) == (Category.OTHER, "unclear", Sentiment.NEUTRAL)
    assert (analysis.language, analysis.urgent, analysis.thanks_only) == ("und", False, False)
    assert max(analysis.category_confidence, analysis.sentiment_confidence, analysis.intent_confidence) < 0.5


@pytest.mark.parametrize("text", ["word " * 20_000, "x" * 100_000, "\ud800 broken", "\u202egnirts", "订" * 100_000])
async def test_hostile_texts_are_answered(analyzer: LocalAnalyzer, text: str) -> None:
    (analysis,) = await analyzer.analyse([text])
    assert 0.0 <= analysis.category_confidence <= 1.0
    assert len(analysis.embedding) == 384 * 4


async def test_thanks_are_told_from_thanks_with_a_request(analyzer: LocalAnalyzer) -> None:
    pure = await analyzer.analyse(
        ["Thank you!", "Great, thanks a lot for your help!", "Vielen Dank", "ありがとうございました"]
    )
    more = await analyzer.analyse(
        [
            "Thanks, but it still doesn't work.",
            "Thank you. Where is the second parcel?",
            "Danke, aber der Drucker geht immer noch nicht.",
            "Thanks for nothing, I want my money back",
        ]
    )
    assert sum(analysis.thanks_only for analysis in pure) >= 3
    assert not any(analysis.thanks_only for analysis in more)


async def test_an_answer_is_trusted_only_when_it_fits(analyzer: LocalAnalyzer) -> None:
    passage = "Cancel your subscription. Go to Billing, Plan, Cancel. You keep access until the end of the paid period."
    fitting, foreign = "How do I cancel my subscription?", "Do you sell garden furniture?"
    vectors = [vector(e) for e in await analyzer.embed_passages([passage, fitting, foreign])]
    sure = analyzer.answer_confidence(fitting, passage, float(vectors[0] @ vectors[1]), 0.3)
    unsure = analyzer.answer_confidence(foreign, passage, float(vectors[0] @ vectors[2]), 0.02)
    assert sure > 0.6
    assert unsure < 0.2
    assert analyzer.answer_confidence("", passage, 0.9, 0.5) == 0.0


async def test_single_purpose_readers_agree_with_the_analysis(analyzer: LocalAnalyzer) -> None:
    text = "SERVER DOWN!!! None of our shops can sell anything. Fix this NOW."
    (analysis,) = await analyzer.analyse([text])
    sentiment = SentimentAnalyzer(analyzer)
    assert (await sentiment.analyze_sentiment(text))[0] is analysis.sentiment
    assert await sentiment.is_urgent(text) is analysis.urgent is True
    assert sentiment.extract_keywords(text, "en") == analysis.keywords
    assert (await CategoryClassifier(analyzer).classify(text)).intent == analysis.intent


async def test_missing_weights_fail_with_a_reason(tmp_path: Path) -> None:
    local = LocalAnalyzer(tmp_path)
    local.start()
    assert await local.settled() is AnalyzerState.FAILED
    assert "config.json cannot be read" in local.detail
    with pytest.raises(Unavailable, match=r"config\.json"):
        await local.analyse(["hello"])
    with pytest.raises(Unavailable):
        local.answer_confidence("a", "b", 0.5, 0.1)
    local.close()


async def test_corrupted_heads_fail_with_a_reason(tmp_path: Path) -> None:
    shutil.copytree(ARTEFACTS, tmp_path / "artefacts")
    heads = tmp_path / "artefacts" / "heads.safetensors"
    heads.write_bytes(heads.read_bytes()[:-1] + b"\x99")
    local = LocalAnalyzer(artefacts=tmp_path / "artefacts")
    local.start()
    assert await local.settled() is AnalyzerState.FAILED
    assert "heads.safetensors has SHA-256" in local.detail
    local.close()


def test_importing_the_analyzer_loads_no_torch() -> None:
    code = "import sys, models.analyzer; sys.exit(bool({'torch', 'transformers'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
