"""What people put right of what the model had said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.domain.enums import Category, Sentiment
from core.domain.intents import CATEGORY_OF_INTENT


@dataclass(frozen=True, slots=True)
class CorrectedLabel:
    """`label` is category, intent or sentiment; `value` is None where a person took an intent away."""

    label: str
    value: str | None
    said: str | None
    by: str
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Correction:
    """A customer's message whose labels a person changed and nobody has changed back."""

    ticket_id: int
    message_id: int
    text: str
    language: str
    channel: str
    labels: tuple[CorrectedLabel, ...]

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands in the list."""
        return self.ticket_id, self.message_id

    @property
    def id(self) -> str:
        return f"{self.ticket_id}-{self.message_id}"

    @property
    def intent(self) -> str | None:
        return self._value("intent")

    @property
    def category(self) -> Category | None:
        """Of the intent where one is given, for the two say the same."""
        found = self._value("category")
        return CATEGORY_OF_INTENT[self.intent] if self.intent else Category(found) if found else None

    @property
    def sentiment(self) -> Sentiment | None:
        found = self._value("sentiment")
        return Sentiment(found) if found else None

    @property
    def said(self) -> Mapping[str, str | None]:
        """What the model had said, of the labels that were changed."""
        return {one.label: one.said for one in self.labels}

    @property
    def by_name(self) -> str:
        return self._newest.by_name

    @property
    def at(self) -> datetime:
        return self._newest.at

    def row(self) -> dict[str, Any]:
        """As a line of a file of labelled messages; what nobody corrected is left out."""
        told = {
            "language": self.language,
            "channel": self.channel,
            "intent": self.intent,
            "category": self.category,
            "sentiment": self.sentiment,
        }
        return {
            "id": self.id,
            "text": self.text,
            **{name: str(value) for name, value in told.items() if value},
            "said": dict(self.said),
            "by": self.by_name,
            "at": self.at.isoformat(),
        }

    @property
    def _newest(self) -> CorrectedLabel:
        return max(self.labels, key=lambda one: one.at)

    def _value(self, label: str) -> str | None:
        return next((one.value for one in self.labels if one.label == label), None)


@dataclass(frozen=True, slots=True)
class CorrectionPage:
    """`before` is where the next page begins; None after the last one."""

    corrections: tuple[Correction, ...]
    before: tuple[int, int] | None
