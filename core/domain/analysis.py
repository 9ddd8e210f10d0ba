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


@dataclass(frozen=True, slots=True)
class ArticleMatch:
    """An article that may answer a message. `confidence` is the calibrated probability that it does."""

    article_id: int
    title: str
    score: float
    confidence: float
