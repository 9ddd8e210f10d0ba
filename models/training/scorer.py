"""Fits the second stage of search on knowledge bases that the encoder was not trained on, and measures it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.domain.analysis import MOST_TOKENS, TOKEN_SIZE, Analysis, Candidate
from core.knowledge_index import Tokens, token_cosines, tokens_in
from core.passages import passages_of, sentences_of
from models.answers import AnswerScorer, signs_of
from models.engine import AnalysisEngine, Job, Task
from models.evaluation.metrics import calibration_error, coverage, wilson
from models.training.articles import Article, KnowledgeFile, Question

CANDIDATES: Final = 8
"""As many as the product's search hands to its second stage."""
_STEPS: Final = 60
_DECAY: Final = 0.003
_EXAMPLES: Final = 3
"""In every second base each article keeps so many of its questions as its own examples: products have both kinds."""

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Search:
    """One question's candidates, their signs, and which of them answers (-1: none)."""

    question: Question
    candidates: list[Article]
    signs: Doubles
    right: int


def searches(engine: AnalysisEngine, bases: Sequence[KnowledgeFile], *, with_examples: bool) -> list[Search]:
    """Every question of each base asked of that base, as the product would. Questions that are kept as an article's
    examples are not asked."""
    found = []
    for base in bases:
        kept = _examples_of(base) if with_examples else {}
        asked = [
            question for question in base.questions if question.text not in {t for ts in kept.values() for t in ts}
        ]
        compared = _Compared(engine, base, kept)
        analyses = [
            one for one in engine.process([Job(Task.ANALYSE, q.text) for q in asked]) if isinstance(one, Analysis)
        ]
        for question, analysis in zip(asked, analyses, strict=True):
            tokens = engine.recent_tokens(question.text)
            assert tokens is not None
            candidates = compared.nearest(np.frombuffer(analysis.embedding, dtype="<f4"), tokens_in(tokens))
            near = [base.articles[place] for place, _ in candidates]
            signs = signs_of(question.text, analysis, [candidate for _, candidate in candidates])
            right = next((place for place, one in enumerate(near) if one.id == question.article), -1)
            found.append(Search(question, near, signs, right))
    return found


class _Compared:
    """One base's vectors, as the product keeps them."""

    def __init__(self, engine: AnalysisEngine, base: KnowledgeFile, kept: dict[str, list[str]]) -> None:
        self._articles, self._kept = base.articles, kept
        pieces = {
            Task.PASSAGE: [passages_of(one.title, one.body) for one in base.articles],
            Task.QUESTION: [kept.get(one.id, []) for one in base.articles],
        }
        sentences = [sentences_of(one.title, one.body) for one in base.articles]
        self._passages, self._questions = (_Pieces(engine, task, texts) for task, texts in pieces.items())
        self._sentences = _Pieces(engine, Task.PASSAGE, sentences)
        self._tokens = _tokens_of(engine, pieces[Task.PASSAGE])

    def nearest(self, query: NDArray[np.float32], tokens: Tokens) -> list[tuple[int, Candidate]]:
        """Places and candidates, the nearest first; only they are compared by tokens."""
        pieces = (self._passages, self._sentences, self._questions)
        cosines = zip(self._articles, *(one.best(query) for one in pieces), strict=True)
        candidates = [self._candidate(article, *map(float, values)) for article, *values in cosines]
        nearest = sorted(enumerate(candidates), key=lambda pair: -pair[1].nearness)[:CANDIDATES]
        met = token_cosines(tokens, [self._tokens[place] for place, _ in nearest])
        return [
            (place, replace(one, token_cosines=cosines)) for (place, one), cosines in zip(nearest, met, strict=True)
        ]

    def _candidate(self, article: Article, by_passage: float, by_sentence: float, by_question: float) -> Candidate:
        return Candidate(
            article.title,
            article.body,
            article.language,
            article.category,
            article.intents,
            by_passage,
            by_sentence,
            by_question,
            has_questions=bool(self._kept),
        )


