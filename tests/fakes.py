"""Doubles for the engine's ports: an analyzer that reads marks in the text, a channel that remembers."""

import asyncio
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from core.domain.analysis import TOKEN_SIZE, Analysis, Candidate, Carrier, Explained, Explanation
from core.domain.corrections import Correction
from core.domain.enums import Category, Sentiment
from core.domain.errors import Unavailable
from core.domain.intents import CATEGORY_OF_INTENT
from core.domain.messages import DeliveryReceipt, OutboundMessage
from core.domain.ports import AnalyzerState, Urgency
from core.domain.proposals import Retrained

DIMENSIONS = 64


class MarkAnalyzer:
    """Understands marks such as `[intent=wrong_charge mood=negative urgent human thanks]`; the rest is neutral."""

    def __init__(self) -> None:
        self.state = AnalyzerState.READY
        self.detail = "marks"
        self.analysed = 0
        self.explained: list[str] = []
        self.encoder = "marks-1"
        self.precision = "fp32"
        self.folder = Path("no-files")
        self.heads: bytes | None = None

    async def analyse(self, texts: Sequence[str], urgency: Urgency = Urgency.BULK) -> list[Analysis]:
        if self.state is not AnalyzerState.READY:
            raise Unavailable(f"The model is {self.state.value}")
        self.analysed += len(texts)
        return [self._read(text) for text in texts]

    async def embed(self, passages: Sequence[str], questions: Sequence[str]) -> tuple[list[bytes], list[bytes]]:
        return [_vector(text) for text in passages], [_vector(text) for text in questions]

    async def tokens(self, passages: Sequence[str], questions: Sequence[str]) -> tuple[list[bytes], list[bytes]]:
        return [_tokens(text) for text in passages], [_tokens(text) for text in questions]

    async def explain(self, text: str) -> Explanation:
        if self.state is not AnalyzerState.READY:
            raise Unavailable(f"The model is {self.state.value}")
        self.explained.append(text)
        read = self._read(text)
        words = text.rpartition("]")[2].split()
        carriers = tuple(Carrier(word, effect) for word, effect in zip(words, (0.5, -0.12), strict=False))
        return Explanation(
            category=Explained(read.category, read.category_confidence, carriers),
            intent=Explained(read.intent, read.intent_confidence, carriers),
            sentiment=Explained(read.sentiment, read.sentiment_confidence, carriers),
            urgent=Explained("true", 0.8, carriers) if read.urgent else Explained("false", 0.7, ()),
            model=read.model,
        )

    def answer_confidences(self, question: str, analysis: Analysis, candidates: Sequence[Candidate]) -> list[float]:
        return [max(0.0, min(1.0, max(one.passage_cosine, one.question_cosine))) for one in candidates]

    async def use_heads(self, heads: bytes | None) -> None:
        self.heads = heads

    def _read(self, text: str) -> Analysis:
        marks = text[text.find("[") + 1 : text.find("]")].split() if "[" in text else []
        given = dict(mark.split("=", 1) for mark in marks if "=" in mark)
        intent = given.get("intent", "product_question")
        return Analysis(
            language=given.get("language", "en"),
            language_confidence=0.99,
            sentiment=Sentiment(given.get("mood", "neutral")),
            sentiment_confidence=0.9,
            category=CATEGORY_OF_INTENT.get(intent, Category.OTHER),
            category_confidence=0.9,
            intent=intent,
            intent_confidence=0.9,
            urgent="urgent" in marks,
            wants_human="human" in marks,
            thanks_only="thanks" in marks,
            keywords=(),
            embedding=_vector(text),
            model="marks-1",
        )


def _vector(text: str) -> bytes:
    """A bag of words by hash: the same words give the same vector."""
    vector = np.zeros(DIMENSIONS, dtype=np.float32)
    for word in text.casefold().split():
        vector[sum(word.encode()) % DIMENSIONS] += 1
    length = float(np.linalg.norm(vector)) or 1.0
    return (vector / length).astype("<f4").tobytes()


def _tokens(text: str) -> bytes:
    """Of each word a vector that the word alone decides."""
    words = text.casefold().split()
    drawn = [np.random.default_rng(zlib.crc32(word.encode())).normal(size=TOKEN_SIZE) for word in words]
    return b"".join(np.rint(one / np.linalg.norm(one) * 127).astype(np.int8).tobytes() for one in drawn)


@dataclass
class RecordingChannel:
    """Takes everything, or fails with the errors it was given, in order."""

    name: str = "email"
    is_idempotent: bool = True
    delivered: list[OutboundMessage] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)

    async def deliver(self, message: OutboundMessage) -> DeliveryReceipt:
        if self.failures:
            raise self.failures.pop(0)
        self.delivered.append(message)
        return DeliveryReceipt(f"recorded-{message.outbox_id}", "recorded")


@dataclass
class CountingTrainer:
    """Makes heads that are called heads-1, heads-2 and so on; waits while `gate` is shut."""

    encoder: str = "marks-1"
    problem: Exception | None = None
    learned: list[tuple[Correction, ...]] = field(default_factory=list)
    began_with: list[bytes | None] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    async def retrain(
        self, corrections: Sequence[Correction], heads: bytes | None, report: Callable[[str, float], None]
    ) -> Retrained:
        report("features", 0.5)
        await self.gate.wait()
        if self.problem is not None:
            raise self.problem
        self.learned.append(tuple(corrections))
        self.began_with.append(heads)
        before, after = {"held_out": {"category": 0.8}}, {"held_out": {"category": 0.9}}
        return Retrained(self.encoder, b"heads-%d" % len(self.learned), before, after)
