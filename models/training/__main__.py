"""`python -m models.training [--data PATH] [--probe PATH] [--seed N]`: corpus in, heads, figures and card out."""

import argparse
import sys
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from models.encoder import Encoder
from models.features import Floats
from models.heads import OUTPUTS, Heads
from models.lexicon import LEXICON_SIZE
from models.training.answers import save_scorer, train_scorer
from models.training.baseline import keyword_accuracy
from models.training.corpus import Example, held_out_batches, read_corpus, split
from models.training.evaluate import calibrate, evaluate
from models.training.fit import Recipe, fit, without_ngrams
from models.training.inputs import InputBuilder, Inputs
from models.training.probe import probe_figures
from models.training.public import read_public, sets_used
from models.training.report import write_reports
from models.weights import ARTEFACTS, file_hash, packaged_encoder

_FOLDS = 4


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    started = time.monotonic()

    def report(line: str) -> None:
        sys.stderr.write(f"[{time.monotonic() - started:6.1f} s] {line}\n")

    torch.manual_seed(options.seed)
    directory = options.encoder or packaged_encoder()
    encoder = Encoder.load(directory, options.threads)
    builder = InputBuilder(encoder, file_hash(directory / "model.safetensors"), report)
    corpus = read_corpus()
    training, held_out = split(corpus, held_out_batches())
    public = read_public(options.data, options.seed) if options.data else []
    report(f"{len(training)} messages to train on, {len(held_out)} held out, {len(public)} from public sets")

    own = builder.build(training, "corpus")
    material = _Material(training, own, public, builder.build(public, "public sets"))
    tested = builder.build(held_out, "held-out part")
    recipe = Recipe()
    report("cross-validation for calibration")
    logits = _out_of_fold(material, recipe, options.seed)
    report("fitting the heads")
    heads = calibrate(material.fit_all(recipe, options.seed), logits, training, own.languages)
    report("fitting the yardsticks")
    plain = material.fit_all(without_ngrams(recipe), options.seed)
    report("fitting the answer scorer")
    scorer, answers = train_scorer(builder)

    metrics: dict[str, Any] = {
        "seed": options.seed,
        "recipe": asdict(recipe),
        "training_messages": len(training),
        "held_out_messages": len(held_out),
        "public_sets": sets_used(public),
        "public_rows": len(public),
        "held_out": evaluate(heads, held_out, tested),
        "out_of_fold_category_accuracy": _accuracy_by_language(heads, training, own, logits),
        "baselines": {
            "keywords_category_accuracy": _by_language(held_out, keyword_accuracy),
            "embedding_only": _without_details(evaluate(plain, held_out, tested)),
        },
        "answers": answers,
    }
    if options.probe:
        metrics["probe"] = probe_figures(options.probe, heads, lambda examples: builder.build(examples, "probe"))
    options.out.mkdir(parents=True, exist_ok=True)
    heads.save(options.out / "heads.safetensors")
    save_scorer(scorer, options.out / "confidence.json")
    write_reports(options.out, directory, metrics)
    report(f"written to {options.out}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m models.training", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of public data sets to train on beside the corpus")
    parser.add_argument("--probe", type=Path, help="table of parallel messages to report on, never trained on")
    parser.add_argument("--encoder", type=Path, help="folder of the encoder's files; default: the installed package")
    parser.add_argument("--out", type=Path, default=ARTEFACTS, help="where the artefacts go (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--threads", type=int, default=1)
    return parser


@dataclass(frozen=True, slots=True)
class _Material:
    """The corpus' training part and the public rows, with their inputs."""

    own: list[Example]
    inputs: Inputs
    public: list[Example]
    public_inputs: Inputs

    def fit(self, rows: list[int], recipe: Recipe, seed: int) -> Heads:
        """Heads fit on the chosen rows of the corpus and all public rows."""
        examples = [*(self.own[row] for row in rows), *self.public]
        return fit(examples, self.inputs.rows(rows).joined(self.public_inputs), recipe, seed)

    def fit_all(self, recipe: Recipe, seed: int) -> Heads:
        return self.fit(list(range(len(self.own))), recipe, seed)


def _out_of_fold(material: _Material, recipe: Recipe, seed: int) -> Floats:
    """Scores (n, OUTPUTS) of each training message by heads that saw no message of its batch."""
    fold_of = {batch: place % _FOLDS for place, batch in enumerate(sorted({e.batch for e in material.own}))}
    logits = np.zeros((len(material.own), OUTPUTS), dtype=np.float32)
    for fold in range(_FOLDS):
        inside = [row for row, example in enumerate(material.own) if fold_of[example.batch] == fold]
        outside = [row for row, example in enumerate(material.own) if fold_of[example.batch] != fold]
        if inside:
            part = _without_lexicon_abroad(material.inputs.rows(inside))
            logits[inside] = material.fit(outside, recipe, seed).logits(part.dense, part.grams)
    return logits


def _without_lexicon_abroad(inputs: Inputs) -> Inputs:
    """Concepts hidden outside English, where they fit the corpus too well to tell how sure one may be elsewhere."""
    dense = inputs.dense.copy()
    dense[[language != "en" for language in inputs.languages], -LEXICON_SIZE:] = 0.0
    return replace(inputs, dense=dense)


def _accuracy_by_language(heads: Heads, training: list[Example], own: Inputs, logits: Floats) -> dict[str, float]:
    judged = heads.judge_logits(logits, own.languages)
    hits = {
        example.id: judgement.category is example.category for example, judgement in zip(training, judged, strict=True)
    }
    return _by_language(training, lambda part: round(sum(hits[example.id] for example in part) / len(part), 3))


def _by_language(examples: list[Example], measure: Any) -> dict[str, float]:
    codes = sorted({example.language for example in examples})
    return {code: measure([example for example in examples if example.language == code]) for code in codes}


def _without_details(figures: dict[str, Any]) -> dict[str, Any]:
    kept = ("category_accuracy", "intent_accuracy", "sentiment_accuracy")
    return {code: {name: values[name] for name in kept} for code, values in figures.items()}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
