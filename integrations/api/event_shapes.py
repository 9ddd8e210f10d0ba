"""A journal row as programs read it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from core.domain.events import Event, EventType


@dataclass(frozen=True, slots=True)
class EventBody:
    seq: Annotated[int, Field(description="Give it as `after` to go on behind this event", examples=[90210])]
    type: EventType
    at: datetime
    actor: Annotated[str, Field(description="Who caused it, as kind:id", examples=["user:7"])]
    actor_name: Annotated[str, Field(examples=["Ada Osei"])]
    ticket_id: int | None
    message_id: int | None
    customer_id: int | None
    data: Annotated[dict[str, Any], Field(description="What changed; depends on the type")]
    version: Annotated[int, Field(description="Of the shape of `data`")]


def event_body(event: Event) -> EventBody:
    return EventBody(
        seq=event.seq,
        type=event.type,
        at=event.at,
        actor=event.actor,
        actor_name=event.actor_name,
        ticket_id=event.ticket_id,
        message_id=event.message_id,
        customer_id=event.customer_id,
        data=dict(event.data),
        version=event.version,
    )
