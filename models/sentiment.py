"""Sentiment, urgency and keywords of single texts, for callers that need only these."""

from core.domain.enums import Sentiment
from core.domain.ports import Analyzer, Urgency
from models.keywords import extract_keywords


class SentimentAnalyzer:
    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer

    async def analyze_sentiment(self, text: str) -> tuple[Sentiment, float]:
        """Level and its calibrated probability; raises Unavailable."""
        (analysis,) = await self._analyzer.analyse([text], Urgency.INTERACTIVE)
        return analysis.sentiment, analysis.sentiment_confidence

    async def is_urgent(self, text: str) -> bool:
        """Whether waiting an hour would harm the customer; raises Unavailable."""
        (analysis,) = await self._analyzer.analyse([text], Urgency.INTERACTIVE)
        return analysis.urgent

    def extract_keywords(self, text: str, language: str) -> tuple[str, ...]:
        """Codes first, then content words; needs no model, so it never fails."""
        return extract_keywords(text, language)
