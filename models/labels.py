"""What the heads can say: the intents of each category, the sentiments, the yes-or-no questions.

The order is the order of the heads' outputs and is written into the artefact; changing it needs a new training run.
"""

from typing import Final

from core.domain.enums import Category, Sentiment
from core.domain.intents import CATEGORY_OF_INTENT, INTENTS, INTENTS_BY_CATEGORY

CATEGORY_OF: Final = CATEGORY_OF_INTENT
CATEGORIES: Final[tuple[Category, ...]] = tuple(INTENTS_BY_CATEGORY)
SENTIMENTS: Final[tuple[Sentiment, ...]] = (
    Sentiment.VERY_NEGATIVE,
    Sentiment.NEGATIVE,
    Sentiment.NEUTRAL,
    Sentiment.POSITIVE,
    Sentiment.VERY_POSITIVE,
)
FLAGS: Final[tuple[str, ...]] = ("urgent", "wants_human")

LANGUAGES: Final[tuple[str, ...]] = ("en", "es", "fr", "de", "ja", "zh")
UNDETERMINED: Final = "und"
"""ISO 639-2 code for text whose language is none of the six or cannot be told."""

__all__ = ["CATEGORIES", "CATEGORY_OF", "FLAGS", "INTENTS", "LANGUAGES", "SENTIMENTS", "UNDETERMINED"]
