"""The corpus holds to its own format and covers what it must, so that whoever extends it learns of a slip at once."""

import json
from collections import Counter
from pathlib import Path

import pytest

from models.labels import CATEGORY_OF, INTENTS, LANGUAGES, SENTIMENTS
from models.training.answers import read_questions
from models.training.corpus import CorpusError, held_out_batches, read_corpus, split

LEAST = {"en": 12, "es": 3, "fr": 3, "de": 3, "ja": 3, "zh": 3}
ROW = {
    "id": "en-99-001",
    "text": "Where is my parcel?",
    "language": "en",
    "category": "shipping",
    "intent": "track_order",
    "sentiment": "neutral",
    "urgent": False,
    "wants_human": False,
    "thanks_only": False,
    "batch": "en-99",
}


def test_every_line_is_valid() -> None:
    assert len(read_corpus()) >= 900


def test_every_intent_is_covered_in_every_language() -> None:
    counts = Counter((example.language, example.intent) for example in read_corpus())
    thin = [(code, intent) for code in LANGUAGES for intent in INTENTS if counts[code, intent] < LEAST[code]]
    assert thin == []


def test_every_sentiment_occurs_in_every_language_and_most_categories() -> None:
    examples = read_corpus()
    assert {(e.language, e.sentiment) for e in examples} == {
        (code, level) for code in LANGUAGES for level in SENTIMENTS
    }
    assert len({(e.category, e.sentiment) for e in examples}) >= 30


def test_held_out_batches_exist_and_cover_every_language() -> None:
    examples = read_corpus()
    held_out = held_out_batches()
    assert held_out <= {example.batch for example in examples}
    training, testing = split(examples, held_out)
    assert {example.language for example in testing} == set(LANGUAGES)
    assert {example.intent for example in training} == {example.intent for example in testing} == set(CATEGORY_OF)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"intent": "track"}, "unknown intent"),
        ({"category": "billing"}, "category"),
        ({"sentiment": "angry"}, "unknown sentiment"),
        ({"language": "de"}, "unknown language"),
        ({"text": "  "}, "empty"),
        ({"urgent": "no"}, "urgent"),
        ({"thanks_only": True}, "thanks_only"),
        ({"id": "x"}, "id"),
        ({"batch": "en-98"}, "batch"),
        ({"extra": 1}, "unknown ones"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, change: dict[str, object], complaint: str) -> None:
    (tmp_path / "en-99.jsonl").write_text(json.dumps(ROW) + "\n" + json.dumps({**ROW, **change}) + "\n")
    with pytest.raises(CorpusError, match=rf"en-99\.jsonl:2: .*{complaint}"):
        read_corpus(tmp_path)


def test_a_repeated_text_is_refused(tmp_path: Path) -> None:
    long = {**ROW, "text": "Where on earth is my parcel from last week?"}
    lines = [json.dumps(long), json.dumps({**long, "id": "en-99-002"})]
    (tmp_path / "en-99.jsonl").write_text("\n".join(lines) + "\n")
    with pytest.raises(CorpusError, match="repeats"):
        read_corpus(tmp_path)


def test_questions_name_articles_that_exist() -> None:
    articles, questions = read_questions()
    assert len(articles) >= 40
    assert len(questions) >= 160
    assert 0.3 < sum(question.article is None for question in questions) / len(questions) < 0.7
