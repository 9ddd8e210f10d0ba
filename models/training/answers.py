"""Fits the answer scorer: for hand-written questions, is the nearest article the one that answers?"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.confidence import FEATURES, AnswerScorer, features
from models.features import Floats
from models.labels import LANGUAGES
from models.text import clean
from models.training.corpus import CORPUS, CorpusError, read_json_lines
from models.training.inputs import InputBuilder

_FILE: Final = "questions.jsonl"
_RANKS: Final = 2
"""The nearest article and the runner-up are scored, as a desk shows more than one suggestion."""
_DECAY: Final = 0.01
_NEWTON_STEPS: Final = 40
_CAUTION: Final = 0.25
"""How far the scores are moved down after the fit, in logits per unit of spread: doubt goes against answering."""

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Article:
    id: str
    language: str
    title: str
    body: str

    @property
    def passage(self) -> str:
        return f"{self.title}. {self.body}"


@dataclass(frozen=True, slots=True)
class Question:
    """`article` is the id of the one that answers it, or None when none does."""

    id: str
    batch: str
    language: str
    text: str
    article: str | None


@dataclass(frozen=True, slots=True)
class _Pairs:
    signs: Doubles
    is_answer: Doubles
    is_first: NDArray[np.bool_]
    batch: list[str]
    is_answerable: int


def read_questions(folder: Path = CORPUS) -> tuple[list[Article], list[Question]]:
    """Raises CorpusError on a line that breaks the format or names an unknown article."""
    articles, questions = [], []
    for where, row in read_json_lines(folder / _FILE):
        try:
            kind = row.pop("kind")
            if row["language"] not in LANGUAGES:
                raise CorpusError(f"{where}: unknown language")
            if kind == "article":
                articles.append(Article(row["id"], row["language"], row["title"], row["body"]))
            else:
                questions.append(Question(**row))
        except (KeyError, TypeError) as error:
            raise CorpusError(f"{where}: {error}") from error
    known = {article.id for article in articles}
    lost = [question.id for question in questions if question.article and question.article not in known]
    if lost:
        raise CorpusError(f"{_FILE}: unknown article in {', '.join(lost)}")
    return articles, questions


def train_scorer(builder: InputBuilder) -> tuple[AnswerScorer, dict[str, Any]]:
    """The scorer fit on all pairs, and the figures of a cross-validation that leaves one batch of articles out."""
    articles, questions = read_questions()
    passages = builder.vectors([clean(article.passage) for article in articles], "articles")
    asked = builder.vectors([clean(question.text) for question in questions], "questions")
    pairs = _pairs(articles, questions, asked @ passages.T)
    scores = np.zeros(len(pairs.is_answer))
    for batch in sorted(set(pairs.batch)):
        inside = np.array([one == batch for one in pairs.batch])
        weights, bias = _fit(pairs.signs[~inside], pairs.is_answer[~inside])
        scores[inside] = _sigmoid(pairs.signs[inside] @ weights + bias)
    weights, bias = _fit(pairs.signs, pairs.is_answer)
    return AnswerScorer(tuple(map(float, weights)), float(bias)), _figures(pairs, scores, questions)


def save_scorer(scorer: AnswerScorer, path: Path) -> None:
    """Rounded, so that the file is the same whatever the order in which a machine adds up."""
    weights = {name: round(weight, 5) for name, weight in zip(FEATURES, scorer.weights, strict=True)}
    stored = {"weights": weights, "bias": round(scorer.bias, 5)}
    path.write_text(json.dumps(stored, indent=2) + "\n", "utf-8")


def _pairs(articles: Sequence[Article], questions: Sequence[Question], cosines: Floats) -> _Pairs:
    signs, is_answer, is_first, batches = [], [], [], []
    for row, question in enumerate(questions):
        order = np.argsort(-cosines[row])
        for rank in range(_RANKS):
            article = articles[order[rank]]
            rival = order[0] if rank else order[1]
            margin = float(cosines[row, order[rank]] - cosines[row, rival])
            signs.append(features(question.text, article.passage, float(cosines[row, order[rank]]), margin))
            is_answer.append(float(article.id == question.article))
            is_first.append(rank == 0)
            batches.append(question.batch)
    return _Pairs(
        np.array(signs),
        np.array(is_answer),
        np.array(is_first),
        batches,
        sum(question.article is not None for question in questions),
    )


def _fit(signs: Doubles, is_answer: Doubles) -> tuple[Doubles, float]:
    """Ridge logistic regression by Newton's method on standardised columns; returned on the columns' own scale."""
    mean, spread = signs.mean(0), signs.std(0) + 1e-6
    columns = np.column_stack([(signs - mean) / spread, np.ones(len(signs))])
    penalty = np.full(columns.shape[1], _DECAY * len(signs))
    penalty[-1] = 1e-9
    solution = np.zeros(columns.shape[1])
    for _ in range(_NEWTON_STEPS):
        probability = _sigmoid(columns @ solution)
        gradient = columns.T @ (probability - is_answer) + penalty * solution
        curvature = (columns * (probability * (1 - probability))[:, None]).T @ columns + np.diag(penalty)
        solution = solution - np.linalg.solve(curvature, gradient)
    caution = _CAUTION * float(np.std(columns @ solution))
    weights = solution[:-1] / spread
    return weights, float(solution[-1] - weights @ mean - caution)


def _figures(pairs: _Pairs, scores: Doubles, questions: Sequence[Question]) -> dict[str, Any]:
    first = pairs.is_first
    right = pairs.is_answer[first].astype(bool)
    said = scores[first]
    english = np.array([question.language == "en" for question in questions])
    answerable = np.array([question.article is not None for question in questions])
    return {
        "questions": len(questions),
        "answerable": int(answerable.sum()),
        "hit_at_1_english": round(float(right[english & answerable].mean()), 3),
        "hit_at_1_other": round(float(right[~english & answerable].mean()), 3),
        "at": {
            str(threshold): _at(said, right, threshold, int(answerable.sum())) for threshold in (0.5, 0.7, 0.8, 0.9)
        },
    }


def _at(said: Doubles, right: NDArray[np.bool_], threshold: float, answerable: int) -> dict[str, float]:
    chosen = said >= threshold
    return {
        "answered": int(chosen.sum()),
        "precision": round(float(right[chosen].mean()), 3) if chosen.any() else 1.0,
        "coverage_of_answerable": round(float((chosen & right).sum()) / answerable, 3),
    }


def _sigmoid(values: Doubles) -> Doubles:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(values, -40, 40))), dtype=np.float64)
