"""An independent parallel test set (tab-separated, one column a language), used to report figures, never to train."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np

from core.domain.enums import Category
from models.heads import Heads
from models.labels import LANGUAGES, SENTIMENTS
from models.training.corpus import Example
from models.training.inputs import Inputs


def probe_figures(path: Path, heads: Heads, build: Callable[[list[Example]], Inputs]) -> dict[str, dict[str, float]]:
    """Accuracy per language: category, sentiment in 5 and in 3 levels."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    figures = {}
    for code in LANGUAGES:
        inputs = build([Example(f"probe-{code}-{row['id']}", row[code], code, "probe") for row in rows])
        judged = heads.judge(inputs.dense, inputs.grams, inputs.languages)
        levels = np.array([SENTIMENTS.index(judgement.sentiment) for judgement in judged])
        gold = np.array([int(row["sentiment"]) for row in rows])
        categories = [
            judgement.category is Category(row["category"]) for judgement, row in zip(judged, rows, strict=True)
        ]
        figures[code] = {
            "category_accuracy": round(float(np.mean(categories)), 3),
            "sentiment_accuracy": round(float(np.mean(levels == gold)), 3),
            "sentiment_3_levels": round(float(np.mean(np.sign(levels - 2) == np.sign(gold - 2))), 3),
        }
    return figures
