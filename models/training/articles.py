"""The hand-written knowledge bases: articles, the questions that each answers, and some that none of them answers.

A file begins with `knowledge base:` and `language:`; an article is `= id | title`, a line `category: x intents: a, b`,
its body, and questions: `? …` is answered by the article above, `~ …` by none of the file. `?de …` is asked in German.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from models.labels import CATEGORY_OF, LANGUAGES
from models.training.corpus import CORPUS, CorpusError

_TITLE: Final = re.compile(r"= (\S+) \| (\S.*)")
_KIND: Final = re.compile(r"category: (\w+) +intents: (\w+(?:, *\w+)*)")
_QUESTION: Final = re.compile(r"([?~])([a-z]{2})? (\S.*)")
_HEADER: Final = re.compile(r"(knowledge base|language): (\S.*)")


@dataclass(slots=True)
class Article:
    id: str
    title: str
    language: str
    category: str = ""
    intents: tuple[str, ...] = ()
    body: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """`article` is the id of the one that answers it, or None when none of its knowledge base does."""

    text: str
    language: str
    article: str | None


@dataclass(slots=True)
class KnowledgeFile:
    """One company's help centre. `batch` is the file's name."""

    batch: str
    language: str
    articles: list[Article] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)


def read_articles(folder: Path = CORPUS) -> list[KnowledgeFile]:
    """All knowledge bases; raises CorpusError on the first line that is wrong."""
    files = [_read(path) for path in sorted((folder / "articles").glob("*.txt"))]
    ids = [article.id for file in files for article in file.articles]
    if twice := {name for name in ids if ids.count(name) > 1}:
        raise CorpusError(f"article ids are used twice: {', '.join(sorted(twice))}")
    return files


def _read(path: Path) -> KnowledgeFile:
    head: dict[str, str] = {}
    file = KnowledgeFile(path.stem, "")
    for where, line in _lines(path):
        if match := _TITLE.fullmatch(line):
            file.articles.append(Article(match[1], match[2], file.language))
        elif match := _QUESTION.fullmatch(line):
            file.questions.append(_question(where, match, file))
        elif not file.articles:
            if match := _HEADER.fullmatch(line):
                head[match[1]] = match[2]
                file.language = head.get("language", "")
            elif line:
                raise CorpusError(f"{where}: only knowledge base and language come before the first article")
        elif match := _KIND.fullmatch(line):
            file.articles[-1].category = match[1]
            file.articles[-1].intents = tuple(intent.strip() for intent in match[2].split(","))
        elif line[:1] in ("=", "?", "~", "@"):
            raise CorpusError(f"{where}: neither an article's title, nor a question, nor text: {line[:40]}")
        else:
            article = file.articles[-1]
            article.body = f"{article.body}\n{line}".strip()
    _check(path, file, head)
    return file


def _question(where: str, match: re.Match[str], file: KnowledgeFile) -> Question:
    language = match[2] or file.language
    if language not in LANGUAGES or not file.articles:
        raise CorpusError(f"{where}: a question stands below its article, in one of the six languages")
    return Question(match[3], language, file.articles[-1].id if match[1] == "?" else None)


def _check(path: Path, file: KnowledgeFile, head: dict[str, str]) -> None:
    if set(head) != {"knowledge base", "language"} or file.language not in LANGUAGES:
        raise CorpusError(f"{path.name}: it must say its knowledge base and one of the six languages")
    for article in file.articles:
        known = article.category in set(CATEGORY_OF.values()) and set(article.intents) <= CATEGORY_OF.keys()
        if not (known and article.intents and article.body):
            raise CorpusError(f"{path.name}: {article.id} lacks a body, or its category or intents are unknown")


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        yield f"{path.name}:{number}", line.rstrip()
