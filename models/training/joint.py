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
from models.text import calmed, clean
from models.tokens import PASSAGE, QUERY, Prefix, Tokens
from models.training.articles import KnowledgeFile
from models.training.corpus import Example
from models.training.guide import Guide
from models.training.noise import disturbed, spliced

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
    epochs: int = 8
    batch: int = 32
    limit: int = 160
    rate: float = 2.0e-4
    head_rate: float = 1.5e-3
    decay: float = 0.01
    noise: float = 0.35
    sentiment: float = 1.0
    flags: float = 1.0
    category: float = 0.5
    likeness: float = 2.0
    splices: float = 0.6
    """Texts made of two messages, for each labelled one; only a guide can say something of them."""
    answers: float = 0.6
    answers_every: int = 4
    averaging: float = 0.985


@dataclass(frozen=True, slots=True)
class Text:
    """A text to read: labelled or not, with the teacher's vector, unless a guide says where it lies."""

    example: Example
    vector: Floats | None = None


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
        return self.judged(self.body.states(ids, mask), mask)

    def judged(self, states: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """The same as `forward`, of states that are there already."""
        vector, features = self.body.pooled(states, mask)
        return vector, self.heads(functional.dropout(self.norm(features), 0.15, self.training))


class Reader:
    """Tokens of texts as padded batches."""

    def __init__(self, tokens: Tokens, limit: int) -> None:
        self._tokens, self._limit = tokens, limit

    def before(self, prefix: Prefix) -> int:
        """Tokens of a text's frame before it."""
        return self._tokens.before(prefix)

    def batch(self, texts: Sequence[str], prefix: Prefix) -> tuple[Tensor, Tensor]:
        rows = self._tokens.numbers([calmed(clean(text)) for text in texts], prefix, self._limit)
        width = -(-max(map(len, rows)) // 8) * 8
        ids = torch.tensor([row + [self._tokens.pad] * (width - len(row)) for row in rows])
        return ids, (ids != self._tokens.pad).long()


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a run learns from. `others` are texts without labels of our own, read for what teacher or guide say."""

    labelled: Sequence[Text]
    others: Sequence[Text]
    bases: Sequence[KnowledgeFile]
    guide: Guide | None = None

    def splices(self, share: float, chance: random.Random) -> list[Text]:
        """New ones, each of two labelled messages of one language."""
        if self.guide is None:
            return []
        languages: dict[str, list[Example]] = {}
        for text in self.labelled:
            languages.setdefault(text.example.language, []).append(text.example)
        return [
            Text(Example("", spliced(one.text, chance.choice(languages[one.language]).text, chance), one.language, ""))
            for one in chance.sample([text.example for text in self.labelled], round(share * len(self.labelled)))
        ]


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
    if lesson.guide is not None:
        texts += round(recipe.splices * len(lesson.labelled))
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
    average = torch.optim.swa_utils.AveragedModel(model, avg_fn=_averaged(recipe.averaging))
    if first:
        for name, part in _parts(model, average, optimizer, schedule).items():
            part.load_state_dict(stored[name])
    asked = _Asked(lesson.bases, recipe.batch, chance)
    for epoch in range(first, recipe.epochs):
        share = list(lesson.others[epoch :: recipe.epochs])
        texts_now = [*lesson.labelled, *share, *lesson.splices(recipe.splices, chance)]
        for batch in _batches(texts_now, recipe.batch, chance):
            model.train()
            read = reader.batch(_written(batch, recipe.noise, chance), QUERY)
            loss = _reading_loss(model, lesson.guide, read, batch, recipe)
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


def _written(texts: Sequence[Text], noise: float, chance: random.Random) -> list[str]:
    """Each as it is, or as another hand would have written it."""
    return [
        disturbed(text.example.text, text.example.language, chance) if chance.random() < noise else text.example.text
        for text in texts
    ]


def _reading_loss(
    model: Trained, guide: Guide | None, batch: tuple[Tensor, Tensor], texts: Sequence[Text], recipe: Recipe
) -> Tensor:
    ids, mask = batch
    with torch.autocast("cpu", torch.bfloat16):
        states = model.body.states(ids, mask)
        vector, logits = model.judged(states, mask)
    logits = logits.float()
    loss = label_loss(logits, [text.example for text in texts], recipe)
    if guide is not None:
        return loss + guide.disagreement(ids, mask, states, vector, logits)
    return loss + recipe.likeness * _unlikeness(vector, texts)


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
    target = torch.from_numpy(np.stack([text.vector for text in texts if text.vector is not None]))
    return (1 - (vector * target).sum(1)).mean()


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
