"""Trains the model: an unchanged teacher gives vectors to stay near, and a body of all its layers learns the labels.

With `--small` a body of half the layers is then taught by that one. Each stage is kept in the work folder, so that a
stopped run goes on."""

import argparse
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch

from models.encoder import Encoder
from models.engine import AnalysisEngine
from models.heads import SENTIMENT_SPAN, Floats
from models.labels import CATEGORIES, CATEGORY_OF, INTENTS, SENTIMENTS
from models.matching import TokenMap
from models.tokens import PASSAGE, QUERY, Tokens
from models.training.artefact import heads_of, write_body
from models.training.base import Base, read_base
from models.training.calibrate import calibrated
from models.training.corpus import Example, Part
from models.training.guide import Guide
from models.training.joint import Lesson, Reader, Recipe, Report, Text, Trained, passage, shortened, train
from models.training.material import Material, read_material
from models.training.measure import measured
from models.training.model_card import write_reports
from models.training.reading import opinions_of, states_of, vectors_of
from models.training.scorer import fit_scorer, searches
from models.training.vocabulary import choose_pieces, tokenizer_of
from models.weights import ARTEFACTS, write_manifest

FULL = Recipe(layers=tuple(range(12)), epochs=4, rate=6e-5, answers_every=3)
SMALL = Recipe()
_MAPPED_TOKENS = 40_000


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    started = time.monotonic()

    def report(line: str) -> None:
        sys.stderr.write(f"[{time.monotonic() - started:6.0f} s] {line}\n")
        sys.stderr.flush()

    torch.set_num_threads(options.threads)
    options.work.mkdir(parents=True, exist_ok=True)
    material = read_material(options.data, options.seed)
    report(", ".join(f"{len(rows)} messages for {part.value}" for part, rows in material.messages.items()))
    recipe = SMALL if options.small else FULL
    stages = _Stages(material, read_base(), options.work, options.seed, report)
    trained = stages.small() if options.small else stages.full()
    metrics: dict[str, Any] = {
        "seed": options.seed,
        "recipe": asdict(recipe),
        "guide": asdict(FULL) if options.small else None,
        "parameters": sum(weight.numel() for weight in trained.parameters()),
        "pieces": stages.pieces,
        "messages": {part.value: len(rows) for part, rows in material.messages.items()},
        "public": sorted({example.batch for example in material.public}),
    }
    engine = stages.finish(options.out, trained, options.threads)
    report("measuring on the held-out part")
    metrics |= measured(engine, material, stages.frozen())
    metrics["minutes"] = round(stages.seconds(time.monotonic() - started) / 60)
    write_reports(options.out, metrics)
    report(f"written to {options.out}")
    return 0


