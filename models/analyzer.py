"""The local model behind the engine's `Analyzer` port."""

from collections.abc import Sequence
from pathlib import Path

from core.domain.analysis import Analysis
from core.domain.errors import Unavailable
from core.domain.ports import AnalyzerState, Urgency
from models.confidence import AnswerScorer
from models.engine import AnalysisEngine, Job, Task
from models.runtime import Limits, ModelThread
from models.weights import ARTEFACTS


class LocalAnalyzer:
    """Implements core.domain.ports.Analyzer with the encoder and heads of this folder, in one thread of its own.

    `weights_dir` holds another copy of the encoder's files; None means the installed package. `threads` is torch's
    share of the CPU. Call `start` once, `close` at the end; both may be called from any thread.
    """

    def __init__(
        self,
        weights_dir: Path | None = None,
        threads: int = 1,
        *,
        artefacts: Path = ARTEFACTS,
        limits: Limits | None = None,
    ) -> None:
        self._weights_dir = weights_dir
        self._threads = threads
        self._artefacts = artefacts
        self._scorer: AnswerScorer | None = None
        self._runtime: ModelThread[Job, Analysis | bytes] = ModelThread(self._load, limits)

    def start(self) -> None:
        """Loads in the background; `state` tells when it is done."""
        self._runtime.start()

    def close(self) -> None:
        """Ends the thread after the batch in work, for at most ten seconds; waiting callers get Unavailable."""
        self._runtime.close()

    @property
    def state(self) -> AnalyzerState:
        return self._runtime.state

    @property
    def detail(self) -> str:
        return self._runtime.detail

    @property
    def waiting(self) -> int:
        """Texts that no batch has taken yet."""
        return self._runtime.waiting

    async def settled(self) -> AnalyzerState:
        """Waits for the end of loading and returns READY or FAILED."""
        return await self._runtime.settled()

    async def analyse(self, texts: Sequence[str], urgency: Urgency = Urgency.BULK) -> list[Analysis]:
        results = await self._runtime.submit([Job(Task.ANALYSE, text) for text in texts], urgency)
        return [result for result in results if isinstance(result, Analysis)]

    async def embed_passages(self, texts: Sequence[str]) -> list[bytes]:
        results = await self._runtime.submit([Job(Task.EMBED, text) for text in texts], Urgency.BULK)
        return [result for result in results if isinstance(result, bytes)]

    def answer_confidence(self, question: str, passage: str, cosine: float, margin: float) -> float:
        if self._scorer is None:
            raise Unavailable(self.detail)
        return self._scorer.probability(question, passage, cosine, margin)

    def _load(self) -> AnalysisEngine:
        engine = AnalysisEngine.load(self._weights_dir, self._threads, self._artefacts)
        self._scorer = engine.scorer
        return engine
