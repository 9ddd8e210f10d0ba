"""One pass of the model over a micro-batch: tell the language, read, judge. Runs in the model's threads."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from core.domain.analysis import Analysis, Explanation
from core.domain.enums import Category, Sentiment
from models.answers import SIGNS, AnswerScorer
from models.encoder import Encoder, Readings
from models.explain import explain
from models.heads import Floats, Heads, Judgement
from models.keywords import extract_keywords
from models.labels import UNDETERMINED
from models.language import LanguageDetector
from models.recent import Recent
from models.text import clean, has_words
from models.tokens import PASSAGE, QUERY
from models.weights import Weights, find_weights
from models.windows import parts_of

_WARM_UP = (
    *("Where is my order number 4711? " * count for count in (1, 2, 4, 8, 20)),
    "注文した商品はどこですか",
    "我的订单在哪里",
)
_WORDLESS_CONFIDENCE = 0.3
_REMEMBERED = 512
"""Messages whose tokens are kept: articles are looked for as soon as a batch was analysed."""
_UNREADABLE = (UNDETERMINED, 0.0)
"""What the detector says of a foreign script."""
THANKS = "thanks"


class Task(Enum):
    ANALYSE = auto()
    PASSAGE = auto()
    QUESTION = auto()
    PASSAGE_TOKENS = auto()
    QUESTION_TOKENS = auto()
    EXPLAIN = auto()


@dataclass(frozen=True, slots=True)
class Job:
    task: Task
    text: str


Answer = Analysis | Explanation | bytes


@dataclass(frozen=True, slots=True)
class Judges:
    """Heads and what `Analysis.model` calls a model that has them. A batch takes both once."""

    heads: Heads
    model: str


class AnalysisEngine:
    """Encoder, heads and detectors together; answers Analysis for ANALYSE, Explanation for EXPLAIN and vector bytes
    for the rest."""

    def __init__(
        self, weights: Weights, encoder: Encoder, heads: Heads, languages: LanguageDetector, scorer: AnswerScorer
    ) -> None:
        self._encoder, self._languages = encoder, languages
        self.body, self.features = weights.body_name, encoder.features
        self._shipped = self._judges = Judges(heads, weights.name)
        self._recent = Recent(_REMEMBERED)
        self.scorer = scorer

    @property
    def name(self) -> str:
        return f"{self._judges.model}, {self.precision}"

    @property
    def precision(self) -> str:
        return self._encoder.precision

    def recent_tokens(self, text: str) -> bytes | None:
        """Vectors of the tokens of a message that was analysed lately; may be called from any thread."""
        return self._recent.get(text)

    def use(self, judges: Judges | None) -> None:
        """From the next batch on; None means the heads that came with the weights. May be called from any thread."""
        self._judges = judges or self._shipped

    @classmethod
    def load(cls, directory: Path | None, threads: int = 1) -> "AnalysisEngine":
        """Checks and loads all files and runs a few passes, so that the first message does not pay for first use."""
        weights = find_weights(directory)
        engine = cls._read(weights, threads, AnswerScorer.load(weights.answers))
        engine.process([Job(Task.ANALYSE, text) for text in _WARM_UP])
        return engine

    @classmethod
    def unscored(cls, weights: Weights, threads: int) -> "AnalysisEngine":
        """For training: files that no manifest names yet, and no second stage of search."""
        return cls._read(weights, threads, AnswerScorer((0.0,) * len(SIGNS), 0.0))

    @classmethod
    def _read(cls, weights: Weights, threads: int, scorer: AnswerScorer) -> "AnalysisEngine":
        encoder = Encoder.load(weights, threads)
        return cls(weights, encoder, Heads.load(weights.heads, encoder.features), LanguageDetector(), scorer)

    def enter(self) -> None:
        self._encoder.enter()

    def process(self, jobs: Sequence[Job]) -> list[Answer]:
        answers: dict[int, Answer] = {}
        for task in Task:
            rows = [row for row, job in enumerate(jobs) if job.task is task]
            answers |= zip(rows, self._answers(task, [jobs[row].text for row in rows]), strict=True)
        return [answers[row] for row in range(len(jobs))]

    def _answers(self, task: Task, texts: list[str]) -> Sequence[Answer]:
        if not texts:
            return []
        match task:
            case Task.ANALYSE:
                readings = self._encoder.read(texts)
                self._recent.keep(texts, readings.tokens)
                return self._analyse(texts, readings)
            case Task.EXPLAIN:
                return [self._explain(text) for text in texts]
            case Task.QUESTION_TOKENS:
                return [one.tobytes() for one in self._encoder.read(texts).tokens]
            case _:
                return self._embedded(task, [clean(text) for text in texts])

    def _embedded(self, task: Task, texts: list[str]) -> Sequence[bytes]:
        read = self._encoder.embed(texts, QUERY if task is Task.QUESTION else PASSAGE)
        if task is Task.PASSAGE_TOKENS:
            return [one.tobytes() for one in read.tokens]
        return [_as_bytes(vector) for vector in read.vectors]

    def _analyse(self, texts: list[str], readings: Readings) -> list[Analysis]:
        cleaned = [clean(text) for text in texts]
        detected = [self._languages.detect(text) for text in cleaned]
        judges = self._judges
        judgements = judges.heads.judge(judges.heads.logits(readings.features), [code for code, _ in detected])
        return [
            self._worded(parts_of(raw)[0], told, judgement, vector, judges.model)
            if has_words(text) and told != _UNREADABLE
            else self._wordless(text, vector, judges.model)
            for raw, text, told, judgement, vector in zip(
                texts, cleaned, detected, judgements, readings.vectors, strict=True
            )
        ]

    def _explain(self, text: str) -> Explanation:
        judges, language = self._judges, self._languages.detect(clean(text))[0]
        return explain(self._encoder, judges.heads, text, language, judges.model)

    def _worded(
        self, said: str, detected: tuple[str, float], judgement: Judgement, vector: Floats, model: str
    ) -> Analysis:
        language, confidence = detected
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
            thanks_only=judgement.intent == THANKS and not judgement.flags["urgent"],
            keywords=extract_keywords(said, language),
            embedding=_as_bytes(vector),
            model=model,
        )

    def _wordless(self, text: str, vector: Floats, model: str) -> Analysis:
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
            model=model,
        )


def _as_bytes(vector: Floats) -> bytes:
    return vector.astype("<f4").tobytes()
