"""Category and intent of single texts, for callers that need only these."""

from dataclasses import dataclass

from core.domain.enums import Category
from core.domain.ports import Analyzer, Urgency


@dataclass(frozen=True, slots=True)
class Classification:
    """The intent always belongs to the category. Confidences are calibrated probabilities."""

    category: Category
    category_confidence: float
    intent: str
    intent_confidence: float


class CategoryClassifier:
    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer

    async def classify(self, text: str) -> Classification:
        """Raises Unavailable."""
        (analysis,) = await self._analyzer.analyse([text], Urgency.INTERACTIVE)
        return Classification(
            analysis.category, analysis.category_confidence, analysis.intent, analysis.intent_confidence
        )
