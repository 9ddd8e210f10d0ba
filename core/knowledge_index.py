"""The vectors of all articles in one matrix. An index never changes: each change makes the next one, beside it.

Rows are only ever added behind the last, and those of an article that is gone belong to nobody, so that a search in
another thread may go on in the index that it began with. Now and then the matrix is written anew without dead rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.codes import codes_of
from core.domain.analysis import TOKEN_SIZE, nearness
from core.domain.entities import Article
from core.storage.articles import Key

CANDIDATES = 8
"""Articles that the second stage looks at."""
BY_CODE = 3
"""So many of them may owe their place to a code of the question alone."""
COMMON_CODE = 12
"""A code that more articles name than this tells none of them from the others."""
_SHORTLIST_ROWS = 96
"""Vectors of this rank or better are looked at closely: they belong to some thirty articles."""
_QUERIES_AT_ONCE = 32

Floats = NDArray[np.float32]
Tokens = NDArray[np.int8]
"""Vectors (tokens, TOKEN_SIZE) of 127 steps to one."""
_UNIT = 127.0**2


@dataclass(frozen=True, slots=True)
class Entry:
    """An article and where its rows are: `passages`, then `sentences`, then example `questions`."""

    article: Article
    first: int
    passages: int
    sentences: int
    questions: int
    codes: frozenset[str]
    tokens: Tokens

    @property
    def rows(self) -> int:
        return self.passages + self.sentences + self.questions

    @property
    def key(self) -> Key:
        return Key(self.article.version, self.article.updated_at)


@dataclass(frozen=True, slots=True)
class Read:
    """An article as it is read from the database: its vectors in the order of Entry."""

    article: Article
    vectors: Floats
    passages: int
    sentences: int
    tokens: Tokens


@dataclass(frozen=True, slots=True)
class Near:
    """An article and the cosines of its best passage, best sentence and best example question (-1: has none)."""

    entry: Entry
    passage: float
    sentence: float
    question: float

    @property
    def article(self) -> Article:
        return self.entry.article

    @property
    def nearness(self) -> float:
        return nearness(self.passage, self.sentence, self.question)

    @property
    def cosine(self) -> float:
        return max(self.passage, self.sentence, self.question)


@dataclass(frozen=True, slots=True)
class Index:
    """All vectors of one encoder. Row `i` of `matrix` belongs to `entries[owner[i]]`, or to nobody (-1)."""

    encoder: str
    buffer: Floats
    owner: NDArray[np.int32]
    entries: tuple[Entry | None, ...]
    places: dict[int, int]
    holders: dict[str, frozenset[int]]
    """Which articles, by their places in `entries`, name a code."""
    dead: int = 0

    @classmethod
    def empty(cls, encoder: str) -> "Index":
        return cls(encoder, np.zeros((0, 0), np.float32), np.zeros(0, np.int32), (), {}, {})

    @property
    def rows(self) -> int:
        return len(self.owner)

    @property
    def articles(self) -> int:
        return len(self.places)

    @property
    def bytes(self) -> int:
        tokens = sum(entry.tokens.nbytes for entry in self.entries if entry is not None)
        return int(self.buffer.nbytes + self.owner.nbytes) + tokens

    def counts(self) -> dict[str, int]:
        """Articles by language."""
        found: dict[str, int] = {}
        for place in self.places.values():
            if (entry := self.entries[place]) is not None:
                found[entry.article.language] = found.get(entry.article.language, 0) + 1
        return found

    def keys(self) -> dict[int, Key]:
        return {number: entry.key for number, place in self.places.items() if (entry := self.entries[place])}

    def changed(self, added: Sequence[Read], removed: Iterable[int]) -> "Index":
        """The next index: without `removed` article ids, with `added` in the place of what they were before. Costs what
        is added, and a copy of the small tables."""
        entries, places, holders = list(self.entries), dict(self.places), dict(self.holders)
        owner, dead = self.owner.copy(), self.dead
        for number in {*removed, *(one.article.id for one in added)} & places.keys():
            place = places.pop(number)
            gone = entries[place]
            assert gone is not None
            owner[gone.first : gone.first + gone.rows] = -1
            dead += gone.rows
            entries[place] = None
            for code in gone.codes:
                holders[code] = holders[code] - {place}
        buffer = _with_room(self.buffer, len(owner), added)
        first, owners = len(owner), [owner]
        naming: dict[str, set[int]] = {}
        for one in added:
            article, count = one.article, len(one.vectors)
            codes = codes_of("\n".join((article.title, article.body, *article.questions)))
            buffer[first : first + count] = one.vectors
            owners.append(np.full(count, len(entries), np.int32))
            places[article.id] = len(entries)
            for code in codes:
                naming.setdefault(code, set()).add(len(entries))
            questions = count - one.passages - one.sentences
            entries.append(Entry(article, first, one.passages, one.sentences, questions, codes, one.tokens))
            first += count
        holders |= {code: holders.get(code, frozenset()) | new for code, new in naming.items()}
        return Index(self.encoder, buffer, np.concatenate(owners), tuple(entries), places, holders, dead)

    @property
    def is_wasteful(self) -> bool:
        return self.dead > 1000 and self.dead * 4 > self.rows

    def compacted(self) -> "Index":
        """The same without rows and places of nobody, in a matrix of its own."""
        alive = [entry for entry in self.entries if entry is not None]
        kept = self.owner >= 0
        matrix = self.buffer[: self.rows][kept]
        first, entries, owner = 0, [], np.empty(len(matrix), np.int32)
        for place, entry in enumerate(sorted(alive, key=lambda entry: entry.first)):
            entries.append(replace(entry, first=first))
            owner[first : first + entry.rows] = place
            first += entry.rows
        places = {entry.article.id: place for place, entry in enumerate(entries)}
        holders: dict[str, set[int]] = {}
        for place, entry in enumerate(entries):
            for code in entry.codes:
                holders.setdefault(code, set()).add(place)
        frozen = {code: frozenset(found) for code, found in holders.items()}
        return Index(self.encoder, matrix, owner, tuple(entries), places, frozen)

    def nearest(self, queries: Floats, codes: Sequence[frozenset[str]]) -> list[list[Near]]:
        """For each query (a row) the articles that come nearest, best first; those that share one of its codes are
        among them wherever their vectors lie."""
        if not self.places or queries.shape[1] != self.buffer.shape[1]:
            return [[] for _ in queries]
        found = []
        for start in range(0, len(queries), _QUERIES_AT_ONCE):
            some = queries[start : start + _QUERIES_AT_ONCE]
            scores = some @ self.buffer[: self.rows].T
            scores[:, self.owner < 0] = -2.0
            found += [
                self._chosen(row, mine) for row, mine in zip(scores, codes[start : start + len(some)], strict=True)
            ]
        return found

    def _chosen(self, scores: Floats, codes: frozenset[str]) -> list[Near]:
        count = min(_SHORTLIST_ROWS, len(scores))
        rows = np.argpartition(-scores, count - 1)[:count]
        near = self._near(scores, {int(place) for place in self.owner[rows] if place >= 0})[:CANDIDATES]
        sharing = {place for code in codes if len(held := self.holders.get(code, ())) <= COMMON_CODE for place in held}
        if not sharing:
            return near
        known = {one.article.id for one in near}
        lifted = [one for one in self._near(scores, sharing) if one.article.id not in known][:BY_CODE]
        return [*near[: CANDIDATES - len(lifted)], *lifted]

    def _near(self, scores: Floats, places: Iterable[int]) -> list[Near]:
        found = [_measured(entry, scores) for place in places if (entry := self.entries[place]) is not None]
        return sorted(found, key=lambda one: (-one.nearness, one.article.id))


def tokens_in(raw: bytes) -> Tokens:
    return np.frombuffer(raw, dtype=np.int8).reshape(-1, TOKEN_SIZE)


def token_cosines(question: Tokens, articles: Sequence[Tokens]) -> list[tuple[float, ...]]:
    """For each article and each token of a question the cosine of the article's nearest token; 0 where an article has
    none. One product for all: they are a few hundred tokens, and calls cost more than sums."""
    found = np.zeros((len(articles), len(question)), np.float32)
    telling = [place for place, article in enumerate(articles) if len(article)]
    if telling and len(question):
        told = [articles[place] for place in telling]
        begins = np.cumsum([0, *map(len, told[:-1])])
        cosines = np.concatenate(told).astype(np.float32) @ (question.astype(np.float32).T / _UNIT)
        found[telling] = np.maximum.reduceat(cosines, begins)
    return [tuple(row) for row in found.tolist()]


def _measured(entry: Entry, scores: Floats) -> Near:
    mine = scores[entry.first : entry.first + entry.rows]
    passage = float(mine[: entry.passages].max())
    sentences = mine[entry.passages : entry.passages + entry.sentences]
    questions = mine[entry.passages + entry.sentences :]
    return Near(
        entry,
        passage,
        float(sentences.max()) if len(sentences) else passage,
        float(questions.max()) if len(questions) else -1.0,
    )


def _with_room(buffer: Floats, used: int, added: Sequence[Read]) -> Floats:
    """A matrix whose first rows are those in use, with room for what is added: the same one if that has it."""
    needed = used + sum(len(one.vectors) for one in added)
    width = added[0].vectors.shape[1] if added else buffer.shape[1]
    if needed <= len(buffer) and width == buffer.shape[1]:
        return buffer
    roomy = np.empty((needed + needed // 8 + 256, width), np.float32)
    if used:
        roomy[:used] = buffer[:used]
    return roomy
