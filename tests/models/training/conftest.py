"""A lesson small enough to learn in a second."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.domain.enums import Sentiment
from models.network import Body, Shape
from models.tokens import Tokens
from models.training.articles import Article, KnowledgeFile, Question
from models.training.corpus import Example
from models.training.joint import Lesson, Reader, Recipe, Text

HIDDEN = 32
RECIPE = Recipe(layers=(0,), epochs=2, batch=4, limit=24, rate=1e-3, head_rate=2e-2, averaging=0.5)
SAYINGS = {
    "track_order": "where is my parcel",
    "password_reset": "i forgot my password",
    "request_refund": "i want my money back",
    "thanks": "thank you so much",
}


@pytest.fixture(scope="module")
def reader(tokens: Tokens) -> Reader:
    return Reader(tokens, RECIPE.limit)


@pytest.fixture
def body(tokens: Tokens) -> Body:
    torch.manual_seed(1)
    return Body(Shape(layers=1, vocabulary=tokens._tokenizer.get_vocab_size(), hidden=HIDDEN, intermediate=32))


@pytest.fixture
def lesson() -> Lesson:
    chance = np.random.default_rng(1)

    def text(number: int, intent: str, words: str) -> Text:
        vector = chance.normal(size=HIDDEN).astype(np.float32)
        example = Example(
            id=str(number),
            text=words,
            language="en",
            batch="b",
            intent=intent,
            sentiment=Sentiment.NEUTRAL,
            urgent=False,
            wants_human=False,
        )
        return Text(example, vector / np.linalg.norm(vector))

    labelled = [text(number, intent, f"{words} {number}") for number in range(4) for intent, words in SAYINGS.items()]
    others = [replace(one, example=Example(f"o{row}", one.example.text, "en", "o")) for row, one in enumerate(labelled)]
    base = KnowledgeFile(
        "kb",
        "en",
        [Article("a", "Passwords", "en", body="Reset it."), Article("b", "Parcels", "en", body="Track it.")],
        [Question("how to reset", "en", "a"), Question("where is it", "en", "b"), Question("beds?", "en", None)],
    )
    return Lesson(labelled, others, [base])
