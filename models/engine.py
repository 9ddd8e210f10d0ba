"""One pass of the model over a micro-batch: clean, tell the language, encode, judge. Runs in the model's thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from core.domain.analysis import Analysis
from core.domain.enums import Category, Sentiment
from models.confidence import AnswerScorer
from models.encoder import Encoder
from models.features import Floats, ngrams
from models.heads import Heads, Judgement, dense_signs
from models.keywords import extract_keywords
from models.labels import UNDETERMINED
from models.language import LanguageDetector
from models.text import clean, has_words
from models.weights import ARTEFACTS, find_weights

_WARM_UP = tuple("Where is my order number 4711? " * count for count in (1, 2, 4, 8, 20))
_WORDLESS_CONFIDENCE = 0.3
_UNREADABLE = (UNDETERMINED, 0.0)
"""What the detector says of a foreign script."""


class Task(Enum):
    ANALYSE = auto()
    EMBED = auto()


@dataclass(frozen=True, slots=True)
class Job:
    task: Task
    text: str


class AnalysisEngine:
    """Encoder, heads and detectors together; answers Analysis for ANALYSE jobs and vector bytes for EMBED jobs."""

    def __init__(
        self, name: str, encoder: Encoder, heads: Heads, languages: LanguageDetector, scorer: AnswerScorer
    ) -> None:
        self._encoder = encoder
        self._heads = heads
        self._languages = languages
        self._model = name
        self.scorer = scorer
        self.name = f"{name}, {encoder.precision}"

    @classmethod
    def load(cls, encoder_dir: Path | None, threads: int, artefacts: Path = ARTEFACTS) -> "AnalysisEngine":
        """Checks and loads all files and runs a few passes, so that the first message does not pay for first use."""
        weights = find_weights(encoder_dir, artefacts)
        encoder = Encoder.load(weights.encoder, threads)
        heads = Heads.load(weights.heads, encoder.dimension)
        scorer = AnswerScorer.load(weights.confidence)
        engine = cls(weights.name, encoder, heads, LanguageDetector(), scorer)
        engine.process([Job(Task.ANALYSE, text) for text in _WARM_UP])
        return engine

    def process(self, jobs: Sequence[Job]) -> list[Analysis | bytes]:
        texts = [clean(job.text) for job in jobs]
        vectors = self._encoder.encode(texts)
        rows = [row for row, job in enumerate(jobs) if job.task is Task.ANALYSE]
        analyses = iter(self._analyse([texts[row] for row in rows], vectors[rows]))
        return [next(analyses) if job.task is Task.ANALYSE else _as_bytes(vectors[row]) for row, job in enumerate(jobs)]

    def _analyse(self, texts: list[str], vectors: Floats) -> list[Analysis]:
        if not texts:
            return []
        detected = [self._languages.detect(text) for text in texts]
        codes = [code for code, _ in detected]
        dense = dense_signs(vectors, texts, codes)
        judgements = self._heads.judge(dense, ngrams(texts), codes)
        return [
            self._worded(text, code, confidence, judgement, vector)
            if has_words(text) and (code, confidence) != _UNREADABLE
            else self._wordless(text, vector)
            for text, (code, confidence), judgement, vector in zip(texts, detected, judgements, vectors, strict=True)
        ]

    def _worded(self, text: str, language: str, confidence: float, judgement: Judgement, vector: Floats) -> Analysis:
        return Analysis(
            language=language,
            language_confidence=confidence,
            sentiment=judgement.sentiment,
            sentiment_confidence=judgement.sentiment_confidence,
            category=judgement.category,
            category_confidence=judgement.category_confidence,
            intent=judgement.intent,
            intent_confidence=judgement.intent_confidence,
            urgent=judgement.flags["urgent"],
            wants_human=judgement.flags["wants_human"],
            thanks_only=judgement.flags["thanks_only"] and judgement.intent == "thanks",
            keywords=extract_keywords(text, language),
            embedding=_as_bytes(vector),
            model=self._model,
        )

    def _wordless(self, text: str, vector: Floats) -> Analysis:
        """Empty text, digits, emoji, a script of none of the six languages: the heads know nothing of it."""
        return Analysis(
            language=UNDETERMINED,
            language_confidence=0.0,
            sentiment=Sentiment.NEUTRAL,
            sentiment_confidence=_WORDLESS_CONFIDENCE,
            category=Category.OTHER,
            category_confidence=_WORDLESS_CONFIDENCE,
            intent="unclear",
            intent_confidence=_WORDLESS_CONFIDENCE,
            urgent=False,
            wants_human=False,
            thanks_only=False,
            keywords=extract_keywords(text, UNDETERMINED),
            embedding=_as_bytes(vector) if text else b"",
            model=self._model,
        )


def _as_bytes(vector: Floats) -> bytes:
    return vector.astype("<f4").tobytes()