class _Stages:
    def __init__(self, material: Material, base: Base, work: Path, seed: int, report: Report) -> None:
        self._material, self._base, self._work, self._seed, self._report = material, base, work, seed, report
        self._labelled = material.messages[Part.TRAINING]
        self._texts = [*self._labelled, *material.others]
        self._kept = choose_pieces(base)
        self._tokenizer = tokenizer_of(base, self._kept)
        self._tokens = Tokens(self._tokenizer)

    def vectors(self) -> Floats:
        """The unchanged teacher's vectors of all texts of the run."""
        path = self._work / "teacher.npy"
        if not path.exists():
            reader = Reader(self._tokens, 192)
            body = self._base.body(None, self._kept)
            np.save(path, vectors_of(body, reader, [one.text for one in self._texts], self._report))
        return np.asarray(np.load(path), dtype=np.float32)

    @property
    def pieces(self) -> int:
        return len(self._kept)

    def seconds(self, now: float) -> float:
        """Of this run and those before it that were stopped on the way."""
        path = self._work / "seconds.txt"
        total = now + (float(path.read_text("utf-8")) if path.exists() else 0.0)
        path.write_text(f"{total:.0f}", "utf-8")
        return total

    def frozen(self) -> dict[Part, Floats]:
        """The same of the messages to learn from, and of those to be measured on."""
        held_out = [one.text for one in self._material.messages[Part.HELD_OUT]]
        reader = Reader(self._tokens, 192)
        return {
            Part.TRAINING: self.vectors()[: len(self._labelled)],
            Part.HELD_OUT: vectors_of(self._base.body(None, self._kept), reader, held_out, self._report),
        }

    def full(self) -> Trained:
        return self._trained(Trained(self._base.body(FULL.layers, self._kept)), FULL, "full")

    def small(self) -> Trained:
        """Begins with some layers of the full body, and has it for a guide."""
        full = self.full()
        return self._trained(shortened(full, SMALL.layers), SMALL, "small", Guide(full))

    def finish(self, folder: Path, trained: Trained, threads: int) -> AnalysisEngine:
        """Writes the artefact and sets its confidences by the calibration part."""
        weights = write_body(folder, self._base, self._kept, self._tokenizer, trained)
        self._token_map(trained).save(weights.matching)
        examples = self._material.messages[Part.CALIBRATION]
        heads = heads_of(trained)
        features = Encoder.load(weights, threads).read([example.text for example in examples]).features
        calibrated(heads, features, examples).save(weights.heads)
        self._report("fitting the second stage of search")
        engine = AnalysisEngine.unscored(weights, threads)
        bases = self._material.bases[Part.CALIBRATION]
        both = [*searches(engine, bases, with_examples=False), *searches(engine, bases, with_examples=True)]
        fit_scorer(both).save(weights.answers)
        write_manifest(folder)
        return AnalysisEngine.load(folder, threads)

    def _token_map(self, trained: Trained) -> TokenMap:
        """From the articles and questions to learn from: what is to be compared is written as they are."""
        reader, bases = Reader(self._tokens, FULL.limit), self._material.bases[Part.TRAINING]
        told = states_of(
            trained.body, reader, [passage(one.title, one.body) for base in bases for one in base.articles], PASSAGE
        )
        asked = states_of(trained.body, reader, [one.text for base in bases for one in base.questions], QUERY)
        chosen = np.random.default_rng(self._seed).permutation(len(told) + len(asked))[:_MAPPED_TOKENS]
        return TokenMap.fit(np.concatenate([told, asked])[chosen])

    def _trained(self, model: Trained, recipe: Recipe, name: str, guide: Guide | None = None) -> Trained:
        vectors = self.vectors()
        texts = [Text(example, vector) for example, vector in zip(self._texts, vectors, strict=True)]
        count = len(self._labelled)
        reader = Reader(self._tokens, recipe.limit)
        watched = self._material.messages[Part.CALIBRATION]

        def check(model: Trained) -> str:
            return _told(opinions_of(model, reader, [one.text for one in watched], lambda _: None), watched)

        return train(
            model,
            reader,
            Lesson(texts[:count], texts[count:], self._material.bases[Part.TRAINING], guide),
            recipe,
            seed=self._seed,
            report=lambda line: self._report(f"{name}: {line}"),
            check=check,
            checkpoint=self._work / f"{name}.pt",
        )


def _told(opinions: Floats, examples: list[Example]) -> str:
    intents = opinions[:, : len(INTENTS)].argmax(1)
    moods = opinions[:, SENTIMENT_SPAN].argmax(1)
    families = [CATEGORIES.index(CATEGORY_OF[INTENTS[intent]]) for intent in intents]
    hits = [
        (
            CATEGORIES[families[row]] is example.category,
            INTENTS[intents[row]] == example.intent,
            SENTIMENTS[moods[row]] is example.sentiment,
        )
        for row, example in enumerate(examples)
    ]
    shares = np.array(hits).mean(0) if hits else np.zeros(3)
    return f"of {len(examples)} calibration messages right: " + ", ".join(
        f"{name} {share:.3f}" for name, share in zip(("category", "intent", "sentiment"), shares, strict=True)
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m models.training", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of public data sets to learn from beside the corpus")
    parser.add_argument("--out", type=Path, default=ARTEFACTS, help="where the artefact goes (default: %(default)s)")
    parser.add_argument("--work", type=Path, default=Path("var/training"), help="where the stages are kept")
    parser.add_argument("--small", action="store_true", help="go on to a body of half the layers, twice as fast")
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--threads", type=int, default=2)
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
