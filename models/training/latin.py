"""Learns to tell languages in Latin letters apart, from the training messages cut to all lengths, and from lists of the
words of each language: `python -m models.training.latin`, half a minute."""

import random
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import torch
from torch.nn import EmbeddingBag, functional

from models.labels import UNDETERMINED
from models.latin import BUCKETS, CODES, FILE, WORD, LatinLanguages, pieces_of
from models.stopwords import STOPWORDS
from models.training.articles import read_articles
from models.training.corpus import Part, part_of, parts, read_corpus

_OTHERS: Final = ("it", "pt", "nl", "pl", "sv", "da", "cs", "ro", "tr", "fi", "hu", "id", "ca")
_LISTED: Final = 30_000
_LISTED_OF_OTHERS: Final = 6_000
_CUTS: Final = (1, 2, 3, 5, 8)
_SAID_OFTEN: Final = 2.0
"""What a function word weighs, or a greeting as it is written in haste."""
_EPOCHS: Final = 6
_BATCH: Final = 1024
_RATE: Final = 0.5
_MOST: Final = 24.0
"""No piece may say more, so that a step of the stored table stays small."""

Lesson = tuple[list[str], str, float]
"""Words, their language, and what they weigh."""


def main() -> int:
    table = learn([*lessons(random.Random(20)), *_listed()])
    step = _MOST / 127
    from safetensors.numpy import save_file  # noqa: PLC0415

    save_file({"table": np.round(table / step).astype(np.int8), "step": np.array([step], np.float32)}, str(FILE))
    for part in (Part.CALIBRATION, Part.HELD_OUT):
        sys.stderr.write(f"{part.value}: {_right(LatinLanguages.load(), part):.4f} of the messages right\n")
    return 0


def lessons(chance: random.Random) -> Iterator[Lesson]:
    for text, language in _texts(Part.TRAINING):
        words = WORD.findall(text)
        if not words:
            continue
        yield words, language, 1.0
        for length in chance.sample(_CUTS, 3):
            start = chance.randrange(max(1, len(words) - length + 1))
            cut = words[start : start + length]
            yield cut, language, 1.0
            yield [_bare(word) for word in cut], language, 0.3
    for language in CODES[:-1]:
        yield from (([word], language, _SAID_OFTEN) for word in sorted(STOPWORDS[language]))


def learn(given: Sequence[Lesson]) -> np.ndarray:
    """Logistic regression on the mean of the pieces; the same on every machine."""
    torch.set_num_threads(1)
    torch.manual_seed(20)
    rows = [[piece for word in words for piece in pieces_of(word)] for words, _, _ in given]
    targets = torch.tensor([CODES.index(language) for _, language, _ in given])
    weights = torch.tensor([weight for _, _, weight in given])
    table = EmbeddingBag(BUCKETS, len(CODES), mode="mean")
    torch.nn.init.zeros_(table.weight)
    optimizer = torch.optim.Adam(table.parameters(), lr=_RATE)
    for epoch in range(_EPOCHS):
        optimizer.param_groups[0]["lr"] = _RATE * (1 - epoch / _EPOCHS)
        for batch in torch.split(torch.randperm(len(rows)), _BATCH):
            chosen = [rows[row] for row in batch.tolist()]
            starts = np.cumsum([0, *map(len, chosen[:-1])])
            scores = table(torch.tensor([piece for row in chosen for piece in row]), torch.from_numpy(starts))
            losses = functional.cross_entropy(scores, targets[batch], reduction="none")
            optimizer.zero_grad()
            (losses * weights[batch]).mean().backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            with torch.no_grad():
                table.weight.clamp_(-_MOST, _MOST)
    return table.weight.detach().numpy()


def _listed() -> Iterator[Lesson]:
    """Frequent words of each language, weighed by how much more often it says them than the others do."""
    from wordfreq import top_n_list, word_frequency  # noqa: PLC0415

    known = CODES[:-1]
    for language in (*known, *_OTHERS):
        label = language if language in known else UNDETERMINED
        for word in top_n_list(language, _LISTED if language in known else _LISTED_OF_OTHERS):
            if WORD.fullmatch(word) and word.isascii() | any("À" <= letter <= "ɏ" for letter in word):
                others = max(word_frequency(word, one) for one in known if one != language)
                own = word_frequency(word, language)
                yield [word], label, own / (own + others) * (1.0 if label == language else 0.5)


def _texts(part: Part) -> Iterator[tuple[str, str]]:
    split = parts()
    for example in read_corpus():
        if part_of(example.batch, split) is part and example.language in CODES:
            yield example.text, example.language
    for base in read_articles():
        if part_of(base.batch, split) is part and base.language in CODES:
            yield from ((question.text, question.language) for question in base.questions if question.language in CODES)
            yield from ((article.body, article.language) for article in base.articles)


def _bare(word: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFD", word) if not unicodedata.combining(one))


def _right(languages: LatinLanguages, part: Part) -> float:
    told = []
    for text, language in _texts(part):
        if words := WORD.findall(text):
            shares = languages.shares(words)
            told.append(max(shares, key=shares.__getitem__) == language)
    return float(np.mean(told))


if __name__ == "__main__":
    sys.exit(main())
