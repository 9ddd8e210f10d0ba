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
    """An article that came near a message, with the cosines of its best passage, sentence and example question (-1:
    has none), and for each token of the message that of the article's nearest token."""

    title: str
    body: str
    language: str
    category: str
    intents: tuple[str, ...]
    passage_cosine: float
    sentence_cosine: float
    question_cosine: float
    has_questions: bool
    token_cosines: tuple[float, ...] = ()

    @property
    def nearness(self) -> float:
        return nearness(self.passage_cosine, self.sentence_cosine, self.question_cosine)


TOKEN_SIZE = 64
"""Numbers of a token's vector."""
MOST_TOKENS = 512
"""Of a message or an article; what a longer one says later is found by its sentences."""
_QUESTION_GAP = 0.1
"""So much nearer lie two questions than a question and its answer."""
_QUESTION_SHARE = 0.5


def nearness(passage: float, sentence: float, question: float) -> float:
    """What candidates are chosen by: the whole and the best sentence tell more together than either; an example
    question only adds, since cosines between questions run higher than those between question and text."""
    told = (passage + sentence) / 2
    return told + _QUESTION_SHARE * max(0.0, question - _QUESTION_GAP - told)


@dataclass(frozen=True, slots=True)
class Carrier:
    """A word and how much of the label's probability went when it was left out; negative when it spoke against it."""

    word: str
    effect: float


@dataclass(frozen=True, slots=True)
class Explained:
    """What the model says of a message, its probability, and the words that carried it, the strongest first."""

    label: str
    confidence: float
    carriers: tuple[Carrier, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Each label of one message. That of `urgent` is "true" or "false"; the second has no carriers."""

    category: Explained
    intent: Explained
    sentiment: Explained
    urgent: Explained
    model: str


@dataclass(frozen=True, slots=True)
class ArticleMatch:
    """An article that may answer a message. `confidence` is the calibrated probability that it does."""

    article_id: int
    title: str
    score: float
    confidence: float
