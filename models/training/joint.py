"""One run trains everything: what the heads say of a message, vectors that stay near the teacher's, and questions that
lie nearer to the article that answers them than to its neighbours."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from models.heads import FLAG_SPAN, INTENT_SPAN, OUTPUTS, SENTIMENT_SPAN
from models.labels import CATEGORIES, CATEGORY_OF, FLAGS, INTENTS, SENTIMENTS
from models.network import Body, Shape
from models.text import clean
from models.tokens import PASSAGE, QUERY, Prefix, Tokens
from models.training.articles import KnowledgeFile
from models.training.corpus import Example
from models.training.noise import disturbed

Report = Callable[[str], None]
Floats = NDArray[np.float32]

_UNKNOWN: Final = -1
_MEMBERS: Final = torch.tensor(
    [[float(CATEGORY_OF[intent] is category) for category in CATEGORIES] for intent in INTENTS]
)
_LAYER: Final = "body.bert.encoder.layer."
_SOFT_SENTIMENT: Final = 0.08
"""What each neighbouring level of a sentiment gets of its probability: the levels have an order."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """Settings of a run. `layers` are those kept of the teacher's twelve."""

    layers: tuple[int, ...] = (0, 2, 4, 7, 9, 11)
    warm_up_texts: int = 16_000
    epochs: int = 8
    batch: int = 32
    limit: int = 160
    rate: float = 1.0e-4
    head_rate: float = 1.5e-3
    decay: float = 0.01
    noise: float = 0.35
    sentiment: float = 1.0
    flags: float = 1.0
    category: float = 0.5
    likeness: float = 2.0
    guidance: float = 0.7
    answers: float = 0.6
    answers_every: int = 3
    averaging: float = 0.985


@dataclass(frozen=True, slots=True)
class Text:
    """A text to read: labelled or not, with the teacher's vector and, where there is a guide, what the guide says."""

    example: Example
    vector: Floats
    advice: Floats | None = None


class Trained(nn.Module):
    """A body and, on its features, one linear layer that is all heads."""

    def __init__(self, body: Body) -> None:
        super().__init__()
        self.body = body
        self.norm = nn.LayerNorm(body.shape.features, elementwise_affine=False)
        self.heads = nn.Linear(body.shape.features, OUTPUTS)
        nn.init.zeros_(self.heads.weight)
        nn.init.zeros_(self.heads.bias)

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        vector, features = self.body(ids, mask)
        return vector, self.heads(functional.dropout(self.norm(features), 0.15, self.training))


