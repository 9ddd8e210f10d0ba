"""The local model behind the engine's `Analyzer` port."""

from collections.abc import Sequence
from pathlib import Path

from core.domain.analysis import Analysis, Candidate, Explanation
from core.domain.errors import Unavailable
from core.domain.ports import AnalyzerState, Urgency
from models.answers import AnswerScorer
from models.engine import AnalysisEngine, Answer, Job, Task
from models.runtime import Limits, ModelThread


class LocalAnalyzer:
    """Implements core.domain.ports.Analyzer with the weights of this folder, in one thread of its own.

    `weights_dir` is another folder with a manifest and the files that it names; None means the ones that come with the
    program. `threads` is torch's share of the CPU. Call `start` once, `close` at the end; both may be called from any
    thread.
    """

    def __init__(
        self,
        weights_dir: Path | None = None,
        threads: int = 1,
        *,
        limits: Limits | None = None,
    ) -> None:
        self._weights_dir = weights_dir
        self._threads = threads
        self._scorer: AnswerScorer | None = None
        self._runtime: ModelThread[Job, Answer] = ModelThread(self._load, limits)

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

    async def embed(self, passages: Sequence[str], questions: Sequence[str]) -> tuple[list[bytes], list[bytes]]:
        jobs = [*(Job(Task.PASSAGE, text) for text in passages), *(Job(Task.QUESTION, text) for text in questions)]
        vectors = [result for result in await self._runtime.submit(jobs, Urgency.BULK) if isinstance(result, bytes)]
        return vectors[: len(passages)], vectors[len(passages) :]

    async def explain(self, text: str) -> Explanation:
        (result,) = await self._runtime.submit([Job(Task.EXPLAIN, text)], Urgency.INTERACTIVE)
        assert isinstance(result, Explanation)
        return result

    def answer_confidences(self, question: str, analysis: Analysis, candidates: Sequence[Candidate]) -> list[float]:
        if self._scorer is None:
            raise Unavailable(self.detail)
        return self._scorer.probabilities(question, analysis, candidates)

    def _load(self) -> AnalysisEngine:
        engine = AnalysisEngine.load(self._weights_dir, self._threads)
        self._scorer = engine.scorer
        return engine
