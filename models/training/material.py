"""All that a run reads: messages, knowledge bases and public sets, each in its part."""

from dataclasses import dataclass
from pathlib import Path

from models.training.articles import KnowledgeFile, read_articles
from models.training.corpus import CORPUS, Example, Part, part_of, parts, read_corpus
from models.training.public import read_public


@dataclass(frozen=True, slots=True)
class Material:
    """Messages and knowledge bases by part. `others` are texts that our labels do not cover: public sets, questions."""

    messages: dict[Part, list[Example]]
    bases: dict[Part, list[KnowledgeFile]]
    public: list[Example]

    @property
    def others(self) -> list[Example]:
        questions = [
            Example(f"{base.batch}-q{number}", question.text, question.language, base.batch)
            for base in self.bases[Part.TRAINING]
            for number, question in enumerate(base.questions)
        ]
        return [*self.public, *questions]


def read_material(data: Path | None, seed: int, folder: Path = CORPUS) -> Material:
    split = parts(folder)
    messages: dict[Part, list[Example]] = {part: [] for part in Part}
    for example in read_corpus(folder):
        messages[part_of(example.batch, split)].append(example)
    bases: dict[Part, list[KnowledgeFile]] = {part: [] for part in Part}
    for base in read_articles(folder):
        bases[part_of(base.batch, split)].append(base)
    return Material(messages, bases, read_public(data, seed) if data else [])
