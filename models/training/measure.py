"""Measures an artefact as the product runs it, on the held-out part, beside the yardsticks."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import torch
from torch.nn import functional

from core.domain.analysis import Analysis
from models.engine import AnalysisEngine, Job, Task
from models.evaluation import evaluate
from models.heads import Floats
from models.labels import CATEGORY_OF, INTENTS, LANGUAGES
from models.training.corpus import Example, Part
from models.training.keyword_baseline import keyword_accuracy
from models.training.material import Material
from models.training.scorer import search_figures, searches

_STEPS: Final = 300
_CHUNK: Final = 256


def measured(engine: AnalysisEngine, material: Material, frozen: dict[Part, Floats]) -> dict[str, Any]:
    """Figures of the heads and of search. `frozen` are the unchanged teacher's vectors of the messages."""
    held_out = material.messages[Part.HELD_OUT]
    bases = material.bases[Part.HELD_OUT]
    bare = searches(engine, bases, with_examples=False)
    rich = searches(engine, bases, with_examples=True)
    return {
        "held_out": evaluate(held_out, analysed(engine, held_out)),
        "search": search_figures(engine.scorer, bare),
        "search_with_examples": search_figures(engine.scorer, rich),
        "baselines": {
            "keywords": _by_language(held_out, [keyword_accuracy([example]) for example in held_out]),
            "frozen_encoder": _frozen(material, frozen),
        },
    }


def analysed(engine: AnalysisEngine, examples: Sequence[Example]) -> list[Analysis]:
    found: list[Analysis] = []
    for start in range(0, len(examples), _CHUNK):
        jobs = [Job(Task.ANALYSE, example.text) for example in examples[start : start + _CHUNK]]
        found += [one for one in engine.process(jobs) if isinstance(one, Analysis)]
    return found


def _frozen(material: Material, frozen: dict[Part, Floats]) -> dict[str, float]:
    """Category accuracy of one linear layer on the unchanged teacher's vectors."""
    training, held_out = material.messages[Part.TRAINING], material.messages[Part.HELD_OUT]
    inputs = torch.from_numpy(frozen[Part.TRAINING])
    truth = torch.tensor([INTENTS.index(example.intent) for example in training if example.intent])
    torch.manual_seed(0)
    layer = torch.nn.Linear(inputs.shape[1], len(INTENTS))
    optimizer = torch.optim.Adam(layer.parameters(), lr=0.05, weight_decay=1e-5)
    for _ in range(_STEPS):
        optimizer.zero_grad()
        functional.cross_entropy(layer(inputs) * 4, truth).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    said = layer(torch.from_numpy(frozen[Part.HELD_OUT])).argmax(1).tolist()
    hits = [CATEGORY_OF[INTENTS[one]] is example.category for one, example in zip(said, held_out, strict=True)]
    return _by_language(held_out, hits)


def _by_language(examples: Sequence[Example], hits: Sequence[float]) -> dict[str, float]:
    return {
        language: round(float(np.mean(own)), 4)
        for language in LANGUAGES
        if (own := [hit for hit, example in zip(hits, examples, strict=True) if example.language == language])
    }
