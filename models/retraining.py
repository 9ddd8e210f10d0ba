"""Trains the heads anew from corrections. The body stays as it is, so that vectors keep their meaning.

One linear layer on features of the corpus and of the corrections is fitted by full-batch L-BFGS; it begins with the
heads in force and is pulled back to them. Temperatures are set by the calibration part, the held-out part judges.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from models.encoder import Encoder
from models.evaluation.metrics import calibration_error, wilson
from models.heads import FLAG_SPAN, INTENT_SPAN, SENTIMENT_SPAN, Floats, Heads, standardised
from models.labels import CATEGORIES, CATEGORY_OF, FLAGS, INTENTS, SENTIMENTS
from models.training.calibrate import calibrated
from models.training.corpus import Example, Part, part_of, parts, read_corpus

Report = Callable[[str, float], None]
"""Told the step (features, training, checking) and the share of the whole that is done."""

WEIGHT: Final = 4.0
"""What a correction counts beside a message of the corpus."""
PULL: Final = 0.3
"""How hard the heads are held where they were: times half the squared distance, beside a mean loss."""
FOLDS: Final = 5
_STEPS: Final = 40
_CATEGORY: Final = 0.5
_SENTIMENT: Final = 1.0
_FLAGS: Final = 0.6
_SOFT: Final = 0.08
"""What each neighbouring level of a sentiment gets of its probability, as when the body was trained."""
_CHUNK: Final = 64
_FEATURES_SHARE: Final = 0.6
_NAMES: Final = ("category", "intent", "sentiment")


@dataclass(frozen=True, slots=True)
class Lessons:
    """Messages with their features."""

    examples: Sequence[Example]
    features: Floats

    def take(self, rows: Sequence[int]) -> "Lessons":
        return Lessons([self.examples[row] for row in rows], self.features[list(rows)])


@dataclass(frozen=True, slots=True)
class Outcome:
    """New heads, and the figures of the old ones and of these."""

    heads: Heads
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def read_lessons(
    encoder: Encoder, corrections: Sequence[Example], report: Report, *, most: int | None = None
) -> tuple[dict[Part, Lessons], Lessons]:
    """The corpus by part and the corrections, read by the body. `most` shortens each part of the corpus evenly."""
    split = parts()
    chosen: dict[Part, list[Example]] = {part: [] for part in Part}
    for example in read_corpus():
        chosen[part_of(example.batch, split)].append(example)
    if most is not None:
        chosen = {part: rows[:: max(1, -(-len(rows) // most))] for part, rows in chosen.items()}
    everything = [*(example for rows in chosen.values() for example in rows), *corrections]
    features = _features(encoder, [example.text for example in everything], report)
    found: dict[Part, Lessons] = {}
    start = 0
    for part, rows in chosen.items():
        found[part] = Lessons(rows, features[start : start + len(rows)])
        start += len(rows)
    return found, Lessons(corrections, features[start:])


def retrained(heads: Heads, corpus: Mapping[Part, Lessons], corrections: Lessons, report: Report) -> Outcome:
    """`batch` of a correction is its ticket: heads that judge it saw no correction of that ticket."""
    training, setting, held_out = (corpus[part] for part in (Part.TRAINING, Part.CALIBRATION, Part.HELD_OUT))
    folds = _folds(corrections.examples)
    steps = len(folds) + 1

    def fitted(rows: Sequence[int], done: int) -> Heads:
        report("training" if done == 0 else "checking", _FEATURES_SHARE + (1 - _FEATURES_SHARE) * done / steps)
        new = fit(heads, training, corrections.take(rows))
        return calibrated(new, setting.features, setting.examples)

    new = fitted(range(len(corrections.examples)), 0)
    judges: list[Heads] = [new] * len(corrections.examples)
    for number, fold in enumerate(folds, start=1):
        others = [row for row in range(len(corrections.examples)) if row not in fold]
        judge = fitted(others, number)
        for row in fold:
            judges[row] = judge
    before = {"held_out": figures([heads], held_out), "corrections": figures([heads], corrections)}
    after = {"held_out": figures([new], held_out), "corrections": figures(judges, corrections) if folds else {}}
    report("checking", 1.0)
    return Outcome(new, before, after)


def fit(heads: Heads, training: Lessons, corrections: Lessons) -> Heads:
    """Weight and bias that suit both; temperatures and thresholds are left as they were."""
    import torch  # noqa: PLC0415
    from torch.nn import functional  # noqa: PLC0415

    examples = [*training.examples, *corrections.examples]
    features = torch.from_numpy(standardised(np.concatenate([training.features, corrections.features])))
    amounts = torch.tensor([1.0] * len(training.examples) + [WEIGHT] * len(corrections.examples))
    amounts /= len(training.examples)
    targets = [torch.from_numpy(target) for target in _targets(examples)]
    intents, categories, moods, flags, flags_known = targets
    members = torch.tensor([[float(CATEGORY_OF[intent] is one) for one in CATEGORIES] for intent in INTENTS])
    old_weight, old_bias = torch.from_numpy(heads.weight), torch.from_numpy(heads.bias)
    weight, bias = old_weight.clone().requires_grad_(), old_bias.clone().requires_grad_()
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=_STEPS, line_search_fn="strong_wolfe")

    def cost() -> Any:
        optimizer.zero_grad()
        logits = features @ weight + bias
        said = functional.log_softmax(logits[:, INTENT_SPAN], 1)
        families = (said.exp() @ members).clamp_min(1e-9).log()
        each = -(intents * said).sum(1) - _CATEGORY * (categories * families).sum(1)
        each = each - _SENTIMENT * (moods * functional.log_softmax(logits[:, SENTIMENT_SPAN], 1)).sum(1)
        doubts = functional.binary_cross_entropy_with_logits(logits[:, FLAG_SPAN], flags, reduction="none")
        each = each + _FLAGS * (doubts * flags_known).mean(1)
        distance = ((weight - old_weight) ** 2).sum() + ((bias - old_bias) ** 2).sum()
        total = (amounts * each).sum() + PULL / 2 * distance
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimizer.step(cost)  # type: ignore[no-untyped-call]
    return replace(heads, weight=weight.detach().numpy(), bias=bias.detach().numpy())


def figures(judges: Sequence[Heads], lessons: Lessons) -> dict[str, Any]:
    """Shares right of the labels that the messages have; one judge for all, or one for each message."""
    if not lessons.examples:
        return {}
    hits: dict[str, list[bool]] = {name: [] for name in _NAMES}
    sure: dict[str, list[float]] = {name: [] for name in _NAMES}
    same = len(judges) == 1
    if same:
        found = judges[0].judge(judges[0].logits(lessons.features), [one.language for one in lessons.examples])
    else:
        found = [
            judge.judge(judge.logits(lessons.features[row : row + 1]), [lessons.examples[row].language])[0]
            for row, judge in enumerate(judges)
        ]
    for example, judgement in zip(lessons.examples, found, strict=True):
        for name in _NAMES:
            if (truth := getattr(example, name)) is not None:
                hits[name].append(getattr(judgement, name) == truth)
                sure[name].append(getattr(judgement, f"{name}_confidence"))
    told: dict[str, Any] = {"messages": len(lessons.examples)}
    for name, right in hits.items():
        if right:
            told[name] = round(sum(right) / len(right), 4)
            told[f"{name}_interval"] = [round(bound, 4) for bound in wilson(sum(right), len(right))]
            told[f"{name}_calibration_error"] = round(calibration_error(sure[name], right), 4)
    return told


def _features(encoder: Encoder, texts: Sequence[str], report: Report) -> Floats:
    # Neighbours in length share a pass with little padding.
    order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
    found = np.zeros((len(texts), encoder.features), dtype=np.float32)
    for start in range(0, len(order), _CHUNK):
        report("features", _FEATURES_SHARE * start / len(order))
        rows = order[start : start + _CHUNK]
        found[rows] = encoder.read([texts[row] for row in rows]).features
    return found


def _folds(examples: Sequence[Example]) -> list[set[int]]:
    """Rows by ticket, in at most FOLDS parts; none for a single ticket, since nothing would be left to learn from."""
    tickets = list(dict.fromkeys(example.batch for example in examples))
    count = min(FOLDS, len(tickets))
    if count < 2:
        return []
    fold_of = {ticket: number % count for number, ticket in enumerate(tickets)}
    return [{row for row, one in enumerate(examples) if fold_of[one.batch] == fold} for fold in range(count)]


def _targets(examples: Sequence[Example]) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Probabilities wanted of intents, categories and sentiments (all zero where a message does not say), flags as
    zeros and ones, and which of these are known."""
    count = len(examples)
    intents = np.zeros((count, len(INTENTS)), dtype=np.float32)
    categories = np.zeros((count, len(CATEGORIES)), dtype=np.float32)
    moods = np.zeros((count, len(SENTIMENTS)), dtype=np.float32)
    flags = np.zeros((count, len(FLAGS)), dtype=np.float32)
    known = np.zeros((count, len(FLAGS)), dtype=np.float32)
    for row, example in enumerate(examples):
        if example.intent:
            intents[row, INTENTS.index(example.intent)] = 1.0
        if example.category:
            categories[row, CATEGORIES.index(example.category)] = 1.0
        if example.sentiment:
            level = SENTIMENTS.index(example.sentiment)
            beside = [one for one in (level - 1, level + 1) if 0 <= one < len(SENTIMENTS)]
            moods[row, beside] = _SOFT
            moods[row, level] = 1.0 - _SOFT * len(beside)
        for place, flag in enumerate(FLAGS):
            value = getattr(example, flag)
            flags[row, place], known[row, place] = bool(value), value is not None
    return intents, categories, moods, flags, known