class Reader:
    """Tokens of texts as padded batches."""

    def __init__(self, tokens: Tokens, limit: int) -> None:
        self._tokens, self._limit = tokens, limit

    def batch(self, texts: Sequence[str], prefix: Prefix) -> tuple[Tensor, Tensor]:
        rows = self._tokens.numbers([clean(text) for text in texts], prefix, self._limit)
        width = -(-max(map(len, rows)) // 8) * 8
        ids = torch.tensor([row + [self._tokens.pad] * (width - len(row)) for row in rows])
        return ids, (ids != self._tokens.pad).long()


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a run learns from. `others` are texts without labels of our own, read for likeness and guidance."""

    labelled: Sequence[Text]
    others: Sequence[Text]
    bases: Sequence[KnowledgeFile]


def shortened(trained: Trained, layers: tuple[int, ...]) -> Trained:
    """A network of only the named layers of another, with its heads."""
    shape = trained.body.shape
    short = Trained(Body(Shape(len(layers), shape.vocabulary, shape.hidden, shape.intermediate)))
    state = trained.state_dict()
    for place, layer in enumerate(layers):
        for name in list(state):
            if name.startswith(f"{_LAYER}{layer}."):
                state[f"short.{name.replace(f'{_LAYER}{layer}.', f'{_LAYER}{place}.')}"] = state[name]
    kept = {name: tensor for name, tensor in state.items() if not name.startswith((_LAYER, "short."))}
    moved = {name.removeprefix("short."): tensor for name, tensor in state.items() if name.startswith("short.")}
    short.load_state_dict({**kept, **moved})
    return short


def train(
    model: Trained,
    reader: Reader,
    lesson: Lesson,
    recipe: Recipe,
    *,
    seed: int,
    report: Report,
    check: Callable[["Trained"], str],
    checkpoint: Path,
) -> Trained:
    """The averaged weights of the run. Each epoch ends in `checkpoint`; a run that is found there goes on."""
    torch.manual_seed(seed)
    chance = random.Random(seed)
    model.body.bert.embeddings.requires_grad_(False)
    optimizer = _optimizer(model, recipe)
    texts = len(lesson.labelled) + len(lesson.others) // recipe.epochs
    step, steps = 0, recipe.epochs * texts // recipe.batch
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, [recipe.rate, recipe.head_rate], total_steps=steps + 10 * recipe.epochs, pct_start=0.1
    )
    first = 0
    if checkpoint.exists():
        stored = torch.load(checkpoint, weights_only=True)
        first, step = stored["epoch"], stored["step"]
        chance.seed(seed + first)
        report(f"going on after epoch {first}")
    elif recipe.warm_up_texts:
        pool = [*lesson.labelled, *lesson.others]
        batches = _batches(chance.sample(pool, min(recipe.warm_up_texts, len(pool))), recipe.batch, chance)
        _warm_up(model, reader, list(batches), recipe, report)
    average = torch.optim.swa_utils.AveragedModel(model, avg_fn=_averaged(recipe.averaging))
    if first:
        for name, part in _parts(model, average, optimizer, schedule).items():
            part.load_state_dict(stored[name])
    asked = _Asked(lesson.bases, recipe.batch, chance)
    for epoch in range(first, recipe.epochs):
        share = list(lesson.others[epoch :: recipe.epochs])
        for batch in _batches([*lesson.labelled, *share], recipe.batch, chance):
            model.train()
            loss = _reading_loss(model, reader, batch, recipe, chance)
            if lesson.bases and step % recipe.answers_every == 0:
                loss = loss + recipe.answers * _answer_loss(model, reader, asked)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            average.update_parameters(model)
            if step % 50 == 0:
                report(f"epoch {epoch + 1}/{recipe.epochs}, step {step}/{steps}, loss {loss.item():.3f}")
            step += 1
        states = {name: part.state_dict() for name, part in _parts(model, average, optimizer, schedule).items()}
        torch.save({"epoch": epoch + 1, "step": step, **states}, checkpoint)
        report(f"epoch {epoch + 1}/{recipe.epochs}: {check(_inner(average))}")
    return _inner(average).eval()


def _parts(model: Trained, average: nn.Module, optimizer: Any, schedule: Any) -> dict[str, Any]:
    """What a checkpoint holds the states of."""
    return {"model": model, "average": average, "optimizer": optimizer, "schedule": schedule}


def _inner(average: torch.optim.swa_utils.AveragedModel) -> Trained:
    module = average.module
    assert isinstance(module, Trained)
    return module


def _averaged(most: float) -> Callable[[Tensor, Tensor, Tensor | int], Tensor]:
    """A running mean of the weights that forgets where it began."""

    def mean(old: Tensor, new: Tensor, count: Tensor | int) -> Tensor:
        kept = min(most, (1 + int(count)) / (10 + int(count)))
        return kept * old + (1 - kept) * new

    return mean


def _optimizer(model: Trained, recipe: Recipe) -> torch.optim.Optimizer:
    trunk = [weight for weight in model.body.bert.parameters() if weight.requires_grad]
    top = [*model.heads.parameters(), *model.body.gaze.parameters()]
    groups: list[dict[str, Any]] = [
        {"params": trunk, "lr": recipe.rate, "weight_decay": recipe.decay},
        {"params": top, "lr": recipe.head_rate, "weight_decay": 0.05},
    ]
    return torch.optim.AdamW(groups)


def _warm_up(model: Trained, reader: Reader, batches: Sequence[list[Text]], recipe: Recipe, report: Report) -> None:
    """A body with layers left out learns to give the teacher's vectors and the guide's opinions again."""
    trunk = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(trunk, lr=3e-4, weight_decay=0.01)
    steps = len(batches)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-4, total_steps=steps + 1, pct_start=0.1)
    for step, batch in enumerate(batches):
        ids, mask = reader.batch([text.example.text for text in batch], QUERY)
        with torch.autocast("cpu", torch.bfloat16):
            vector, logits = model(ids, mask)
        loss = 10 * _unlikeness(vector, batch) + recipe.guidance * _guidance_loss(logits.float(), batch)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(trunk, 1.0)
        optimizer.step()
        schedule.step()
        if step % 50 == 0:
            report(f"warming up, step {step}/{steps}, loss {loss.item():.4f}")


def _reading_loss(
    model: Trained, reader: Reader, texts: Sequence[Text], recipe: Recipe, chance: random.Random
) -> Tensor:
    written = [
        disturbed(text.example.text, text.example.language, chance)
        if chance.random() < recipe.noise
        else text.example.text
        for text in texts
    ]
    ids, mask = reader.batch(written, QUERY)
    with torch.autocast("cpu", torch.bfloat16):
        vector, logits = model(ids, mask)
    logits = logits.float()
    loss = recipe.likeness * _unlikeness(vector, texts) + label_loss(logits, [text.example for text in texts], recipe)
    return loss + recipe.guidance * _guidance_loss(logits, texts)


def label_loss(logits: Tensor, examples: Sequence[Example], recipe: Recipe) -> Tensor:
    """Of all heads together; what an example does not say costs nothing."""
    weights = torch.tensor([example.weight for example in examples])
    intents = torch.tensor([INTENTS.index(e.intent) if e.intent else _UNKNOWN for e in examples])
    moods = torch.tensor([SENTIMENTS.index(e.sentiment) if e.sentiment else _UNKNOWN for e in examples])
    total = logits.new_zeros(())
    if (known := intents != _UNKNOWN).any():
        scores = functional.log_softmax(logits[known, INTENT_SPAN], 1)
        families = torch.log(scores.exp() @ _MEMBERS + 1e-9)
        family = _MEMBERS[intents[known]].argmax(1)
        losses = functional.nll_loss(scores, intents[known], reduction="none")
        losses = losses + recipe.category * functional.nll_loss(families, family, reduction="none")
        total = total + (losses * weights[known]).sum() / len(examples)
    if (known := moods != _UNKNOWN).any():
        losses = functional.cross_entropy(logits[known, SENTIMENT_SPAN], _softened(moods[known]), reduction="none")
        total = total + recipe.sentiment * (losses * weights[known]).sum() / len(examples)
    for place, name in enumerate(FLAGS):
        values = [getattr(example, name) for example in examples]
        rows = [row for row, value in enumerate(values) if value is not None]
        if rows:
            target = torch.tensor([float(values[row]) for row in rows])
            losses = functional.binary_cross_entropy_with_logits(
                logits[rows, FLAG_SPAN.start + place], target, reduction="none"
            )
            total = total + recipe.flags * (losses * weights[rows]).sum() / len(examples)
    return total


def _softened(moods: Tensor) -> Tensor:
    target = functional.one_hot(moods, len(SENTIMENTS)).float()
    beside = functional.pad(target[:, 1:], (0, 1)) + functional.pad(target[:, :-1], (1, 0))
    return target * (1 - _SOFT_SENTIMENT * beside.sum(1, keepdim=True)) + beside * _SOFT_SENTIMENT


def _unlikeness(vector: Tensor, texts: Sequence[Text]) -> Tensor:
    target = torch.from_numpy(np.stack([text.vector for text in texts]))
    return (1 - (vector * target).sum(1)).mean()


def _guidance_loss(logits: Tensor, texts: Sequence[Text]) -> Tensor:
    advice = {row: text.advice for row, text in enumerate(texts) if text.advice is not None}
    if not advice:
        return logits.new_zeros(())
    return _disagreement(logits[list(advice)], torch.from_numpy(np.stack(list(advice.values()))))


def _disagreement(logits: Tensor, advice: Tensor) -> Tensor:
    """Kullback-Leibler divergence from the guide's opinion, softened by a temperature of two."""
    total = logits.new_zeros(())
    for span in (INTENT_SPAN, SENTIMENT_SPAN):
        total = total + 4 * functional.kl_div(
            functional.log_softmax(logits[:, span] / 2, 1),
            functional.log_softmax(advice[:, span] / 2, 1),
            reduction="batchmean",
            log_target=True,
        )
    return total + functional.binary_cross_entropy_with_logits(logits[:, FLAG_SPAN], advice[:, FLAG_SPAN].sigmoid())


class _Asked:
    """Endless batches of one knowledge base: questions, its articles, and which article answers each."""

    def __init__(self, bases: Sequence[KnowledgeFile], size: int, chance: random.Random) -> None:
        self._bases, self._size, self._chance = list(bases), size, chance
        self._turn = self._turns()

    def next(self) -> tuple[list[str], list[str], list[int]]:
        return next(self._turn)

    def _turns(self) -> Iterator[tuple[list[str], list[str], list[int]]]:
        while True:
            turns = []
            for base in self._bases:
                ids = [article.id for article in base.articles]
                passages = [passage(article.title, article.body) for article in base.articles]
                questions = [question for question in base.questions if question.article]
                self._chance.shuffle(questions)
                for start in range(0, len(questions), self._size):
                    part = questions[start : start + self._size]
                    answers = [ids.index(question.article) for question in part if question.article]
                    turns.append(([question.text for question in part], passages, answers))
            self._chance.shuffle(turns)
            yield from turns


def passage(title: str, body: str) -> str:
    """An article as it is embedded."""
    return f"{title}\n{body}"


def _answer_loss(model: Trained, reader: Reader, asked: _Asked) -> Tensor:
    questions, passages, answers = asked.next()
    with torch.autocast("cpu", torch.bfloat16):
        question_vectors, _ = model.body(*reader.batch(questions, QUERY))
        passage_vectors, _ = model.body(*reader.batch(passages, PASSAGE))
    scores = question_vectors @ passage_vectors.T / 0.03
    return functional.cross_entropy(scores, torch.tensor(answers))


def _batches(texts: list[Text], size: int, chance: random.Random) -> Iterator[list[Text]]:
    """Shuffled, but each batch of texts of about one length: padding costs as much as words."""
    chance.shuffle(texts)
    groups = []
    for start in range(0, len(texts), size * 40):
        chunk = sorted(texts[start : start + size * 40], key=lambda text: len(text.example.text))
        groups += [chunk[place : place + size] for place in range(0, len(chunk), size)]
    chance.shuffle(groups)
    yield from groups
