"""The local model behind the engine's `Analyzer` port."""

import asyncio
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from core.domain.analysis import Analysis, Candidate, Explanation
from core.domain.errors import Conflict, Unavailable
from core.domain.ports import AnalyzerState, Urgency
from models.answers import AnswerScorer
from models.engine import AnalysisEngine, Answer, Job, Judges, Task
from models.heads import Heads, features_of, metadata_of
from models.runtime import Limits, ModelThreads
from models.weights import ARTEFACTS, HEADS, WeightsProblem, read_manifest

_MOST_THREADS: Final = 4
"""Where nobody says how many: the desk wants cores too."""


class LocalAnalyzer:
    """Implements core.domain.ports.Analyzer with the weights of this folder, in threads of its own.

    `weights_dir` is another folder with a manifest and the files that it names; None means the ones that come with the
    program. Each of `threads` reads batches alone, on one core; 0
    means one for each core, at most four. Call `start` once, `close` at the end; both may be called
    from any thread.
    """

    def __init__(
        self,
        weights_dir: Path | None = None,
        threads: int = 0,
        *,
        limits: Limits | None = None,
    ) -> None:
        self._weights_dir = weights_dir
        self._scorer: AnswerScorer | None = None
        self._engine: AnalysisEngine | None = None
        self._judges: Judges | None = None
        self._runtime: ModelThreads[Job, Answer] = ModelThreads(
            self._load, limits, threads or min(os.cpu_count() or 1, _MOST_THREADS)
        )

    def start(self) -> None:
        """Loads in the background; `state` tells when it is done."""
        self._runtime.start()

    def close(self) -> None:
        """Ends the threads after the batches in work, for at most ten seconds; waiting callers get Unavailable."""
        self._runtime.close()

    @property
    def state(self) -> AnalyzerState:
        return self._runtime.state

    @property
    def detail(self) -> str:
        ready = self._engine is not None and self.state is AnalyzerState.READY
        return self._engine.name if ready and self._engine else self._runtime.detail

    @property
    def encoder(self) -> str:
        """Of the model in memory; before it is loaded, of the files."""
        if self._engine is not None:
            return self._engine.body
        try:
            return str(read_manifest(self._weights_dir or ARTEFACTS)["body"])
        except WeightsProblem:
            return ""

    @property
    def precision(self) -> str:
        return self._engine.precision if self._engine else ""

    @property
    def folder(self) -> Path:
        return self._weights_dir or ARTEFACTS

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

    async def tokens(self, passages: Sequence[str], questions: Sequence[str]) -> tuple[list[bytes], list[bytes]]:
        recent = {text: kept for text in questions if (kept := self._recent_tokens(text)) is not None}
        unknown = [text for text in dict.fromkeys(questions) if text not in recent]
        jobs = [
            *(Job(Task.PASSAGE_TOKENS, text) for text in passages),
            *(Job(Task.QUESTION_TOKENS, text) for text in unknown),
        ]
        found = [result for result in await self._runtime.submit(jobs, Urgency.BULK) if isinstance(result, bytes)]
        recent |= zip(unknown, found[len(passages) :], strict=True)
        return found[: len(passages)], [recent[text] for text in questions]

    def _recent_tokens(self, text: str) -> bytes | None:
        return self._engine.recent_tokens(text) if self._engine else None

    async def explain(self, text: str) -> Explanation:
        (result,) = await self._runtime.submit([Job(Task.EXPLAIN, text)], Urgency.INTERACTIVE)
        assert isinstance(result, Explanation)
        return result

    def answer_confidences(self, question: str, analysis: Analysis, candidates: Sequence[Candidate]) -> list[float]:
        if self._scorer is None:
            raise Unavailable(self.detail)
        return self._scorer.probabilities(question, analysis, candidates)

    async def use_heads(self, heads: bytes | None) -> None:
        """May be called before the model is loaded: then it begins with these heads."""
        self._judges = None if heads is None else await asyncio.to_thread(self._checked, heads)
        # `_load` sets the engine before it reads the judges, and here it is the other way round: none is missed.
        if self._engine is not None:
            self._engine.use(self._judges)

    def _checked(self, raw: bytes) -> Judges:
        folder = self._weights_dir or ARTEFACTS
        try:
            made_for = metadata_of(raw).get("body")
            if made_for not in (None, self.encoder):
                raise Conflict(f"The heads were made for the encoder {made_for}; installed is {self.encoder}.")
            engine = self._engine
            features = engine.features if engine else features_of((folder / HEADS).read_bytes())
            heads = Heads.read(raw, features)
        except (ValueError, OSError) as error:
            raise Conflict(f"The heads can't be used: {error}.") from error
        return Judges(heads, f"{self.encoder}+{hashlib.sha256(raw).hexdigest()[:6]}")

    def _load(self) -> AnalysisEngine:
        engine = AnalysisEngine.load(self._weights_dir)
        self._scorer = engine.scorer
        self._engine = engine
        engine.use(self._judges)
        return engine
