"""A message as programs read it, with what the model said of it, its files and its delivery."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import Field

from core.domain.analysis import Analysis
from core.domain.entities import Attachment, Message, OutboxItem
from core.domain.enums import (
    AttachmentState,
    AutomaticKind,
    Category,
    Channel,
    DeliveryState,
    MessageKind,
    Sentiment,
)
from core.views import MessageView


@dataclass(frozen=True, slots=True)
class AnalysisBody:
    """One reading by the local model. Confidences are probabilities from 0 to 1."""

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
    keywords: list[str]
    model: str


@dataclass(frozen=True, slots=True)
class AttachmentBody:
    id: int
    filename: str
    content_type: str
    size: Annotated[int, Field(description="Bytes")]
    state: Annotated[AttachmentState, Field(description="`rejected` files were refused by the limits and not kept")]
    reason: Annotated[str, Field(description="Why it was refused, or nothing")]
    inline: Annotated[bool, Field(description="Whether the HTML shows it")]
    content_id: str | None
    url: Annotated[str | None, Field(description="Where to get it", examples=["/api/v1/attachments/12"])]


@dataclass(frozen=True, slots=True)
class DeliveryBody:
    state: DeliveryState
    attempts: int
    last_error: str | None
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class MessageBody:
    id: int
    ticket_id: int
    kind: MessageKind
    channel: Channel
    author: Annotated[str, Field(description="As kind:id", examples=["customer:311"])]
    author_name: str
    subject: str
    text: Annotated[str, Field(description="What was written now, without quotes and signature")]
    html: Annotated[str | None, Field(description="Cleaned of everything that runs or tracks")]
    quoted: Annotated[str, Field(description="Earlier messages that the writer left in")]
    signature: str
    automatic: Annotated[AutomaticKind | None, Field(description="Set when a machine wrote it; never answered")]
    automatic_reason: str
    defects: Annotated[list[str], Field(description="What was broken in the message as it came")]
    sent_at: Annotated[datetime | None, Field(description="As the sender's clock said")]
    created_at: datetime
    analysis: AnalysisBody | None
    attachments: list[AttachmentBody]
    delivery: Annotated[DeliveryBody | None, Field(description="Of a reply: how its delivery goes")]


def message_body(view: MessageView) -> MessageBody:
    message: Message = view.message
    return MessageBody(
        id=message.id,
        ticket_id=message.ticket_id,
        kind=message.kind,
        channel=message.channel,
        author=message.author,
        author_name=message.author_name,
        subject=message.subject,
        text=message.text,
        html=message.html,
        quoted=message.quoted,
        signature=message.signature,
        automatic=message.automatic,
        automatic_reason=message.automatic_reason,
        defects=list(message.defects),
        sent_at=message.sent_at,
        created_at=message.created_at,
        analysis=_analysis(view.analysis) if view.analysis else None,
        attachments=[_attachment(found) for found in view.attachments],
        delivery=_delivery(view.delivery) if view.delivery else None,
    )


def _analysis(found: Analysis) -> AnalysisBody:
    return AnalysisBody(
        language=found.language,
        language_confidence=found.language_confidence,
        sentiment=found.sentiment,
        sentiment_confidence=found.sentiment_confidence,
        category=found.category,
        category_confidence=found.category_confidence,
        intent=found.intent,
        intent_confidence=found.intent_confidence,
        urgent=found.urgent,
        wants_human=found.wants_human,
        thanks_only=found.thanks_only,
        keywords=list(found.keywords),
        model=found.model,
    )


def _attachment(found: Attachment) -> AttachmentBody:
    return AttachmentBody(
        id=found.id,
        filename=found.filename,
        content_type=found.content_type,
        size=found.size,
        state=found.state,
        reason=found.reason,
        inline=found.inline,
        content_id=found.content_id,
        url=f"/api/v1/attachments/{found.id}" if found.state is AttachmentState.STORED else None,
    )


def _delivery(found: OutboxItem) -> DeliveryBody:
    return DeliveryBody(found.state, found.attempts, found.last_error, found.sent_at)
