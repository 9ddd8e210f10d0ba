"""What the local model says of one message."""

from dataclasses import dataclass

from core.domain.enums import Category, Sentiment


@dataclass(frozen=True, slots=True)
class Analysis:
    """One forward pass over one message. Confidences are probabilities in [0, 1].

    `embedding` is a unit vector of little-endian float32, or empty when the encoder gives none.
    """

    language: str
    language_confidence: float
    sentiment: Sentiment
    sentiment_confidence: float
    category: Category
    category_confidence: float
    intent: str
    intent_confidence: float
    urgent: bool
    wants_human: bool
    thanks_only: bool
    keywords: tuple[str, ...]
    embedding: bytes
    model: str

    @property
    def encoder(self) -> str:
        """The part of the model that made the embedding: vectors of one encoder can be compared."""
        return self.model.partition("+")[0]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that came near a message, with the cosines of its best passage and of its best example question."""

    title: str
    body: str
    language: str
    category: str
    intents: tuple[str, ...]
    passage_cosine: float
    question_cosine: float
    has_questions: bool


@dataclass(frozen=True, slots=True)
class Carrier:
    """A word and how much of the label's probability went when it was left out; negative when it spoke against it."""

    word: str
    effect: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """The words that carried each label of one message, the strongest first."""

    category: tuple[Carrier, ...]
    intent: tuple[Carrier, ...]
    sentiment: tuple[Carrier, ...]
    urgent: tuple[Carrier, ...]


@dataclass(frozen=True, slots=True)
class ArticleMatch:
    """An article that may answer a message. `confidence` is the calibrated probability that it does."""

    article_id: int
    title: str
    score: float
    confidence: float
