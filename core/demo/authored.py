"""An analyzer for the replay: labels as a person wrote them, vectors as the model makes them."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

from core.demo.entities import DemoAnalysis
from core.domain.analysis import Analysis, Candidate, Explanation
from core.domain.errors import Unavailable
from core.domain.ports import Analyzer, AnalyzerState, Urgency

AUTHORED = "demo-authored"
"""The model's name in analyses of which no model had a part."""
ASK_AGAIN_SECONDS = 0.1


class AuthoredAnalyzer:
    """Knows the labels of the demonstration's messages in all six languages; other texts it gives to the model.

    Embeddings and keywords are the model's, so that suggestions and search treat planted messages like real ones.
    Without a model messages are planted all the same, with labels and without embeddings.
    """

    def __init__(self, model: Analyzer, labels: Mapping[str, DemoAnalysis]) -> None:
        self._model, self._labels = model, labels
        self._read: dict[str, Analysis] = {}

    async def prepare(self, patience_seconds: float) -> bool:
        """Read all labelled texts in one go, when the model answers within `patience_seconds` of loading."""
        for _ in range(int(patience_seconds / ASK_AGAIN_SECONDS)):
            if self._model.state is not AnalyzerState.LOADING:
                break
            await asyncio.sleep(ASK_AGAIN_SECONDS)
        texts = list(self._labels)
        try:
            self._read = dict(zip(texts, await self._model.analyse(texts), strict=True))
        except Unavailable:
            return False
        return True

    @property
    def state(self) -> AnalyzerState:
        return AnalyzerState.READY

    @property
    def detail(self) -> str:
        return f"{AUTHORED}, with {self._model.detail}"

    @property
    def encoder(self) -> str:
        return self._model.encoder

    @property
    def precision(self) -> str:
        return self._model.precision

    @property
    def folder(self) -> Path:
        return self._model.folder

    async def analyse(self, texts: Sequence[str], urgency: Urgency = Urgency.BULK) -> list[Analysis]:
        """Raises Unavailable for a text without labels while the model does not answer."""
        others = [text for text in texts if text not in self._labels]
        read = self._read | dict(zip(others, await self._model.analyse(others, urgency) if others else [], strict=True))
        return [self._labelled(text, read.get(text)) for text in texts]

    async def embed(self, passages: Sequence[str], questions: Sequence[str]) -> tuple[list[bytes], list[bytes]]:
        return await self._model.embed(passages, questions)

    async def tokens(self, passages: Sequence[str], questions: Sequence[str]) -> tuple[list[bytes], list[bytes]]:
        return await self._model.tokens(passages, questions)

    async def explain(self, text: str) -> Explanation:
        return await self._model.explain(text)

    def answer_confidences(self, question: str, analysis: Analysis, candidates: Sequence[Candidate]) -> list[float]:
        return self._model.answer_confidences(question, analysis, candidates)

    async def use_heads(self, heads: bytes | None) -> None:
        await self._model.use_heads(heads)

    def _labelled(self, text: str, read: Analysis | None) -> Analysis:
        if text in self._labels:
            return labelled(self._labels[text], read)
        assert read is not None
        return read


def labelled(labels: DemoAnalysis, read: Analysis | None) -> Analysis:
    """`labels`, certain since a person gave them, with what the model read besides, if it did."""
    return Analysis(
        language=labels.language.value,
        language_confidence=1.0,
        sentiment=labels.sentiment,
        sentiment_confidence=1.0,
        category=labels.category,
        category_confidence=1.0,
        intent=labels.intent,
        intent_confidence=1.0,
        urgent=labels.urgent,
        wants_human=labels.wants_human,
        thanks_only=labels.intent == "thanks",
        keywords=read.keywords if read else (),
        embedding=read.embedding if read else b"",
        model=read.model if read else AUTHORED,
    )