class _Pieces:
    """Texts of each article; `best` is each article's nearest, -1 where it has none."""

    def __init__(self, engine: AnalysisEngine, task: Task, texts: Sequence[Sequence[str]]) -> None:
        self._count = len(texts)
        self._owners = [place for place, mine in enumerate(texts) for _ in mine]
        self._vectors = _vectors(engine, task, [text for mine in texts for text in mine])

    def best(self, query: NDArray[np.float32]) -> NDArray[np.float32]:
        found = np.full(self._count, -1.0, np.float32)
        if self._owners:
            np.maximum.at(found, self._owners, self._vectors @ query)
        return found


def fit_scorer(found: Sequence[Search]) -> AnswerScorer:
    """Ridge logistic regression by Newton's method over all candidates of all searches."""
    signs = np.concatenate([one.signs for one in found])
    answers = np.concatenate([np.arange(len(one.candidates)) == one.right for one in found]).astype(float)
    mean, spread = signs.mean(0), signs.std(0) + 1e-6
    columns = np.column_stack([(signs - mean) / spread, np.ones(len(signs))])
    penalty = np.full(columns.shape[1], _DECAY * len(signs))
    penalty[-1] = 1e-9
    solution = np.zeros(columns.shape[1])
    for _ in range(_STEPS):
        probability = _sigmoid(columns @ solution)
        gradient = columns.T @ (probability - answers) + penalty * solution
        curvature = (columns * (probability * (1 - probability))[:, None]).T @ columns + np.diag(penalty)
        solution = solution - np.linalg.solve(curvature, gradient)
    weights = solution[:-1] / spread
    return AnswerScorer(tuple(map(float, weights)), float(solution[-1] - weights @ mean))


def search_figures(scorer: AnswerScorer, found: Sequence[Search]) -> dict[str, Any]:
    """Hits of answerable questions, and what the confidence of the best article is worth, for all and by language."""
    return {"all": _figures(scorer, found)} | {
        language: _figures(scorer, [one for one in found if one.question.language == language])
        for language in sorted({one.question.language for one in found})
    }


def _figures(scorer: AnswerScorer, found: Sequence[Search]) -> dict[str, Any]:
    weights = np.array(scorer.weights)
    answerable = [one for one in found if one.question.article]
    ranks, sure, is_right = [], [], []
    for one in found:
        scores = _sigmoid(one.signs @ weights + scorer.bias)
        order = list(np.argsort(-scores))
        sure.append(float(scores[order[0]]))
        is_right.append(order[0] == one.right)
        if one.question.article:
            ranks.append(order.index(one.right) if one.right >= 0 else CANDIDATES)
    first = sum(rank == 0 for rank in ranks)
    # Of all questions, the surest first: those that are answered while 95 % of the answers are right.
    answered = coverage(sure, is_right, (0.95,))["0.95"] * len(found)
    return {
        "questions": len(found),
        "answerable": len(answerable),
        "hit_at_1": round(first / max(1, len(ranks)), 4),
        "hit_at_1_interval": [round(value, 4) for value in wilson(first, len(ranks))],
        "hit_at_3": round(sum(rank < 3 for rank in ranks) / max(1, len(ranks)), 4),
        "answered_at_95": round(0.95 * answered / max(1, len(answerable)), 4),
        "calibration_error": round(calibration_error(sure, is_right), 4),
    }


def _examples_of(base: KnowledgeFile) -> dict[str, list[str]]:
    kept: dict[str, list[str]] = {}
    for question in base.questions:
        if question.article and len(kept.setdefault(question.article, [])) < _EXAMPLES:
            kept[question.article].append(question.text)
    return kept


def _tokens_of(engine: AnalysisEngine, passages: Sequence[Sequence[str]]) -> list[Tokens]:
    jobs = [Job(Task.PASSAGE_TOKENS, text) for mine in passages for text in mine]
    told = iter([one for one in engine.process(jobs) if isinstance(one, bytes)])
    return [tokens_in(b"".join(next(told) for _ in mine)[: MOST_TOKENS * TOKEN_SIZE]) for mine in passages]


def _vectors(engine: AnalysisEngine, task: Task, texts: list[str]) -> NDArray[np.float32]:
    if not texts:
        return np.zeros((0, 1), dtype=np.float32)
    return np.stack(
        [
            np.frombuffer(one, dtype="<f4")
            for one in engine.process([Job(task, t) for t in texts])
            if isinstance(one, bytes)
        ]
    )


def _sigmoid(values: Doubles) -> Doubles:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(values, -40, 40))), dtype=np.float64)
