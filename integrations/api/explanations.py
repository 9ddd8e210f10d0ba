"""Why a ticket has its labels, as programs read it."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from core.explanations import Label, LabelExplanation
from integrations.api.calls import Call
from integrations.api.fields import PathId
from integrations.api.problems import documented
from integrations.api.responses import Json

router = APIRouter(prefix="/api/v1/tickets", tags=["tickets"])


@dataclass(frozen=True, slots=True)
class CarrierBody:
    word: Annotated[str, Field(description="As the customer wrote it, or several words of a long message")]
    effect: Annotated[
        float, Field(description="What the label's probability loses without it; below 0 it spoke against the label")
    ]


@dataclass(frozen=True, slots=True)
class LabelExplanationBody:
    kind: Label
    label: Annotated[str, Field(description="What the model says now; `true` or `false` for `urgent`")]
    confidence: Annotated[float, Field(description="The probability of that label, from 0 to 1")]
    message_id: Annotated[int, Field(description="The message that it came from")]
    carriers: Annotated[list[CarrierBody], Field(description="The strongest first; none where no single word did it")]


@dataclass(frozen=True, slots=True)
class ExplanationBody:
    ticket_id: int
    model: Annotated[str, Field(examples=["2767576518+428039"])]
    labels: list[LabelExplanationBody]


@router.get(
    "/{ticket_id}/explanation",
    response_model=ExplanationBody,
    summary="The words that carried each label",
    responses=documented(404, 409),
)
async def explain_ticket(call: Call, ticket_id: PathId) -> Json:
    """Each word is left out in turn, which the model does when it is asked: category and intent from the first message
    that it read, sentiment and urgency from the last. 409 while it has read none, 503 while it is loading."""
    found = await call.engine.explanations.of_ticket(call.actor, ticket_id)
    return Json(ExplanationBody(ticket_id, found[0].model, [_body(one) for one in found]))


def _body(one: LabelExplanation) -> LabelExplanationBody:
    carriers = [CarrierBody(carrier.word, carrier.effect) for carrier in one.found.carriers]
    return LabelExplanationBody(one.kind, one.found.label, round(one.found.confidence, 3), one.message.id, carriers)
