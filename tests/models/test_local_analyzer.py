"""The port, filled by the committed model."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.domain.analysis import TOKEN_SIZE
from core.domain.enums import Category, Sentiment
from core.domain.errors import Unavailable
from core.domain.ports import Analyzer, AnalyzerState, Urgency
from models.analyzer import LocalAnalyzer
from models.category import CategoryClassifier
from models.labels import CATEGORY_OF, LANGUAGES
from models.sentiment import SentimentAnalyzer
from models.training.corpus import Part, part_of, parts, read_corpus
from models.weights import ARTEFACTS

pytestmark = pytest.mark.model

TOLERANCE = 0.05
"""How far a probability may differ between a text alone and in a batch (bf16 adds up in another order)."""


def vector(embedding: bytes) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.frombuffer(embedding, dtype="<f4")


async def test_it_fills_the_port(analyzer: LocalAnalyzer) -> None:
    port: Analyzer = analyzer
    (analysis,) = await port.analyse(["Where is my order 48213? It should have been here on Monday."])
    assert (analysis.language, analysis.category) == ("en", Category.SHIPPING)
    assert CATEGORY_OF[analysis.intent] is Category.SHIPPING
    assert "48213" in analysis.keywords
    assert analysis.model in analyzer.detail
    assert analysis.model.startswith(f"{analysis.encoder}+")
    assert np.linalg.norm(vector(analysis.embedding)) == pytest.approx(1.0, abs=1e-3)


async def test_a_text_alone_and_in_a_batch_get_the_same_answer(analyzer: LocalAnalyzer) -> None:
    split = parts()
    texts = [one.text for one in read_corpus() if part_of(one.batch, split) is Part.HELD_OUT][::40]
    together = await analyzer.analyse(texts)
    for text, in_batch in zip(texts, together, strict=True):
        (alone,) = await analyzer.analyse([text], Urgency.INTERACTIVE)
        assert (alone.language, alone.keywords) == (in_batch.language, in_batch.keywords)
        if alone.category is in_batch.category:
            assert alone.category_confidence == pytest.approx(in_batch.category_confidence, abs=TOLERANCE)
        else:
            assert max(alone.category_confidence, in_batch.category_confidence) < 0.5 + TOLERANCE
        assert vector(alone.embedding) @ vector(in_batch.embedding) > 0.995


async def test_held_out_messages_are_read_well_enough(analyzer: LocalAnalyzer) -> None:
    """Far below what the model card tells: a model that falls under this is broken, not worse."""
    split = parts()
    examples = [one for one in read_corpus() if part_of(one.batch, split) is Part.HELD_OUT][::5]
    pairs = list(zip(examples, await analyzer.analyse([one.text for one in examples]), strict=True))
    for language in LANGUAGES:
        own = [a.category is e.category for e, a in pairs if e.language == language]
        assert sum(own) / len(own) >= 0.55, language
    assert sum(a.language == e.language for e, a in pairs) / len(pairs) >= 0.97
    assert all(CATEGORY_OF[a.intent] is a.category for _, a in pairs)


async def test_thanks_are_told_from_thanks_with_a_request(analyzer: LocalAnalyzer) -> None:
    pure = [
        "Thank you!",
        "Great, thanks a lot for your help!",
        "Vielen Dank!",
        "ありがとうございました",
        "太谢谢你们了！",
    ]
    more = [
        "Thanks, but the printer still doesn't print.",
        "Thank you. Where is the second parcel?",
        "Danke, aber der Drucker geht immer noch nicht.",
        "Thanks for nothing, I want my money back",
    ]
    assert sum(analysis.thanks_only for analysis in await analyzer.analyse(pure)) >= 4
    assert not any(analysis.thanks_only for analysis in await analyzer.analyse(more))


async def test_questions_lie_near_the_passages_that_answer_them(analyzer: LocalAnalyzer) -> None:
    passages, questions = await analyzer.embed(
        ["Cancel your subscription under Billing, Plan, Cancel.", "Water the plant twice a week."],
        ["how do i cancel", "Wie oft soll ich gießen?"],
    )
    table = np.stack([vector(one) for one in questions]) @ np.stack([vector(one) for one in passages]).T
    assert table.argmax(1).tolist() == [0, 1]


async def test_an_explanation_names_words_of_the_message(analyzer: LocalAnalyzer) -> None:
    text = "My parcel has not arrived and I am furious."
    found = await analyzer.explain(text)
    assert "parcel" in [carrier.word for carrier in found.category.carriers]
    assert all(carrier.word.strip(".") in text for carrier in (*found.intent.carriers, *found.sentiment.carriers))


async def test_names_and_companies_of_a_signature_are_no_keywords(analyzer: LocalAnalyzer) -> None:
    text = "The zipper of my jacket broke.\n\nKind regards,\nRosalind Quimby\nQuimby Logistics Ltd"
    (analysis,) = await analyzer.analyse([text])
    assert "zipper" in analysis.keywords
    assert not any("quimby" in keyword for keyword in analysis.keywords)


async def test_single_purpose_readers_agree_with_the_analysis(analyzer: LocalAnalyzer) -> None:
    text = "SERVER DOWN!!! None of our shops can sell anything. Fix this NOW."
    (analysis,) = await analyzer.analyse([text])
    sentiment = SentimentAnalyzer(analyzer)
    assert (await sentiment.analyze_sentiment(text))[0] is analysis.sentiment
    assert await sentiment.is_urgent(text) is analysis.urgent is True
    assert sentiment.extract_keywords(text, "en") == analysis.keywords
    assert (await CategoryClassifier(analyzer).classify(text)).intent == analysis.intent
    assert analysis.sentiment in (Sentiment.NEGATIVE, Sentiment.VERY_NEGATIVE)


async def test_missing_weights_fail_with_a_reason(tmp_path: Path) -> None:
    local = LocalAnalyzer(tmp_path)
    local.start()
    assert await local.settled() is AnalyzerState.FAILED
    assert "manifest.json is missing" in local.detail
    with pytest.raises(Unavailable, match=r"manifest\.json"):
        await local.analyse(["hello"])
    local.close()


async def test_corrupted_heads_fail_with_a_reason(tmp_path: Path) -> None:
    shutil.copytree(ARTEFACTS, tmp_path / "artefacts")
    heads = tmp_path / "artefacts" / "heads.safetensors"
    heads.write_bytes(heads.read_bytes()[:-1] + b"\x99")
    local = LocalAnalyzer(tmp_path / "artefacts")
    local.start()
    assert await local.settled() is AnalyzerState.FAILED
    assert "heads.safetensors has SHA-256" in local.detail
    local.close()


def test_importing_the_analyzer_loads_no_torch_and_no_dictionary() -> None:
    heavy = "{'torch', 'transformers', 'sudachipy', 'rjieba'}"
    code = f"import sys, models.analyzer; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


async def test_tokens_of_a_message_read_just_now_are_remembered(analyzer: LocalAnalyzer) -> None:
    text = "Where can I change the address of my parcel?"
    assert analyzer._recent_tokens(text) is None
    (passage,), (before,) = await analyzer.tokens(["Change the address under Orders."], [text])
    await analyzer.analyse([text])
    assert analyzer._recent_tokens(text) is not None
    _, (after,) = await analyzer.tokens([], [text])
    near = np.frombuffer(before, np.int8).astype(int) - np.frombuffer(after, np.int8).astype(int)
    assert np.abs(near).max() <= 8
    assert len(passage) % TOKEN_SIZE == len(after) % TOKEN_SIZE == 0


async def test_the_same_question_asked_twice_has_its_tokens_twice(analyzer: LocalAnalyzer) -> None:
    _, (one, other) = await analyzer.tokens([], ["Is it late?", "Is it late?"])
    assert one == other
